#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/warden.h"
#include "faultline/remote/ssh_key.h"
#include "faultline/remote/ssh_remote.h"
#include "support/local_sshd.h"

namespace faultline {

// A local sshd and the options that reach it.
class WithSshd : public testing::Test {
 protected:
  SshOptions Options() {
    return {.name = "node2",
            .port = [this] { return sshd_.port(); },
            .user = LocalSshd::CurrentUser(),
            .private_key = user_key_.private_key,
            .host_public_key = sshd_.host_public_key()};
  }
  static Deadline Soon() { return Deadline::After(std::chrono::seconds(20)); }
  std::string Path(const std::string& name) const {
    return sshd_.directory() / name;
  }

  Warden warden_;
  const SshKeyPair user_key_ = GenerateSshKey("faultline");
  LocalSshd sshd_{warden_, GenerateSshKey("node2"), user_key_.public_key};
};

// The message of the Exception that `action` throws; fails if it throws none.
template <typename Exception, typename Action>
std::string MessageOf(Action action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace faultline
