#pragma once

#include <string>
#include <string_view>

namespace faultline {

// `text` as one word of a POSIX shell, whatever it holds: a b -> 'a b'. Throws
// UsageError on a NUL byte, which no shell word can hold.
std::string ShellQuote(std::string_view text);

// A command on one line, at most about 120 characters, for messages.
std::string ShortCommand(std::string_view command);

// The last lines of what a command printed, on one line ("a | b"), for
// messages.
std::string OutputTail(std::string_view output, int lines = 3);

}  // namespace faultline
