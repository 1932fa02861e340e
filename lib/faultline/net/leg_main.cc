#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "faultline/net/data_leg.h"
#include "faultline/net/leg_server/leg_server.h"

// The helper process behind a DataLeg: PLUG-DIRECTORY SWITCH-PORT ADDRESS.
int main(int count, char** words) {
  using namespace faultline;
  in_addr address{};
  if (count != 4 || ::inet_pton(AF_INET, words[3], &address) != 1) {
    std::fputs("usage: faultline-leg PLUG-DIRECTORY SWITCH-PORT ADDRESS\n",
               stderr);
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::fcntl(kLegControl, F_SETFD, FD_CLOEXEC);
  try {
    internal::LegServer(words[1], std::atoi(words[2]), address,
                        FileDescriptor(kLegControl))
        .Serve();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "faultline-leg: %s\n", error.what());
    return 1;
  }
}
