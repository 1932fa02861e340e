#include "faultline/net/data_leg.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/base/helper_program.h"
#include "faultline/net/vde_switch.h"

namespace faultline {
namespace {

constexpr std::string_view kNetwork = "192.0.2.";
constexpr int kMostPort = 65535;
constexpr int kMostHost = 254;

// A leg that does not answer a request for so long hangs.
constexpr std::chrono::seconds kLegAnswers{10};

// How long the warden may take to fetch the exit code of a process that ended.
constexpr std::chrono::seconds kReaped{5};

std::optional<int> HostNumber(const std::string& address) {
  if (!address.starts_with(kNetwork)) return std::nullopt;
  int host = 0;
  const char* const end = address.data() + address.size();
  const auto [stopped, problem] =
      std::from_chars(address.data() + kNetwork.size(), end, host);
  if (problem != std::errc() || stopped != end || host < 1 || host > kMostHost)
    return std::nullopt;
  return host;
}

std::string LastWords(const std::filesystem::path& log) {
  std::error_code missing;
  std::string text = std::filesystem::exists(log, missing) ? ReadFile(log) : "";
  text.erase(text.find_last_not_of(" \n") + 1);
  return text.empty() ? "it said nothing" : text;
}

}  // namespace

DataLeg::DataLeg(Warden& warden, VdeSwitch& vde_switch, const Options& options,
                 Deadline deadline)
    : options_(options), log_(options.directory / "leg.log") {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    throw MachineError(options_.name + ": socketpair: " + ErrnoText());
  control_ = std::make_unique<LineSocket>(FileDescriptor(pair[0]));
  const FileDescriptor theirs(pair[1]);
  process_ = warden.Spawn(
      {.name = options_.name,
       .argv = {internal::FindHelper("faultline-leg").string(),
                vde_switch.plug_directory().string(),
                std::to_string(options_.switch_port), options_.address},
       .output = log_,
       .inherited = {{theirs.get(), kLegControl}}});
  Eventually(deadline, options_.name + ": the switch has its leg", [&] {
    const std::string broken = Complaint();
    if (!broken.empty()) throw MachineError(broken);
    return vde_switch.HasPlug(options_.switch_port, Within(kSwitchAnswers));
  });
}

DataLeg::~DataLeg() = default;

std::filesystem::path DataLeg::SocketTo(const std::string& address, int port) {
  CheckTarget(address, port);
  const std::lock_guard lock(mutex_);
  std::filesystem::path& path = sockets_[{address, port}];
  if (!path.empty()) return path;
  // Short: it must fit into a socket's address.
  const std::filesystem::path made =
      options_.directory /
      fmt::format("{}-{}", HostNumber(address).value_or(0), port);
  Ask(fmt::format("forward {} {} {}", address, port, made.string()));
  return path = made;
}

int DataLeg::PortTo(const std::string& address, int port) {
  CheckTarget(address, port);
  const std::lock_guard lock(mutex_);
  int& forwarded = ports_[{address, port}];
  if (forwarded == 0)
    forwarded = std::stoi(Ask(fmt::format("forward {} {}", address, port)));
  return forwarded;
}

void DataLeg::Offer(const std::string& address, int port,
                    const std::filesystem::path& path) {
  CheckTarget(address, port);
  const std::lock_guard lock(mutex_);
  Ask(fmt::format("offer {} {} {}", address, port, path.string()));
}

void DataLeg::CheckTarget(const std::string& address, int port) const {
  if (!HostNumber(address) || address == options_.address)
    throw UsageError(
        fmt::format("{}: {} is not an address of another host on the data "
                    "network (192.0.2.1 to 192.0.2.254)",
                    options_.name, address));
  if (port < 1 || port > kMostPort)
    throw UsageError(fmt::format("{}: {} is not a port", options_.name, port));
}

std::string DataLeg::Complaint() const {
  if (process_->Running()) return "";
  const auto code = process_->WaitForExit(Deadline::After(kReaped));
  return fmt::format("{}: its leg ended with exit code {}: {}", options_.name,
                     code ? std::to_string(*code) : "unknown", LastWords(log_));
}

// What follows "done".
std::string DataLeg::Ask(const std::string& request) {
  constexpr std::string_view kDone = "done";
  const Deadline deadline = Within(kLegAnswers);
  control_->Write(request + "\n", deadline);
  const auto answer = control_->ReadLine(deadline);
  if (answer.line && answer.line->starts_with(kDone))
    return answer.line->substr(kDone.size());
  if (answer.line)
    throw MachineError(
        fmt::format("{}: \"{}\" {}", options_.name, request, *answer.line));
  if (answer.closed && process_->WaitForExit(Deadline::After(kReaped)))
    throw MachineError(Complaint());
  // A late answer would be taken for the next one's.
  process_->Kill();
  throw TimeoutError(fmt::format("{}: no answer to \"{}\" within {}",
                                 options_.name, request,
                                 ToText(Duration(kLegAnswers))));
}

}  // namespace faultline
