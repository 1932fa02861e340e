#pragma once

#include <map>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/deadline_mutex.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/line_socket.h"

namespace faultline {

// The agent inside one guest, over the virtio-serial port "faultline"
// (docs/guest-contract.md, "The agent"): what a machine is told before SSH can
// reach it, as a clone's identity, or without the work that SSH is for an
// emulated guest. Thread-safe: one request at a time, and the deadline also
// bounds the wait for one's turn. All calls throw TimeoutError at the deadline,
// and MachineError if QEMU is gone, the guest says why it could not, or its
// answer is not one. A request of which only a part was written by its deadline
// is the last: later ones throw MachineError.
class GuestAgent {
 public:
  // `node` is for messages.
  GuestAgent(std::string node, FileDescriptor socket)
      : node_(std::move(node)), socket_(std::move(socket)) {}

  // Readies the guest for a checkpoint: sshd waits for other keys from then on.
  void Hold(Deadline deadline);
  // Makes a guest that was held another machine: its names, addresses, keys,
  // machine and boot ids, random numbers. `credentials` as at power-on, named
  // without "faultline.". When it returns, sshd takes the new keys.
  void ChangeIdentity(const std::map<std::string, std::string>& credentials,
                      Deadline deadline);
  // Sets the guest's wall clock by this host's, to a few milliseconds.
  void SetClock(Deadline deadline);
  // How far the guest's wall clock is ahead of this host's.
  Duration ClockOffset(Deadline deadline);
  // Steps the guest's wall clock.
  void AdjustClock(Duration by, Deadline deadline);

  // Stops `unit` and makes the directory of `path` anew, with nothing in it but
  // `path`, which holds `text` and survives a power cut from then on. Of root
  // only. No name may contain a space.
  void RenewState(const std::string& unit, const std::string& path,
                  const std::string& text, Deadline deadline);
  // Does not wait until `unit` runs.
  void StartUnit(const std::string& unit, Deadline deadline);
  // Whoever opens the file `path` from now on waits until its gate is opened.
  void PutGateBefore(const std::string& path, Deadline deadline);
  // Gives the file `path` to whoever waits at its gate, which is gone then.
  // False if nobody came within `at_most`, or somewhat later.
  bool OpenGate(const std::string& path, Duration at_most, Deadline deadline);
  // Whether there is a file or directory `path` within `at_most`, or somewhat
  // later.
  bool WaitForFile(const std::string& path, Duration at_most,
                   Deadline deadline);

 private:
  LineSocket::Result ReadAnswer(Deadline deadline);
  // Whether the answer was `yes`, at last; else it was `no` each time.
  bool AskAgain(const std::string& request, const std::string& action,
                const std::string& yes, const std::string& no, Duration at_most,
                Deadline deadline);
  // A request that has one answer.
  void Tell(const std::string& request, const std::string& action,
            const std::string& answer, Deadline deadline);
  std::string Ask(const std::string& request, const std::string& action,
                  Deadline deadline);
  void Write(const std::string& request, const std::string& action,
             Deadline deadline);
  [[noreturn]] void ThrowUnknown(const std::string& action,
                                 const std::string& answer) const;

  const std::string node_;
  internal::DeadlineMutex mutex_;
  LineSocket socket_;
  int late_answers_ = 0;  // of requests that nobody waits for any more
  std::string broken_;    // why nothing can be asked any more
};

}  // namespace faultline
