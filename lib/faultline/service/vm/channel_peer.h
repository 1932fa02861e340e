#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "faultline/base/line_socket.h"
#include "faultline/cluster/node.h"

namespace faultline {

// The test's end of a port of one node (NodeSpec::channels), which no network
// reaches: connected whenever the machine is on, also after power cuts. A guest
// that writes to a port waits while nobody is there. Lines come on a thread of
// its own. The node outlives it.
class ChannelPeer {
 public:
  // `use` gets each whole line, one at a time, and returns what is answered, a
  // line too; empty: nothing. It must not throw.
  using Use = std::function<std::string(const std::string& line)>;
  ChannelPeer(Node& node, std::string channel, Use use);
  ~ChannelPeer();
  ChannelPeer(const ChannelPeer&) = delete;
  ChannelPeer& operator=(const ChannelPeer&) = delete;

 private:
  void Run(const std::stop_token& stop);
  void Converse(LineSocket& socket, const std::stop_token& stop);

  Node& node_;
  const std::string channel_;
  const Use use_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace faultline
