#include <cstdio>
#include <exception>

#include "faultline/base/warden_process.h"
#include "faultline/base/warden_server/setup.h"
#include "faultline/base/warden_server/warden_server.h"

// The helper process of a test: see Warden.
int main() {
  using namespace faultline::internal;
  try {
    WardenServer(SetUpWarden(kWardenSocket)).Serve();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "faultline-warden: %s\n", error.what());
    return 1;
  }
}
