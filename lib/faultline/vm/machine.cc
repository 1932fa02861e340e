#include "faultline/vm/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/sparse_copy.h"
#include "faultline/vm/console_text.h"
#include "faultline/vm/credentials.h"
#include "faultline/vm/state_disk.h"
#include "faultline/vm/usernet.h"

namespace faultline {
namespace {

using std::chrono::seconds;

// A look costs little: it is a file of this host.
constexpr std::chrono::milliseconds kConsolePause{20};
constexpr int kTailLines = 15;
constexpr char kGuestFailed[] = "faultline-guest: failed";

std::pair<FileDescriptor, FileDescriptor> MakeSocketPair() {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    throw MachineError("socketpair: " + std::system_category().message(errno));
  return {FileDescriptor(pair[0]), FileDescriptor(pair[1])};
}

FileDescriptor OpenForReading(const std::string& node,
                              const std::filesystem::path& file) {
  FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened)
    throw MachineError(fmt::format("{}: cannot open {}: {}", node,
                                   file.string(),
                                   std::system_category().message(errno)));
  return opened;
}

std::uintmax_t SizeOf(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

std::string ShellQuoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text + "'";
}

// The memory stays in its file; only the devices' state is written.
void SetMigrationCapabilities(Qmp& qmp, Deadline deadline) {
  const auto on = [](const char* name) {
    return nlohmann::json{{"capability", name}, {"state", true}};
  };
  qmp.Execute("migrate-set-capabilities",
              {{"capabilities", {on("x-ignore-shared"), on("events")}}},
              deadline);
}

// QEMU's reason for its end ("guest-panic"), told by its last event.
std::string ShutdownReason(Qmp* qmp) {
  if (qmp == nullptr) return "unknown";
  try {
    const QmpEvent event =
        qmp->WaitForEvent("SHUTDOWN", Deadline::After(seconds(1)));
    return nlohmann::json::parse(event.data).value("reason", "unknown");
  } catch (const Error&) {
    return "unknown";
  } catch (const nlohmann::json::exception&) {
    return "unknown";
  }
}

}  // namespace

Machine::Machine(Warden& warden, MachineOptions options)
    : warden_(warden), options_(std::move(options)) {}

Machine::~Machine() = default;

void Machine::PowerOn(Deadline deadline,
                      const std::optional<std::filesystem::path>& memory_file) {
  const auto power =
      internal::LockBy(power_mutex_, deadline, options_.name + ": power on");
  if (Running()) return;
  MakeStateDisk(warden_, options_.name, StateDiskPath(options_),
                options_.state_disk_mib, deadline);
  for (const MachineDisk& disk : options_.disks) {
    if (disk.shared_file.empty())
      MakeBlankDisk(fmt::format("{}: disk {}", options_.name, disk.serial),
                    DiskPath(options_, disk), disk.mib);
  }
  std::optional<MemoryFile> memory;
  if (memory_file) memory = {.path = *memory_file, .shared = true};
  Launch(memory, deadline);
}

void Machine::Resume(const MachineCheckpoint& checkpoint, Deadline deadline,
                     const std::optional<std::filesystem::path>& memory_file) {
  const auto power =
      internal::LockBy(power_mutex_, deadline, options_.name + ": resume");
  CopySparse(checkpoint.state_disk(), StateDiskPath(options_));
  for (const MachineDisk& disk : options_.disks) {
    if (disk.shared_file.empty())
      CopySparse(checkpoint.disk(disk.serial), DiskPath(options_, disk));
  }
  MemoryFile memory{.path = checkpoint.memory(),
                    .devices = checkpoint.devices()};
  if (memory_file) {
    CopySparse(checkpoint.memory(), *memory_file);
    memory.path = *memory_file;
    memory.shared = true;
  }
  Launch(memory, deadline);
  try {
    SetMigrationCapabilities(*qmp(), deadline);
    qmp()->Execute("migrate-incoming",
                   {{"uri", fmt::format("fd:{}", options_.devices_descriptor)}},
                   deadline);
    AwaitMigration("resumes " + checkpoint.directory.string(), deadline);
  } catch (const Error&) {
    PowerCut();
    throw;
  }
}

void Machine::SaveTo(const MachineCheckpoint& checkpoint, Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    if (memory_file_ != checkpoint.memory())
      throw UsageError(
          fmt::format("{}: cannot be saved to {}: its memory is "
                      "not there",
                      options_.name, checkpoint.directory.string()));
  }
  SetMigrationCapabilities(*qmp(), deadline);
  qmp()->Execute("migrate",
                 {{"uri", "exec:cat > " + ShellQuoted(checkpoint.devices())}},
                 deadline);
  AwaitMigration("is saved to " + checkpoint.directory.string(), deadline);
  CopySparse(StateDiskPath(options_), checkpoint.state_disk());
  for (const MachineDisk& disk : options_.disks) {
    if (disk.shared_file.empty())
      CopySparse(DiskPath(options_, disk), checkpoint.disk(disk.serial));
  }
}

void Machine::AwaitMigration(const std::string& action, Deadline deadline) {
  while (true) {
    const QmpEvent event = qmp()->WaitForEvent("MIGRATION", deadline);
    const std::string status =
        nlohmann::json::parse(event.data).value("status", "");
    if (status == "completed") return;
    if (status == "failed")
      throw MachineError(fmt::format(
          "{}: {}: QEMU says: {}", options_.name, action,
          LastLines(CleanConsoleText(ReadFrom(QemuLogPath(options_), 0)), 2)));
  }
}

void Machine::Launch(const std::optional<MemoryFile>& memory,
                     Deadline deadline) {
  WriteCredentials(options_);
  const std::uintmax_t log_start = SizeOf(QemuLogPath(options_));
  FileDescriptor qmp = Start(memory);
  try {
    Connect(std::move(qmp), deadline);
  } catch (const Error& error) {
    const auto qemu = process();
    const auto status = qemu->WaitForExit(Deadline::After(seconds(1)));
    qemu->Kill();
    if (!status) throw;
    throw MachineError(fmt::format(
        "{}: QEMU ended at once with exit code {}: {}", options_.name, *status,
        LastLines(CleanConsoleText(ReadFrom(QemuLogPath(options_), log_start)),
                  kTailLines)));
  }
}

// Returns our end of the QMP connection.
FileDescriptor Machine::Start(const std::optional<MemoryFile>& memory) {
  const std::uintmax_t console_start = SizeOf(ConsolePath(options_));
  auto [our_qmp, their_qmp] = MakeSocketPair();
  auto [our_agent, their_agent] = MakeSocketPair();
  std::vector<InheritedDescriptor> inherited = {
      {their_qmp.get(), options_.qmp_descriptor},
      {their_agent.get(), options_.agent_descriptor}};
  FileDescriptor devices;
  if (memory && memory->devices) {
    devices = OpenForReading(options_.name, *memory->devices);
    inherited.push_back({devices.get(), options_.devices_descriptor});
  }
  std::shared_ptr<ChildProcess> process =
      warden_.Spawn({.name = options_.name,
                     .argv = QemuArguments(options_, memory),
                     .output = QemuLogPath(options_),
                     .inherited = std::move(inherited)});
  const std::lock_guard lock(mutex_);
  process_ = std::move(process);
  qmp_.reset();
  agent_ = std::make_shared<GuestAgent>(options_.name, std::move(our_agent));
  memory_file_ = memory && memory->shared ? memory->path : "";
  host_ports_.clear();
  console_start_ = console_start;
  ending_.clear();
  return std::move(our_qmp);
}

void Machine::Connect(FileDescriptor socket, Deadline deadline) {
  auto qmp = std::make_shared<Qmp>(options_.name, std::move(socket), deadline);
  {
    const std::lock_guard lock(mutex_);
    qmp_ = qmp;
  }
  auto ports = ParseUsernet(qmp->HumanMonitor("info usernet", deadline));
  for (const int port : options_.forwarded_ports)
    if (!ports.contains(port))
      throw MachineError(
          fmt::format("{}: QEMU forwards no host port to guest port {}",
                      options_.name, port));
  const std::lock_guard lock(mutex_);
  host_ports_ = std::move(ports);
}

void Machine::PowerCut() {
  const auto qemu = process();
  if (!qemu || !qemu->Running()) return;
  {
    const std::lock_guard lock(mutex_);
    if (process_ == qemu) ending_ = "powered off (power cut)";
  }
  qemu->Kill();
}

void Machine::ShutDown(Deadline deadline) {
  const auto qemu = process();
  if (!qemu || !qemu->Running()) return;
  qmp()->Execute("system_powerdown", deadline);
  if (qemu->WaitForExit(deadline)) return;
  throw TimeoutError(fmt::format(
      "{}: the guest did not power off after the power button was pressed; "
      "console:\n{}",
      options_.name, ConsoleTail()));
}

void Machine::Reset(Deadline deadline) {
  const auto session = qmp();
  const TimePoint pressed = std::chrono::steady_clock::now();
  // Powered on with -no-reboot, so that a guest that panics at its start ends
  // instead of starting over for ever.
  session->Execute("set-action", {{"reboot", "reset"}}, deadline);
  session->Execute("system_reset", deadline);
  // Earlier resets (the guest's own) are not the one that was asked for.
  while (session->WaitForEvent("RESET", deadline).at < pressed) {
  }
  const std::uintmax_t size = SizeOf(ConsolePath(options_));
  const std::lock_guard lock(mutex_);
  console_start_ = size;
}

void Machine::Freeze(Deadline deadline) { qmp()->Execute("stop", deadline); }

void Machine::Thaw(Deadline deadline) { qmp()->Execute("cont", deadline); }

bool Machine::Running() const {
  const auto qemu = process();
  return qemu && qemu->Running();
}

int Machine::HostPort(int guest_port) const {
  const bool running = Running();
  const std::lock_guard lock(mutex_);
  if (!running)
    throw MachineError(
        fmt::format("{}: guest port {} is not reachable: powered off",
                    options_.name, guest_port));
  const auto found = host_ports_.find(guest_port);
  if (found == host_ports_.end())
    throw UsageError(fmt::format("{}: guest port {} is not forwarded",
                                 options_.name, guest_port));
  return found->second;
}

void Machine::WaitForConsole(const std::string& text, Deadline deadline) {
  Eventually(
      deadline, fmt::format("{}: console shows \"{}\"", options_.name, text),
      [&](LastSeen& seen) {
        // Asked first, so that QEMU's last words are still read.
        const bool running = Running();
        const std::string console = ConsoleTail(INT_MAX);
        if (console.find(text) != std::string::npos) return true;
        if (!running) ThrowOff(fmt::format("console shows \"{}\"", text));
        if (console.find(kGuestFailed) != std::string::npos)
          throw MachineError(
              fmt::format("{}: the guest could not set itself up; console:\n{}",
                          options_.name, LastLines(console, kTailLines)));
        seen.Set("\n" + LastLines(console, kTailLines));
        return false;
      },
      Clock::Steady(), kConsolePause);
}

std::string Machine::ConsoleTail(int lines) const {
  std::uintmax_t start = 0;
  {
    const std::lock_guard lock(mutex_);
    start = console_start_;
  }
  return LastLines(CleanConsoleText(ReadFrom(ConsolePath(options_), start)),
                   lines);
}

std::shared_ptr<GuestAgent> Machine::agent() {
  if (!Running()) ThrowOff("agent");
  const std::lock_guard lock(mutex_);
  return agent_;
}

std::filesystem::path Machine::ChannelPath(const std::string& name) const {
  if (std::ranges::count(options_.channels, name) == 0)
    throw UsageError(
        fmt::format("{}: it has no channel \"{}\"", options_.name, name));
  return faultline::ChannelPath(options_, name);
}

pid_t Machine::pid() const {
  const auto qemu = process();
  return qemu ? qemu->pid() : -1;
}

std::shared_ptr<ChildProcess> Machine::process() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

std::shared_ptr<Qmp> Machine::qmp() {
  if (!Running()) ThrowOff("qmp");
  const std::lock_guard lock(mutex_);
  if (!qmp_)
    throw MachineError(
        fmt::format("{}: qmp: the machine is being powered on", options_.name));
  return qmp_;
}

std::string Machine::Ending() {
  std::shared_ptr<ChildProcess> qemu;
  std::shared_ptr<Qmp> session;
  {
    const std::lock_guard lock(mutex_);
    if (!ending_.empty()) return ending_;
    if (!process_) return "powered off";
    qemu = process_;
    session = qmp_;
  }
  const auto status = qemu->WaitForExit(Deadline::After(seconds(1)));
  const std::string ending =
      fmt::format("QEMU ended by itself (exit code {}, reason {})",
                  status.value_or(-1), ShutdownReason(session.get()));
  const std::lock_guard lock(mutex_);
  if (process_ == qemu && ending_.empty()) ending_ = ending;
  return ending;
}

void Machine::ThrowOff(const std::string& action) {
  const std::string ending = Ending();
  throw MachineError(fmt::format("{}: {}: {}; console:\n{}", options_.name,
                                 action, ending, ConsoleTail()));
}

}  // namespace faultline
