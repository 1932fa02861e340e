#pragma once

#include <string>
#include <string_view>

namespace faultline::internal {

// The bundled pages, made from web/ when the project is built; empty if that
// could not be done. Each holds kPlaceOfData once.
extern const std::string_view kTimelineTemplate;
extern const std::string_view kIndexTemplate;

inline constexpr std::string_view kPlaceOfData = "@FAULTLINE_DATA@";

// The page with this JSON in its place. Throws UsageError if it is empty.
std::string FillTemplate(std::string_view page, std::string json);

}  // namespace faultline::internal
