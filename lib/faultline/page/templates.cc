#include "faultline/page/templates.h"

#include "faultline/base/error.h"
#include "faultline/page/timeline.h"
#include "faultline/report/markup.h"

namespace faultline::internal {

std::string FillTemplate(std::string_view page, std::string json) {
  const std::size_t place = page.find(kPlaceOfData);
  if (place == std::string_view::npos) throw UsageError(kNoPages);
  std::string filled(page.substr(0, place));
  filled += EscapeScript(std::move(json));
  return filled + std::string(page.substr(place + kPlaceOfData.size()));
}

}  // namespace faultline::internal
