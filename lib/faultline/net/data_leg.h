#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "faultline/base/deadline.h"
#include "faultline/base/line_socket.h"
#include "faultline/base/warden.h"
#include "faultline/net/switch_ports.h"

namespace faultline {

class VdeSwitch;

// The test's own place on the data network, for clients that must use the
// addresses that the nodes use among each other, above all one that moves from
// node to node. The control path knows none of them.
//
// One process (faultline-leg) with a TCP/IP stack of its own on a port of the
// switch: no root, no interface of this host. Like a node it can be cut off by
// a partition and can have a cable (Network::kTester). To the nodes it is
// 192.0.2.254, which answers to ping; they reach nothing else by it.
//
// What a client notices: a connection to one of these sockets is accepted at
// once, whether or not anybody is there; it is closed when the other side
// refuses it, and stays silent while nobody answers. So a client's own deadline
// decides, as it does on the control path. Thread-safe.
//
//   DataLeg& leg = cluster.data_leg();
//   Connect("unix:" + leg.SocketTo("192.0.2.100", 389).string());
class DataLeg {
 public:
  struct Options {
    std::filesystem::path directory;  // exists; for its sockets and its log
    std::string address = "192.0.2.254";
    int switch_port = kTesterPort;
    std::string name = "tester";  // for messages
  };

  // Starts it; returns once the switch shows it plugged in. Throws MachineError
  // with its own words if it ends at once, TimeoutError.
  DataLeg(Warden& warden, VdeSwitch& vde_switch, const Options& options,
          Deadline deadline);
  ~DataLeg();
  DataLeg(const DataLeg&) = delete;
  DataLeg& operator=(const DataLeg&) = delete;

  const std::string& address() const { return options_.address; }

  // A UNIX socket of this user (0700 directory) whose connections reach `port`
  // of `address`, whoever has it, for as long as this lives; the same one each
  // time. Throws UsageError for what is not in 192.0.2.0/24 or no port,
  // MachineError if the leg is gone.
  std::filesystem::path SocketTo(const std::string& address, int port);
  // The same as a loopback port, for clients that know no UNIX sockets. Any
  // user of this host may connect to it.
  int PortTo(const std::string& address, int port);
  // What nodes connect to at `port` of `address`, which nobody else may have,
  // reaches the UNIX socket `path`, where somebody listens by then: a server of
  // the test's.
  void Offer(const std::string& address, int port,
             const std::filesystem::path& path);

  // Empty while it works, else that it has ended, with its own words.
  std::string Complaint() const;

 private:
  std::string Ask(const std::string& request);
  void CheckTarget(const std::string& address, int port) const;

  const Options options_;
  const std::filesystem::path log_;
  std::mutex mutex_;  // guards what follows: one request at a time
  std::unique_ptr<LineSocket> control_;
  std::map<std::pair<std::string, int>, std::filesystem::path> sockets_;
  std::map<std::pair<std::string, int>, int> ports_;
  std::unique_ptr<ChildProcess> process_;
};

// The descriptor by which faultline-leg takes requests.
inline constexpr int kLegControl = 3;

}  // namespace faultline
