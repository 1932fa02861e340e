#pragma once

#include <filesystem>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"

namespace faultline {

struct Certificate {
  std::string certificate;  // PEM
  std::string key;          // PEM; a secret
};

// An authority that signs certificates of servers, for one run: it lives and
// ends with its directory, which is of this user alone. Made with the program
// openssl. Throws UsageError if there is none, CommandError with its words.
class CertificateAuthority {
 public:
  // `directory` is made, and must not be there yet.
  CertificateAuthority(Warden& warden, std::filesystem::path directory,
                       Deadline deadline);

  // Its own certificate, by which clients know it.
  const std::filesystem::path& file() const { return file_; }
  // Of the server with that name and that address, from now on for `days`; in
  // the past if that is below zero.
  Certificate Issue(const std::string& name, const std::string& address,
                    Deadline deadline, int days = 30);

 private:
  void Run(const std::vector<std::string>& arguments, Deadline deadline);
  std::string Path(const std::string& name) const {
    return (directory_ / name).string();
  }

  Warden& warden_;
  const std::filesystem::path directory_;
  const std::filesystem::path file_;
};

}  // namespace faultline
