#pragma once

#include <string>
#include <string_view>

namespace faultline {

// `text` as one word of a POSIX shell, in quotes only if it needs them.
std::string ShellWord(std::string_view text);

// What of this process's environment decides what a run does and must be set
// for it to be done again: "FAULTLINE_PLANT=lost-write FAULTLINE_COLD=1 ", or
// nothing. Leads a line for the shell.
std::string RerunEnvironment();

}  // namespace faultline
