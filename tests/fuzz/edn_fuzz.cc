#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "faultline/history/history_readers.h"
#include "fuzz/history_rules.h"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string wrong = faultline::ReadAndJudge(
      [](std::string_view text, const std::string& name) {
        return faultline::internal::ReadEdnHistory(text, name);
      },
      bytes);
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}
