#include "faultline/cli/junit.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using Kind = TestOutcome::Kind;

std::string Unescaped(std::string_view text) {
  constexpr std::pair<std::string_view, char> kEntities[] = {{"&lt;", '<'},
                                                             {"&gt;", '>'},
                                                             {"&quot;", '"'},
                                                             {"&apos;", '\''},
                                                             {"&amp;", '&'}};
  std::string plain;
  while (!text.empty()) {
    std::size_t taken = 1;
    char letter = text.front();
    for (const auto& [entity, meant] : kEntities) {
      if (!text.starts_with(entity)) continue;
      taken = entity.size();
      letter = meant;
    }
    plain += letter;
    text.remove_prefix(taken);
  }
  return plain;
}

// Of the element that `tag` opens: <testcase name="..." status="...">.
std::string Attribute(std::string_view tag, const std::string& name) {
  const std::string lead = " " + name + "=\"";
  const std::size_t at = tag.find(lead);
  if (at == std::string_view::npos) return "";
  const std::size_t begin = at + lead.size();
  const std::size_t end = std::min(tag.find('"', begin), tag.size());
  return Unescaped(tag.substr(begin, end - begin));
}

// ctest says "notrun" of a skipped test, too; only the reason tells.
TestOutcome OutcomeOf(std::string_view testcase, std::string_view tag) {
  TestOutcome outcome;
  outcome.seconds = std::strtod(Attribute(tag, "time").c_str(), nullptr);
  const std::string status = Attribute(tag, "status");
  if (status == "run") outcome.kind = Kind::kPassed;
  if (status == "fail") outcome.kind = Kind::kFailed;
  const std::size_t skipped = testcase.find("<skipped ");
  if (status != "notrun" || skipped == std::string_view::npos) return outcome;
  outcome.reason = Attribute(testcase.substr(skipped), "message");
  if (outcome.reason.starts_with("SKIP_")) outcome.kind = Kind::kSkipped;
  return outcome;
}

}  // namespace

// What tests printed is escaped in it, so no tag can be hidden there.
std::map<std::string, TestOutcome> ParseJunit(const std::string& xml) {
  constexpr std::string_view kBegin = "<testcase ";
  constexpr std::string_view kEnd = "</testcase>";
  if (xml.find("</testsuite>") == std::string::npos)
    throw UsageError("what ctest wrote of its run is cut off");
  std::map<std::string, TestOutcome> outcomes;
  const std::string_view text = xml;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos;
       at = text.find(kBegin, at + 1)) {
    const std::size_t end = std::min(text.find(kEnd, at), text.size());
    const std::string_view testcase = text.substr(at, end - at);
    const std::string_view tag = testcase.substr(0, testcase.find('>'));
    outcomes[Attribute(tag, "name")] = OutcomeOf(testcase, tag);
  }
  return outcomes;
}

}  // namespace faultline
