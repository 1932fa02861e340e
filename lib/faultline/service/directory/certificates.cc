#include "faultline/service/directory/certificates.h"

#include <fmt/format.h>

#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/remote/shell_text.h"

namespace faultline {
namespace {

const std::vector<std::string> kNewKey{"-newkey", "ec", "-pkeyopt",
                                       "ec_paramgen_curve:P-256", "-nodes"};

std::vector<std::string> Request(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "req");
  arguments.insert(arguments.end(), kNewKey.begin(), kNewKey.end());
  return arguments;
}

}  // namespace

CertificateAuthority::CertificateAuthority(Warden& warden,
                                           std::filesystem::path directory,
                                           Deadline deadline)
    : warden_(warden),
      directory_(std::move(directory)),
      file_(directory_ / "authority.pem") {
  std::filesystem::create_directory(directory_);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
  Run(Request({"-x509", "-days", "30", "-subj", "/CN=authority of a test",
               "-keyout", Path("authority.key"), "-out", file_.string()}),
      deadline);
}

Certificate CertificateAuthority::Issue(const std::string& name,
                                        const std::string& address,
                                        Deadline deadline, int days) {
  WriteFileAtomically(
      Path("names"),
      fmt::format("subjectAltName=DNS:{},IP:{}\n", name, address));
  Run(Request({"-subj", "/CN=" + name, "-keyout", Path("server.key"), "-out",
               Path("request")}),
      deadline);
  Run({"x509", "-req", "-in", Path("request"), "-CA", file_.string(), "-CAkey",
       Path("authority.key"), "-CAcreateserial", "-days", std::to_string(days),
       "-extfile", Path("names"), "-out", Path("server.pem")},
      deadline);
  return {.certificate = ReadFile(Path("server.pem")),
          .key = ReadFile(Path("server.key"))};
}

void CertificateAuthority::Run(const std::vector<std::string>& arguments,
                               Deadline deadline) {
  std::vector<std::string> command{"openssl"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const CommandResult result = warden_.Run(command, deadline);
  if (!result.Succeeded()) {
    throw CommandError(fmt::format("openssl {}: {}", arguments.front(),
                                   OutputTail(result.standard_error)));
  }
}

}  // namespace faultline
