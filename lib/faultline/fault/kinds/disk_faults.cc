// Faults of the state disk and its file system.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "faultline/base/eventually.h"
#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/guest_loop.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/vm/disk_filter.h"

namespace faultline::internal {
namespace {

// Where the guest contract mounts the state disk.
constexpr char kState[] = "/var/lib/state";
// Words of the shell: the device under it, and that of another disk.
constexpr char kDevice[] =
    "$(awk '$2 == \"/var/lib/state\" { print $1 }' /proc/mounts)";
constexpr char kDeviceBySerial[] = "$(readlink -f /dev/disk/by-id/virtio-{})";
constexpr char kWitness[] = "/var/lib/state/.faultline-witness";

class DiskFull : public NodeFault {
 public:
  using NodeFault::NodeFault;

  // fallocate stops at the last free block; what it rounds off is filled block
  // by block.
  void Inject(Deadline deadline) override {
    active_ = true;
    node().Succeed(
        fmt::format("mkdir -p {0} && {{ fallocate -l 1T {0}/most; "
                    "dd if=/dev/zero of={0}/rest bs=4096 conv=fsync; }} "
                    ">/dev/null 2>&1; true",
                    kFiller),
        deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    const CommandResult write = node().Execute(
        fmt::format("dd if=/dev/zero of={0} bs=4096 count=1 conv=fsync; "
                    "code=$?; rm -f {0}; exit $code",
                    kWitness),
        deadline);
    if (write.standard_error.find("No space left") == std::string::npos)
      throw NoEffectError(node().name() + ": its file system has room: " +
                          write.standard_error);
  }
  void Heal(Deadline deadline) override {
    if (active_ && node().Running()) {
      node().Succeed(fmt::format("rm -rf {} && sync", kFiller), deadline);
      StartService(deadline);
    }
    active_ = false;
  }
  void WaitForRecovery(Deadline deadline) override {
    if (node().Running()) WaitUntilItAnswers(deadline);
  }

 private:
  static constexpr char kFiller[] = "/var/lib/state/.faultline-filler";

  bool active_ = false;
};

// The serial of a disk of the node; empty: its state disk.
std::string DiskHit(Node& node, const FaultSpec& spec) {
  const std::string wanted = TextParameter(spec, "disk");
  if (wanted.empty()) return wanted;
  std::vector<std::string> serials;
  for (const MachineDisk& disk : node.machine().options().disks)
    serials.push_back(disk.serial);
  if (std::ranges::count(serials, wanted) == 0)
    throw UsageError(fmt::format(
        "fault {}: {} has no disk \"{}\" beside its state disk; it "
        "has {}",
        spec.kind, node.name(), wanted,
        serials.empty() ? "none"
                        : fmt::format("{}", fmt::join(serials, ", "))));
  return wanted;
}

// A fault that QEMU makes between the disk and the guest.
class FilteredDisk : public NodeFault {
 public:
  FilteredDisk(const FaultContext& context, Node& node,
               const std::string& disk = "")
      : NodeFault(context, node),
        filter_(node.machine(), disk),
        device_(disk.empty() ? kDevice : fmt::format(kDeviceBySerial, disk)) {}

  void Heal(Deadline deadline) override { filter_.Remove(deadline); }
  // The service may have ended because of what it saw.
  void WaitForRecovery(Deadline deadline) override {
    if (!node().Running()) return;
    StartService(deadline);
    WaitUntilItAnswers(deadline);
  }

 protected:
  DiskFilter& filter() { return filter_; }
  // A word of the shell.
  const std::string& device() const { return device_; }

 private:
  DiskFilter filter_;
  const std::string device_;
};

class DiskErrors : public FilteredDisk {
 public:
  DiskErrors(const FaultContext& context, Node& node, const FaultSpec& spec)
      : FilteredDisk(context, node),
        operations_(TextParameter(spec, "operations")) {}

  void Inject(Deadline deadline) override {
    // Room on the disk, so that the witness's write needs no journal.
    node().Succeed(fmt::format("dd if=/dev/zero of={} bs=4096 count=1 "
                               "conv=fsync 2>&1",
                               kWitness),
                   deadline);
    active_ = true;
    filter().FailRequests(Operations(), deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    if (operations_ != "write") ExpectError(kRead, deadline);
    if (operations_ != "read") ExpectError(kWrite, deadline);
  }
  // After write errors the file system's journal may have ended, and what is in
  // the guest's memory may not be on the disk: it is checked (which replays the
  // journal) and mounted anew then. Exit code 1 of e2fsck: all is repaired.
  void Heal(Deadline deadline) override {
    FilteredDisk::Heal(deadline);
    if (active_ && node().Running() && IsHurt(deadline)) MountAnew(deadline);
    active_ = false;
  }

 private:
  static constexpr char kRead[] =
      "dd if={1} of=/dev/null bs=4096 count=1 iflag=direct";
  static constexpr char kWrite[] =
      "dd if=/dev/zero of={0} bs=4096 count=1 oflag=direct conv=notrunc";

  DiskOperations Operations() const {
    if (operations_ == "read") return DiskOperations::kRead;
    if (operations_ == "write") return DiskOperations::kWrite;
    return DiskOperations::kBoth;
  }

  void ExpectError(const char* command, Deadline deadline) {
    if (node()
            .Execute(fmt::format(fmt::runtime(command), kWitness, kDevice),
                     deadline)
            .Succeeded())
      throw NoEffectError(fmt::format("{}: its disk still answers: {}",
                                      node().name(), command));
  }

  bool IsHurt(Deadline deadline) {
    const std::string works = fmt::format(
        "dd if=/dev/zero of={0} bs=4096 count=1 conv=fsync && "
        "rm {0}",
        kWitness);
    std::string serves;
    for (const std::string& unit : Units())
      serves += " && systemctl --quiet is-active " + unit;
    return !node().Execute(works + serves, deadline).Succeeded();
  }

  void MountAnew(Deadline deadline) {
    if (RunsService())
      node().Execute(fmt::format("systemctl kill --signal=KILL {0}; "
                                 "systemctl stop {0}",
                                 fmt::join(Units(), " ")),
                     deadline);
    node().Succeed(
        fmt::format("device={1} && umount {0} && "
                    "{{ ! command -v e2fsck || e2fsck -p $device || "
                    "test $? = 1; }} && mount -t ext4 $device {0} && rm -f {2}",
                    kState, kDevice, kWitness),
        deadline);
  }

  // None where no service runs.
  std::vector<std::string> Units() const {
    return RunsService() ? service().units(node()) : std::vector<std::string>{};
  }

  const std::string operations_;
  bool active_ = false;
};

class DiskSlow : public FilteredDisk {
 public:
  DiskSlow(const FaultContext& context, Node& node, const FaultSpec& spec)
      : FilteredDisk(context, node, DiskHit(node, spec)),
        per_second_(static_cast<int>(NumberParameter(spec, "per_second"))) {}

  void Inject(Deadline deadline) override {
    filter().LimitRequests(per_second_, deadline);
  }
  // A second's worth of reads more than may go through at once: an emulated
  // guest needs a fifth of a second to start a program.
  void WaitForEffect(Deadline deadline) override {
    const int waiting = per_second_ + 2;
    const int reads = 2 + per_second_ / 10 + waiting;
    const double seconds = Seconds(
        fmt::format("dd if={} of=/dev/null bs=4096 count={} iflag=direct",
                    device(), reads),
        deadline);
    if (seconds < 0.75 * waiting / per_second_)
      throw NoEffectError(
          fmt::format("{}: {} reads of its disk took {:.3f} s only",
                      node().name(), reads, seconds));
  }

 private:
  // By the guest's uptime: another fault may have its wall clock.
  double Seconds(const std::string& command, Deadline deadline) {
    std::istringstream uptimes(node().Succeed(
        fmt::format("cut -d ' ' -f 1 /proc/uptime && {} 2>/dev/null && "
                    "cut -d ' ' -f 1 /proc/uptime",
                    command),
        deadline));
    double begin = 0;
    double end = 0;
    uptimes >> begin >> end;
    return end - begin;
  }

  const int per_second_;
};

class DiskStalled : public FilteredDisk {
 public:
  DiskStalled(const FaultContext& context, Node& node, const FaultSpec& spec)
      : FilteredDisk(context, node, DiskHit(node, spec)) {}

  void Inject(Deadline deadline) override { filter().Stall(deadline); }
  // Two requests, of which the second hangs; then nothing ends any more.
  void WaitForEffect(Deadline deadline) override {
    StartInGuest(
        node(), kReader,
        fmt::format("dd if={} of=/dev/null bs=4096 count=2 iflag=direct",
                    device()),
        deadline);
    try {
      Eventually(deadline, node().name() + ": its disk stands still",
                 [&] { return StandsStill(deadline); });
    } catch (const TimeoutError& error) {
      throw NoEffectError(error.what());
    }
  }
  void Heal(Deadline deadline) override {
    FilteredDisk::Heal(deadline);
    if (node().Running()) StopInGuest(node(), kReader, deadline);
  }

 private:
  static constexpr char kReader[] = "disk-reader";

  // Requests are under way, and half a second later none of them has ended.
  bool StandsStill(Deadline deadline) {
    return node()
        .Execute(
            fmt::format("device={}; look() {{ awk '{{ print $1 + $5, ($9 > 0) "
                        "}}' /sys/block/${{device##*/}}/stat; }}; "
                        "before=$(look); sleep 0.5; after=$(look); "
                        "test \"$before\" = \"$after\" && "
                        "test \"${{after#* }}\" = 1",
                        device()),
            deadline)
        .Succeeded();
  }
};

ParameterSpec Operations() {
  return {.name = "operations",
          .description = "which requests fail",
          .type = ParameterSpec::Type::kChoice,
          .default_value = "both",
          .choices = {"read", "write", "both"}};
}

ParameterSpec RequestsPerSecond() {
  return {.name = "per_second",
          .description = "reads and writes a second",
          .type = ParameterSpec::Type::kNumber,
          .default_value = "10",
          .minimum = 1,
          .maximum = 50};
}

ParameterSpec Disk() {
  return {.name = "disk",
          .description = "the serial of a disk; empty: the state disk",
          .type = ParameterSpec::Type::kDisk,
          .default_value = ""};
}

}  // namespace

std::vector<FaultKind> DiskFaults() {
  const TargetCount any = {.fewest = 1, .most = TargetCount::kAll};
  return {
      {.name = "disk-full",
       .description = "the state file system has no room left; healed: it "
                      "has, and the service is started if it ended",
       .area = FaultArea::kDisk,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<DiskFull>()},
      {.name = "disk-errors",
       .description = "the state disk answers with EIO; healed: the file "
                      "system is mounted anew if it or the service gave up",
       .area = FaultArea::kDisk,
       .targets = any,
       .stops_node = true,
       .parameters = {Operations()},
       .make = OnEachTargetBySpec<DiskErrors>()},
      {.name = "disk-slow",
       .description = "the state disk serves so many requests a second only",
       .area = FaultArea::kDisk,
       .targets = any,
       .parameters = {RequestsPerSecond(), Disk()},
       .make = OnEachTargetBySpec<DiskSlow>()},
      {.name = "disk-stalled",
       .description = "requests to the state disk hang; healed: they go on",
       .area = FaultArea::kDisk,
       .targets = any,
       .stops_node = true,
       .parameters = {Disk()},
       .make = OnEachTargetBySpec<DiskStalled>()},
  };
}

}  // namespace faultline::internal
