#pragma once

#include <cstdlib>
#include <string>

#include "support/scratch_directory.h"

namespace faultline {

// A `qemu-system-x86_64` first in PATH: a shell script that appends to the
// console and speaks QMP on descriptor 3, so that power, console and errors are
// tested without a virtual machine. Make it before the Warden, which looks
// programs up in the environment it started with.
class FakeQemu {
 public:
  // `on_start` runs first, with the console's path in $console; `on_command` is
  // a body of `case "$line" in`, for a QMP command, with its number in $id.
  explicit FakeQemu(const std::string& on_start = "",
                    const std::string& on_command = "")
      : path_("PATH", directory_.path().string() + ":" + std::getenv("PATH")) {
    directory_.WriteProgram("qemu-system-x86_64",
                            std::string(kFindConsole) + on_start + kGreeting +
                                "while IFS= read -r line <&3; do\n"
                                "  id=${line##*\\\"id\\\":}\n"
                                "  id=${id%%[!0-9]*}\n"
                                "  case \"$line\" in\n" +
                                on_command + kCommands);
  }

  const ScratchDirectory& directory() const { return directory_; }

 private:
  static constexpr char kFindConsole[] = R"(
for argument; do
  case "$argument" in
    file,id=console*) console=${argument##*path=} ;;
  esac
done
echo "booting" >>"$console"
)";
  static constexpr char kGreeting[] = R"(
say() { printf '%s\r\n' "$1" >&3; }
say '{"QMP": {"version": {}, "capabilities": []}}'
)";
  static constexpr char kCommands[] = R"(
    *usernet*) say '{"return": "TCP[HOST_FORWARD] 9 127.0.0.1 40022 10.0.2.15 22 0 0\r\n", "id": '$id'}' ;;
    *system_reset*)
      say '{"return": {}, "id": '$id'}'
      say '{"event": "RESET"}' ;;
    *system_powerdown*)
      say '{"return": {}, "id": '$id'}'
      say '{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}}'
      exit 0 ;;
    *) say '{"return": {}, "id": '$id'}' ;;
  esac
done
)";

  ScratchDirectory directory_;
  ScopedVariable path_;
};

}  // namespace faultline
