#pragma once

#include <string>

namespace faultline {

// An ed25519 key pair made for one run, in OpenSSH's text forms.
struct SshKeyPair {
  std::string private_key;  // "-----BEGIN OPENSSH PRIVATE KEY-----..."
  std::string public_key;   // "ssh-ed25519 AAAA... comment"
};

SshKeyPair GenerateSshKey(const std::string& comment);

}  // namespace faultline
