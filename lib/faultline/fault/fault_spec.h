#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {

// Which fault, on which nodes, how strong: everything that decides what
// Inject() will do. A value, printed and parsed as one line:
//
//   delay node2 delay=100ms jitter=10ms
//   partition node1,node3 sizes=2
struct FaultSpec {
  std::string kind;                  // "process-pause"
  std::vector<std::string> targets;  // node names; the order may matter
  std::map<std::string, std::string> parameters = {};

  bool operator==(const FaultSpec&) const = default;
};

// "process-pause node1", parameters by name.
std::string ToText(const FaultSpec& spec);

// The inverse. Throws UsageError, quoting the text, if it is no fault: without
// a kind, with a parameter twice, a target after a parameter, a character that
// no name has. Whether kind and nodes exist is checked by ValidateFault.
FaultSpec ParseFaultSpec(const std::string& text);

// The values of parameters. Each throws UsageError naming kind, parameter and
// value if it is missing or does not read as one.
Duration DurationParameter(const FaultSpec& spec, const std::string& name);
double PercentParameter(const FaultSpec& spec, const std::string& name);
double NumberParameter(const FaultSpec& spec, const std::string& name);
const std::string& TextParameter(const FaultSpec& spec,
                                 const std::string& name);
// "2+1" -> {2, 1}; "" -> {}.
std::vector<int> SizesParameter(const FaultSpec& spec, const std::string& name);

}  // namespace faultline
