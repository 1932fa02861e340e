#include "faultline/cli/check_page.h"

#include <fmt/format.h>

#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/page/timeline.h"

namespace faultline {

void WriteCheckPage(const CheckFinding& finding, const CheckRequest& request,
                    const std::filesystem::path& page) {
  const bool directory = std::filesystem::is_directory(finding.subject);
  if (!directory && !finding.history)
    throw UsageError(
        fmt::format("{}: there is no history to draw", finding.subject));
  Story story =
      directory ? ReadStory(finding.subject) : Story{.title = finding.subject};
  if (finding.history) story.evidence.history = finding.history;
  if (!finding.verdicts.empty()) story.verdicts = finding.verdicts;
  if (finding.status == CheckFinding::Status::kBadInput)
    story.problems.push_back(finding.summary);
  if (finding.linearizability)
    AddContradictions(story, FindModel(finding.linearizability->model),
                      request.options, *finding.linearizability);
  WriteFileAtomically(page, TimelinePage(story));
}

}  // namespace faultline
