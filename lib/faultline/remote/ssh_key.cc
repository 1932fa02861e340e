#include "faultline/remote/ssh_key.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/remote/ssh_handles.h"

namespace faultline {
namespace {

using internal::SshKeyHandle;
using internal::SshStringHandle;

SshKeyHandle Generate() {
  ssh_key key = nullptr;
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 12, 0)
  const int answer = ssh_pki_generate_key(SSH_KEYTYPE_ED25519, nullptr, &key);
#else
  const int answer = ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key);
#endif
  if (answer != SSH_OK) {
    throw MachineError("cannot generate an ed25519 key with libssh");
  }
  return SshKeyHandle(key);
}

// libssh writes ed25519 keys in OpenSSH's own form (measured with 0.10.6), the
// only one that every sshd reads.
std::string PrivateText(const SshKeyHandle& key) {
  char* text = nullptr;
  if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr,
                                    &text) != SSH_OK) {
    throw MachineError("cannot export an ed25519 private key with libssh");
  }
  return SshStringHandle(text).get();
}

std::string PublicText(const SshKeyHandle& key) {
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK) {
    throw MachineError("cannot export an ed25519 public key with libssh");
  }
  return SshStringHandle(text).get();
}

}  // namespace

SshKeyPair GenerateSshKey(const std::string& comment) {
  const SshKeyHandle key = Generate();
  return {
      .private_key = PrivateText(key),
      .public_key = fmt::format("ssh-ed25519 {} {}", PublicText(key), comment)};
}

}  // namespace faultline
