// faultline-check FILE...: what `faultline check` does, as a program of its own
// that links only what judges histories. It is built and starts sooner.
#include <iostream>

#include "faultline/cli/commands.h"

namespace {

constexpr int kBadInput = 3;

}  // namespace

int main(int argc, char** argv) {
  try {
    int status = 0;
    faultline::CommandLine line("faultline-check",
                                faultline::kCheckDescription);
    faultline::DefineCheck(line.command(), status);
    const auto outcome = line.Parse(argc, argv);
    return outcome == faultline::CommandLine::Outcome::kRefused ? kBadInput
                                                                : status;
  } catch (const std::exception& error) {
    std::cerr << "faultline check: " << error.what() << "\n";
    return kBadInput;
  }
}
