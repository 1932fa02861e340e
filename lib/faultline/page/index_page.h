#pragma once

#include <filesystem>
#include <string>

#include "faultline/page/run_catalogue.h"

namespace faultline {

// What the page over many runs shows, as JSON (docs/reports.md, "index.html").
// `base` leads from the page to the catalogue's root.
std::string IndexData(const RunCatalogue& catalogue,
                      const std::filesystem::path& base);

// One self-contained page of HTML, opened offline: a matrix of scenarios by
// components, what did not hold and why, sweeps. Nothing in it is taken from a
// guest without being escaped. Throws UsageError if this build has no pages.
std::string IndexPage(const RunCatalogue& catalogue,
                      const std::filesystem::path& base);

// That page of the runs of `root` as `out`. Throws UsageError if it cannot be
// written.
void WriteIndex(const RunCatalogue& catalogue,
                const std::filesystem::path& root,
                const std::filesystem::path& out);

}  // namespace faultline
