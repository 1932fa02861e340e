#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace faultline {

// The harness broke: something that is neither an expected answer (those are
// values) nor a verdict about the service under test (those are gtest results).
// The message names the node, the action, the deadline and what was last seen;
// `where()` is the line that threw, because gtest only prints "unknown file"
// for an exception.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message,
                 std::source_location where = std::source_location::current())
      : std::runtime_error(message), where_(where) {}

  const std::source_location& where() const { return where_; }

 private:
  std::source_location where_;
};

// A deadline passed before a condition held.
class TimeoutError : public Error {
 public:
  using Error::Error;
};

// A command ran (or could not be run) on a node or on this host with an
// unwanted result. Waits retry it.
class CommandError : public Error {
 public:
  using Error::Error;
};

// A virtual machine, a switch or its host-side plumbing failed.
class MachineError : public Error {
 public:
  using Error::Error;
};

// The person or program that called gave something unusable: an option, an
// image, a file, a machine without QEMU.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace faultline
