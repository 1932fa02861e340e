#pragma once

#include <libssh/libssh.h>

#include <memory>
#include <type_traits>

// Owners for libssh's objects. Only .cc files and internal headers of this
// folder include this.
namespace faultline::internal {

struct SshSessionDeleter {
  void operator()(ssh_session session) const noexcept { ssh_free(session); }
};
struct SshChannelDeleter {
  void operator()(ssh_channel channel) const noexcept {
    ssh_channel_free(channel);
  }
};
struct SshKeyDeleter {
  void operator()(ssh_key key) const noexcept { ssh_key_free(key); }
};
struct SshStringDeleter {
  void operator()(char* text) const noexcept { ssh_string_free_char(text); }
};

using SshSessionHandle =
    std::unique_ptr<std::remove_pointer_t<ssh_session>, SshSessionDeleter>;
using SshChannelHandle =
    std::unique_ptr<std::remove_pointer_t<ssh_channel>, SshChannelDeleter>;
using SshKeyHandle =
    std::unique_ptr<std::remove_pointer_t<ssh_key>, SshKeyDeleter>;
using SshStringHandle = std::unique_ptr<char, SshStringDeleter>;

}  // namespace faultline::internal
