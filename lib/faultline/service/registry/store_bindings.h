#pragma once

#include <string>
#include <vector>

#include "faultline/service/binding.h"

namespace faultline {

// All bindings of the ReplicatedStore role that Faultline has, ChainFire's
// first: the one list that suites, sweeps and benchmarks take theirs from.
const std::vector<StoreBinding>& StoreBindings();

// The binding of a role, in capital letters or not. Throws UsageError that
// names the roles there are.
const StoreBinding& FindStoreBinding(const std::string& role);

}  // namespace faultline
