#include "faultline/vm/usernet.h"

#include <sstream>

namespace faultline {

// One line: protocol[state], descriptor, source address and port, destination
// address and port, two queues.
std::map<int, int> ParseUsernet(const std::string& text) {
  std::map<int, int> ports;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string kind, source, destination;
    int descriptor = 0;
    int host_port = 0;
    int guest_port = 0;
    fields >> kind >> descriptor >> source >> host_port >> destination >>
        guest_port;
    if (fields && kind == "TCP[HOST_FORWARD]") ports[guest_port] = host_port;
  }
  return ports;
}

}  // namespace faultline
