#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/eventually.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// Whether a process runs: neither gone nor a zombie that waits for init.
inline bool ProcessLives(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat, '\0');
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return false;
  const char state = stat.at(name_end + 2);
  return state != 'Z' && state != 'X';
}

inline void WaitUntilGone(pid_t pid) {
  Eventually(Deadline::After(std::chrono::seconds(5)),
             "end of process " + std::to_string(pid),
             [pid] { return !ProcessLives(pid); });
}

// A pid that a shell child writes into a file.
inline pid_t ReadPid(const std::string& path) {
  return Eventually(Deadline::After(std::chrono::seconds(5)), "pid in " + path,
                    [&]() -> std::optional<pid_t> {
                      pid_t pid = -1;
                      std::string end_of_line;
                      std::ifstream file(path);
                      file >> pid;
                      std::getline(file, end_of_line);
                      return file.eof() || pid <= 0 ? std::nullopt
                                                    : std::optional(pid);
                    });
}

struct TestPipe {
  FileDescriptor reader, writer;

  TestPipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reader.Reset(ends[0]);
    writer.Reset(ends[1]);
  }
};

// All that comes until end-of-file: hangs if somebody still holds the writer
// (the test's own time limit ends it).
inline std::string ReadToEnd(int descriptor) {
  std::string text;
  char part[4096];
  ssize_t length;
  while ((length = ::read(descriptor, part, sizeof(part))) > 0)
    text.append(part, static_cast<size_t>(length));
  return text;
}

}  // namespace faultline
