#include "faultline/history/history_readers.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_history.h"
#include "faultline/history/json_history.h"
#include "faultline/history/text_lines.h"

namespace faultline::internal {
namespace {

std::string Located(const std::string& name, int line,
                    const std::string& reason) {
  return fmt::format("{}:{}: {}", name, line, reason);
}

void NameTornTail(History& history, const std::string& name,
                  const TornTail& torn) {
  if (torn.bytes == 0) return;
  history.torn =
      Located(name, torn.line,
              fmt::format("left out {} bytes of a line that was never finished",
                          torn.bytes));
}

History TakeUnlessEmpty(JepsenHistory& jepsen, const std::string& name) {
  if (jepsen.empty()) {
    throw UsageError(Located(name, 1, "not a history: no operation in it"));
  }
  return jepsen.Take();
}

// A value that the text's end cuts off in the last line, which has no newline.
bool IsTorn(std::string_view text, std::size_t begin, const EdnReader& reader) {
  return reader.at_end() && text.find('\n', begin) == std::string_view::npos;
}

// The operations of a file, one after the other or within one vector or list.
TornTail UseEdn(std::string_view text, EdnReader& reader,
                JepsenHistory& jepsen) {
  const bool vector = reader.Take('[');
  const bool within = vector || reader.Take('(');
  const auto finished = [&] {
    return within ? reader.Take(vector ? ']' : ')') : !reader.HasNext();
  };
  while (!finished()) {
    const std::size_t begin = reader.position();
    const int line = reader.line();
    EdnValue value;
    try {
      value = reader.Next();
    } catch (const UsageError&) {
      if (within || !IsTorn(text, begin, reader)) throw;
      return {line, text.size() - begin};
    }
    jepsen.Use(ToJepsenEvent(value));
  }
  if (reader.HasNext()) throw UsageError("more than one vector or list");
  return {};
}

// Of a last line without its newline no more is taken: where its value was cut
// off, nothing shows.
bool TellsOfOperation(const std::string& line) {
  try {
    return ParseJepsenLogLine(line).has_value();
  } catch (const UsageError&) {
    return true;
  }
}

}  // namespace

History ReadJsonHistory(std::istream& in, const std::string& name) {
  JsonHistory reader;
  const TornTail torn = ForEachJsonLine(
      in, name, [&reader](const JsonLine& line) { reader.Use(line); });
  if (!reader.begun()) {
    throw UsageError(Located(name, 1, "not a history: no \"meta\" line"));
  }
  History history = reader.Take();
  NameTornTail(history, name, torn);
  return history;
}

History ReadEdnHistory(std::istream& in, const std::string& name) {
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw UsageError(name + ": cannot be read");
  EdnReader reader(text);
  JepsenHistory jepsen;
  TornTail torn;
  try {
    torn = UseEdn(text, reader, jepsen);
  } catch (const UsageError& error) {
    throw UsageError(Located(name, reader.line(), error.what()));
  }
  History history = TakeUnlessEmpty(jepsen, name);
  NameTornTail(history, name, torn);
  return history;
}

History ReadJepsenLog(std::istream& in, const std::string& name) {
  JepsenHistory jepsen;
  TornTail torn;
  ForEachLine(in, name, [&](const TextLine& line) {
    if (!line.whole) {
      if (TellsOfOperation(line.text)) torn = {line.number, line.text.size()};
      return;
    }
    const auto event = ParseJepsenLogLine(line.text);
    if (event) jepsen.Use(*event);
  });
  History history = TakeUnlessEmpty(jepsen, name);
  NameTornTail(history, name, torn);
  return history;
}

}  // namespace faultline::internal
