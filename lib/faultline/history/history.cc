#include "faultline/history/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/history/history_format.h"
#include "faultline/history/jepsen_history.h"
#include "faultline/history/json_history.h"
#include "faultline/history/text_lines.h"

namespace faultline {
namespace {

using internal::JepsenHistory;
using internal::JsonLine;
using internal::TornTail;

std::string Located(const std::filesystem::path& file, int line,
                    const std::string& reason) {
  return fmt::format("{}:{}: {}", file.string(), line, reason);
}

void NameTornTail(History& history, const std::filesystem::path& file,
                  const TornTail& torn) {
  if (torn.bytes == 0) return;
  history.torn =
      Located(file, torn.line,
              fmt::format("left out {} bytes of a line that was never finished",
                          torn.bytes));
}

History ReadJsonHistory(const std::filesystem::path& file) {
  internal::JsonHistory reader;
  const TornTail torn = internal::ForEachJsonLine(
      file, [&reader](const JsonLine& line) { reader.Use(line); });
  if (!reader.begun()) {
    throw UsageError(Located(file, 1, "not a history: no \"meta\" line"));
  }
  History history = reader.Take();
  NameTornTail(history, file, torn);
  return history;
}

History TakeUnlessEmpty(JepsenHistory& jepsen,
                        const std::filesystem::path& file) {
  if (jepsen.empty()) {
    throw UsageError(Located(file, 1, "not a history: no operation in it"));
  }
  return jepsen.Take();
}

// A value that the text's end cuts off in the last line, which has no newline.
bool IsTorn(std::string_view text, std::size_t begin,
            const internal::EdnReader& reader) {
  return reader.at_end() && text.find('\n', begin) == std::string_view::npos;
}

// The operations of a file, one after the other or within one vector.
TornTail UseEdn(std::string_view text, internal::EdnReader& reader,
                JepsenHistory& jepsen) {
  const bool vector = reader.Take('[');
  const auto finished = [&] {
    return vector ? reader.Take(']') : !reader.HasNext();
  };
  while (!finished()) {
    const std::size_t begin = reader.position();
    const int line = reader.line();
    internal::EdnValue value;
    try {
      value = reader.Next();
    } catch (const UsageError&) {
      if (vector || !IsTorn(text, begin, reader)) throw;
      return {line, text.size() - begin};
    }
    jepsen.Use(internal::ToJepsenEvent(value));
  }
  if (reader.HasNext()) throw UsageError("more than one vector");
  return {};
}

History ReadEdnHistory(const std::filesystem::path& file) {
  const std::string text = ReadFile(file);
  internal::EdnReader reader(text);
  JepsenHistory jepsen;
  TornTail torn;
  try {
    torn = UseEdn(text, reader, jepsen);
  } catch (const UsageError& error) {
    throw UsageError(Located(file, reader.line(), error.what()));
  }
  History history = TakeUnlessEmpty(jepsen, file);
  NameTornTail(history, file, torn);
  return history;
}

History ReadJepsenLog(const std::filesystem::path& file) {
  JepsenHistory jepsen;
  TornTail torn;
  internal::ForEachLine(file, [&](const internal::TextLine& line) {
    try {
      const auto event = internal::ParseJepsenLogLine(line.text);
      if (event) jepsen.Use(*event);
    } catch (const UsageError&) {
      if (line.whole) throw;
      torn = {line.number, line.text.size()};
    }
  });
  History history = TakeUnlessEmpty(jepsen, file);
  NameTornTail(history, file, torn);
  return history;
}

}  // namespace

std::int64_t History::CountAcknowledged() const {
  return std::count_if(operations.begin(), operations.end(),
                       [](const Operation& operation) {
                         return operation.outcome == Outcome::kOk;
                       });
}

History ReadHistory(const std::filesystem::path& file) {
  switch (internal::RecogniseHistory(file)) {
    case internal::HistoryFormat::kEdn:
      return ReadEdnHistory(file);
    case internal::HistoryFormat::kJepsenLog:
      return ReadJepsenLog(file);
    case internal::HistoryFormat::kJsonLines:
      break;
  }
  return ReadJsonHistory(file);
}

}  // namespace faultline
