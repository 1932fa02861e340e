#include "faultline/testing/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string_view>

#include "faultline/testing/test_run.h"

namespace faultline {
namespace {

std::filesystem::path& EvidencePath() {
  static std::filesystem::path path;
  return path;
}

enum class FailureKind { kFailed, kBroken, kInconclusive };

FailureKind KindOf(const testing::TestPartResult& part) {
  const std::string_view message = part.message();
  if (message.find("BROKEN") == 0 || message.find("C++ exception") == 0)
    return FailureKind::kBroken;
  const bool violated = message.find("VIOLATED ") != std::string_view::npos;
  const bool inconclusive =
      message.find("INCONCLUSIVE ") != std::string_view::npos;
  return inconclusive && !violated ? FailureKind::kInconclusive
                                   : FailureKind::kFailed;
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return text;
}

}  // namespace

void SetEvidencePath(const std::filesystem::path& path) {
  EvidencePath() = path;
}

std::string StatusOf(const testing::TestResult& result) {
  bool failed = false;
  bool broken = false;
  bool inconclusive = false;
  for (int i = 0; i < result.total_part_count(); ++i) {
    const testing::TestPartResult& part = result.GetTestPartResult(i);
    if (!part.failed()) continue;
    const FailureKind kind = KindOf(part);
    failed |= kind == FailureKind::kFailed;
    broken |= kind == FailureKind::kBroken;
    inconclusive |= kind == FailureKind::kInconclusive;
  }
  if (failed) return "failed";
  if (broken) return "broken";
  if (inconclusive) return "inconclusive";
  return result.Skipped() ? "gap" : "held";
}

void RerunListener::OnTestEnd(const testing::TestInfo& info) {
  if (info.result()->Failed()) {
    const TestRun run = CurrentTestRun();
    std::cout << fmt::format("{}: {}\n", Upper(StatusOf(*info.result())),
                             run.name);
    if (!EvidencePath().empty())
      std::cout << fmt::format("evidence: {}\n", EvidencePath().string());
    std::cout << fmt::format("rerun: {}\n", run.rerun) << std::flush;
  }
  SetEvidencePath({});
}

}  // namespace faultline
