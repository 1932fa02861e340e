#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "faultline/base/temporary_directory.h"

namespace faultline {

// A directory of a test's own, with ways to fill it.
class ScratchDirectory : public TemporaryDirectory {
 public:
  ScratchDirectory() : TemporaryDirectory("faultline-test") {}

  std::filesystem::path Write(const std::string& name,
                              const std::string& content) const {
    const std::filesystem::path file = path() / name;
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  // An executable shell script.
  std::filesystem::path WriteProgram(const std::string& name,
                                     const std::string& script) const {
    const std::filesystem::path file = Write(name, "#!/bin/sh\n" + script);
    ::chmod(file.c_str(), 0700);
    return file;
  }
};

// Sets an environment variable and puts the old value back.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::string& value)
      : name_(std::move(name)) {
    if (const char* old = ::getenv(name_.c_str())) old_ = old;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~ScopedVariable() {
    if (old_) {
      ::setenv(name_.c_str(), old_->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> old_;
};

}  // namespace faultline
