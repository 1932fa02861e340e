#pragma once

#include <string>
#include <string_view>

namespace faultline {

// `text` with what is not UTF-8 replaced by U+FFFD. What a guest printed may be
// anything.
std::string ValidUtf8(std::string_view text);

// `text` as content or quoted attribute of HTML and XML: nothing in it begins a
// tag or ends an attribute, terminals' escapes and other control characters
// (which XML cannot hold) become U+FFFD, and so does what is not UTF-8.
std::string EscapeMarkup(std::string_view text);

// JSON as content of <script type="application/json">: nothing in it ends the
// element or begins a comment.
std::string EscapeScript(std::string json);

}  // namespace faultline
