#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/cluster/cluster.h"
#include "faultline/evidence/vm_recorder.h"
#include "faultline/service/vm/channel_peer.h"

namespace faultline {

// The out-of-band power controller of a datacenter: each node asks it over a
// port (NodeSpec::channels) to turn the power of any node off and on, whatever
// has become of the networks or of that node. The fence agent in the image
// (fixtures/guest/services/pacemaker) speaks to it:
//
//   SECRET ID ACTION [NODE]      ->  ID WORD
//
//   off, on, reboot              done, failed
//   status                       on, off
//   list                         the names of all nodes
//   monitor                      ok
//
// Who does not know the secret of the run, and whoever asks for an unknown
// action or node, is refused. Every request is recorded with its answer.
// Thread-safe. The cluster outlives it.
class PowerController {
 public:
  static constexpr char kChannel[] = "faultline.power";
  // How it treats requests that would change something; it lies also about the
  // status of whom it said to have turned off.
  enum class Mode { kObey, kRefuse, kHang, kLie };

  PowerController(Cluster& cluster, std::string secret);

  // Null: nothing is recorded. It outlives the controller, or is taken away.
  void RecordTo(VmRecorder* recorder);
  void Set(Mode mode);
  const std::string& secret() const { return secret_; }

 private:
  std::string Answer(const std::string& by, const std::string& line);
  std::string Act(FenceRequest& request, Mode mode);
  std::string Obey(const FenceRequest& request);
  Node* Find(const std::string& name);

  Cluster& cluster_;
  const std::string secret_;
  std::mutex mutex_;  // guards what follows; one request at a time is done
  VmRecorder* recorder_ = nullptr;
  Mode mode_ = Mode::kObey;
  std::vector<std::string> lied_about_;
  std::vector<std::unique_ptr<ChannelPeer>>
      peers_;  // last: they use the others
};

}  // namespace faultline
