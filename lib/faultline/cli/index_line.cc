#include "faultline/cli/index_line.h"

#include <fmt/format.h>

#include "faultline/page/index_page.h"
#include "faultline/page/timeline.h"

namespace faultline {

std::string WriteIndexLine(const std::filesystem::path& root) {
  if (!PagesAreBuilt()) return fmt::format("no index.html: {}\n", kNoPages);
  const std::filesystem::path page = root / "index.html";
  try {
    WriteIndex(ReadRunCatalogue(root), root, page);
    return fmt::format("all runs at a glance: {}\n", page.string());
  } catch (const std::exception& error) {
    return fmt::format("no index.html: {}\n", error.what());
  }
}

}  // namespace faultline
