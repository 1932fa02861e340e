#include "faultline/service/vm/power_controller.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

bool Changes(const std::string& action) {
  return action == "off" || action == "on" || action == "reboot";
}

}  // namespace

PowerController::PowerController(Cluster& cluster, std::string secret)
    : cluster_(cluster), secret_(std::move(secret)) {
  for (Node* node : cluster.nodes()) {
    peers_.push_back(std::make_unique<ChannelPeer>(
        *node, kChannel, [this, by = node->name()](const std::string& line) {
          return Answer(by, line);
        }));
  }
}

void PowerController::RecordTo(VmRecorder* recorder) {
  const std::lock_guard lock(mutex_);
  recorder_ = recorder;
}

void PowerController::Set(Mode mode) {
  const std::lock_guard lock(mutex_);
  mode_ = mode;
}

Node* PowerController::Find(const std::string& name) {
  for (Node* node : cluster_.nodes())
    if (node->name() == name) return node;
  return nullptr;
}

std::string PowerController::Answer(const std::string& by,
                                    const std::string& line) {
  std::istringstream words(line);
  std::string secret;
  std::string id;
  FenceRequest request{.by = by};
  words >> secret >> id >> request.action >> request.host;
  const std::lock_guard lock(mutex_);
  if (recorder_ != nullptr) request.asked_ns = recorder_->Now();
  request.answer = secret == secret_ ? Act(request, mode_) : "refused";
  if (recorder_ != nullptr) {
    if (!request.answer.empty()) request.answered_ns = recorder_->Now();
    recorder_->Add(request);
  }
  return request.answer.empty() ? "" : id + " " + request.answer;
}

std::string PowerController::Act(FenceRequest& request, Mode mode) {
  if (request.action == "monitor") return mode == Mode::kHang ? "" : "ok";
  if (request.action == "list") {
    std::string names;
    for (const Node* node : cluster_.nodes())
      names += (names.empty() ? "" : " ") + node->name();
    return names;
  }
  const bool known = Changes(request.action) || request.action == "status";
  if (!known || Find(request.host) == nullptr) return "refused";
  if (mode == Mode::kHang) return "";
  if (mode == Mode::kRefuse && Changes(request.action)) return "refused";
  if (mode == Mode::kLie && Changes(request.action)) {
    request.obeyed = false;
    lied_about_.push_back(request.host);
    return "done";
  }
  return Obey(request);
}

std::string PowerController::Obey(const FenceRequest& request) {
  Node& node = *Find(request.host);
  if (request.action == "status") {
    const bool off =
        !node.Running() || std::ranges::count(lied_about_, request.host) > 0;
    return off ? "off" : "on";
  }
  try {
    if (request.action != "on") node.PowerCut();
    if (request.action != "off") node.machine().PowerOn(Within(5s));
  } catch (const Error&) {
    return "failed";
  }
  std::erase(lied_about_, request.host);
  return "done";
}

}  // namespace faultline
