#include "faultline/net/vde_switch.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr char kPlugs[] = "plugs";
constexpr char kConsole[] = "console";
constexpr int kMostPorts = 128;

// A switch listens within a few milliseconds.
constexpr std::chrono::milliseconds kConsolePause{2};

// What QEMU binds inside the plug directory: "/.PID-NUMBER", with the longest
// process id that Linux gives out.
constexpr std::string_view kLongestSocketName = "/plugs/.4194304-00000";
constexpr std::size_t kSocketPathBytes = sizeof(sockaddr_un::sun_path);

std::string ReadAll(const fs::path& file) {
  std::ifstream stream(file);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

FileDescriptor ConnectTo(const fs::path& path) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), kSocketPathBytes - 1);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address),
                sizeof(address)) != 0)
    return {};
  return socket;
}

std::optional<FileDescriptor> ConnectIfReady(const ChildProcess& process,
                                             const fs::path& directory) {
  const bool running = process.Running();
  if (FileDescriptor socket = ConnectTo(directory / kConsole)) return socket;
  if (!running)
    throw MachineError(fmt::format("switch: vde_switch ended at once: {}",
                                   ReadAll(directory / "switch.log")));
  return std::nullopt;
}

}  // namespace

void CheckSocketDirectory(const fs::path& directory) {
  const std::size_t length = directory.string().size();
  const std::size_t most = kSocketPathBytes - 1 - kLongestSocketName.size();
  if (length > most)
    throw UsageError(fmt::format(
        "switch: {} is {} characters long, more than the {} that leave room "
        "for UNIX sockets: set TMPDIR to a shorter directory",
        directory.string(), length, most));
}

VdeSwitch::VdeSwitch(Warden& warden, const fs::path& directory,
                     Deadline deadline)
    : plug_directory_(directory / kPlugs) {
  CheckSocketDirectory(directory);
  fs::permissions(directory, fs::perms::owner_all);
  process_ = warden.Spawn(
      {.name = "switch",
       .argv = {"vde_switch", "-s", plug_directory_, "-M", directory / kConsole,
                "-n", std::to_string(kMostPorts), "-m", "0600"},
       .output = directory / "switch.log",
       .inherited = {},
       .hold_stdin_open = true});
  FileDescriptor socket = Eventually(
      deadline, "switch: its console answers",
      [&] { return ConnectIfReady(*process_, directory); }, Clock::Steady(),
      kConsolePause);
  console_ = std::make_unique<VdeConsole>(std::move(socket), "vde$ ", deadline);
}

VdeSwitch::~VdeSwitch() = default;

void VdeSwitch::SetVlan(int port, int vlan, Deadline deadline) {
  const auto turn =
      internal::LockBy(mutex_, deadline,
                       fmt::format("switch: port {} into VLAN {}", port, vlan));
  MakePort(port, deadline);
  MakeVlan(vlan, deadline);
  console_->Command(fmt::format("port/setvlan {} {}", port, vlan), deadline);
}

int VdeSwitch::Vlan(int port, Deadline deadline) {
  constexpr std::string_view kField = "untagged_vlan=";
  for (const std::string& line : Print(port, deadline)) {
    const std::size_t found = line.find(kField);
    if (found != std::string::npos)
      return std::stoi(line.substr(found + kField.size()));
  }
  throw MachineError(fmt::format("switch: it shows no VLAN for port {}", port));
}

bool VdeSwitch::HasPlug(int port, Deadline deadline) {
  return std::ranges::any_of(Print(port, deadline), [](const auto& line) {
    return line.find("-- endpoint") != std::string::npos;
  });
}

// "port/print" knows no port that nothing is plugged into.
std::vector<std::string> VdeSwitch::Print(int port, Deadline deadline) {
  return console_->Command(fmt::format("port/allprint {}", port), deadline);
}

// A port made here stays, with its VLAN, when its plug is pulled; one that a
// plug made goes with it.
void VdeSwitch::MakePort(int port, Deadline deadline) {
  if (ports_.contains(port)) return;
  console_->Command(fmt::format("port/create {}", port), deadline);
  ports_.insert(port);
}

void VdeSwitch::MakeVlan(int vlan, Deadline deadline) {
  if (vlans_.contains(vlan)) return;
  console_->Command(fmt::format("vlan/create {}", vlan), deadline);
  vlans_.insert(vlan);
}

}  // namespace faultline
