#include "faultline/history/jepsen_events.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_json.h"
#include "faultline/history/json_objects.h"

namespace faultline::internal {
namespace {

UsageError Located(const std::string& name, int line,
                   const UsageError& reason) {
  return UsageError(fmt::format("{}:{}: {}", name, line, reason.what()));
}

// A value that the text's end cuts off in the last line, which has no newline.
bool IsTorn(std::string_view text, std::size_t begin, const EdnReader& reader) {
  return reader.at_end() && text.find('\n', begin) == std::string_view::npos;
}

// A vector that begins with a process is itself an operation, not what holds
// them all.
bool BeginsCollection(std::string_view text, char bracket) {
  EdnReader ahead(text);
  if (!ahead.Take(bracket)) return false;
  const char first = ahead.PeekVisible();
  return std::string_view("{#[(])").find(first) != std::string_view::npos;
}

EventsEnd UseEdn(std::string_view text, EdnReader& reader,
                 const UseEvent& use) {
  const bool vector = BeginsCollection(text, '[') && reader.Take('[');
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
      return {{line, text.size() - begin}};
    }
    JepsenEvent event = ToJepsenEvent(value);
    event.line = line;
    if (!use(event)) return {};
  }
  if (reader.HasNext()) throw UsageError("more than one vector or list");
  return {};
}

// The last line without its newline: true if it is a whole operation as far as
// anything shows. An answer needs its value, which may be what is cut off.
bool UseUnfinished(std::string_view line, int number, const UseEvent& use) {
  try {
    auto event = ParseJepsenLogLine(line);
    if (!event) return false;
    if (event->type == "ok" && event->process && !event->has_value) {
      return false;
    }
    event->line = number;
    use(*event);
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

// Other lines of a log may end as they like.
bool BeginsOperation(std::string_view line) {
  try {
    if (ParseJepsenLogLine(line)) return true;
  } catch (const UsageError&) {
    return true;
  }
  // A process and no more, or part of a type.
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 &&
         (digits == std::string_view::npos || line[digits] == '\t');
}

}  // namespace

EventsEnd ForEachEdnEvent(std::string_view text, const std::string& name,
                          const UseEvent& use) {
  EdnReader reader(text);
  try {
    return UseEdn(text, reader, use);
  } catch (const UsageError& error) {
    throw Located(name, reader.line(), error);
  }
}

EventsEnd ForEachJsonEvent(std::string_view text, const std::string& name,
                           const UseEvent& use) {
  JsonObjects objects(text);
  int line = 0;
  try {
    while (const auto object = objects.Next()) {
      line = object->line;
      JepsenEvent event = ToJepsenEvent(ReadJsonValue(object->text));
      event.line = line;
      if (!use(event)) return {};
      line = 0;
    }
  } catch (const UsageError& error) {
    throw Located(name, line == 0 ? objects.line() : line, error);
  }
  if (!objects.torn()) return {};
  return {{objects.line(), text.size() - objects.position()}};
}

EventsEnd ForEachLogEvent(std::string_view text, const std::string& name,
                          const UseEvent& use) {
  EventsEnd end;
  ForEachLine(text, name, [&](const TextLine& line) {
    if (!line.whole) {
      if (UseUnfinished(line.text, line.number, use)) {
        end.unfinished = line.number;
      } else if (BeginsOperation(line.text)) {
        end.torn = {line.number, line.text.size()};
      }
      return false;
    }
    auto event = ParseJepsenLogLine(line.text);
    if (!event) return true;
    event->line = line.number;
    return use(*event);
  });
  return end;
}

}  // namespace faultline::internal
