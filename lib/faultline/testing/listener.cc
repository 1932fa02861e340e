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

enum class FailureKind { kFailed, kBroken, kInconclusive, kGap };

FailureKind KindOf(const testing::TestPartResult& part) {
  const std::string_view message = part.message();
  if (message.find("BROKEN") == 0 || message.find("C++ exception") == 0)
    return FailureKind::kBroken;
  if (message.starts_with("Failed\ngap: ")) return FailureKind::kGap;
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

std::vector<testing::TestPartResult> FailuresOf(
    const testing::TestResult& result) {
  std::vector<testing::TestPartResult> failures;
  for (int i = 0; i < result.total_part_count(); ++i) {
    const testing::TestPartResult& part = result.GetTestPartResult(i);
    if (part.failed()) failures.push_back(part);
  }
  return failures;
}

std::string StatusOf(const testing::TestResult& result) {
  const auto failures = FailuresOf(result);
  if (failures.empty() && result.Skipped()) return "gap";
  return StatusOf(failures);
}

std::string StatusOf(const std::vector<testing::TestPartResult>& failures) {
  const auto any = [&](FailureKind kind) {
    return std::ranges::any_of(
        failures, [&](const auto& failure) { return KindOf(failure) == kind; });
  };
  if (any(FailureKind::kFailed)) return "failed";
  if (any(FailureKind::kBroken)) return "broken";
  if (any(FailureKind::kInconclusive)) return "inconclusive";
  return any(FailureKind::kGap) ? "gap" : "held";
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
