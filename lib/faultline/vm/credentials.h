#pragma once

#include <filesystem>
#include <string>

#include "faultline/vm/qemu_arguments.h"

namespace faultline {

// One OEM string (SMBIOS type 11) a credential, each in a file of its own that
// only the owner reads: a command line would show the host key to every user of
// this machine.

// Where QemuArguments() tells QEMU to read the credential `name`:
// <directory>/credentials/<name>.
std::filesystem::path CredentialPath(const MachineOptions& options,
                                     const std::string& name);

// "io.systemd.credential.binary:NAME=BASE64", as systemd's PID 1 reads it.
std::string CredentialText(const std::string& name, const std::string& value);

// Writes them all. Throws UsageError for a name that is no file name, and if a
// file cannot be written.
void WriteCredentials(const MachineOptions& options);

}  // namespace faultline
