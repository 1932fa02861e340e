#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "faultline/base/file_descriptor.h"
#include "faultline/base/unix_message.h"
#include "faultline/base/warden_server/child_table.h"

namespace faultline::internal {

// The warden's end of the socket: answers one request after the other, and
// when the other end closes ends every process that it started, their orphans
// too, and removes the registered directories. Single-threaded, because the
// kernel kills a child with the thread that started it.
class WardenServer {
 public:
  explicit WardenServer(FileDescriptor socket);
  // Returns after the farewell.
  void Serve();

 private:
  bool ServeOne();
  nlohmann::json Answer(const UnixMessage& message,
                        std::vector<FileDescriptor>& descriptors);
  nlohmann::json Spawn(const nlohmann::json& request,
                       const UnixMessage& message,
                       std::vector<FileDescriptor>& descriptors);
  void WaitForChild(int timeout_milliseconds);
  void EndAll();
  void KillOrphans();
  void RemoveDirectories();

  FileDescriptor socket_;
  FileDescriptor null_;
  FileDescriptor child_ended_;
  ChildTable children_;
  std::vector<std::filesystem::path> directories_;
};

}  // namespace faultline::internal
