#pragma once

#include <string>

namespace faultline {

// Gives this process, and all that it starts from now on, a loopback interface
// of its own and no other network: no other user of this host can reach the
// ports that QEMU forwards to services without a password, and no other program
// takes one. Needs no root where the kernel lets users make namespaces. Call it
// while the process has one thread. Where it is not possible nothing has
// changed, and the answer says why; empty: it is private now.
std::string UsePrivateLoopback();

// What that answered; before, that it was not asked for.
const std::string& WhyLoopbackIsShared();

}  // namespace faultline
