#include "faultline/persisted/ovsdb_record.h"

#include <fmt/format.h>

#include <charconv>

#include "faultline/persisted/checksums.h"

namespace faultline::internal {
namespace {

constexpr std::string_view kLead = "OVSDB CLUSTER ";
constexpr std::size_t kLongestHeader = 128;
constexpr std::size_t kHashDigits = 40;

struct Header {
  std::size_t length = 0;
  std::string_view sha1;
  std::size_t body = 0;  // its offset
};

std::optional<Header> HeaderAt(std::string_view file, std::size_t offset) {
  const std::string_view line = file.substr(offset, kLongestHeader);
  const std::size_t end = line.find('\n');
  if (!line.starts_with(kLead) || end == std::string_view::npos) return {};
  Header header;
  const char* const stop = line.data() + end;
  const auto [after, error] =
      std::from_chars(line.data() + kLead.size(), stop, header.length);
  if (error != std::errc() || stop - after != kHashDigits + 1) return {};
  header.sha1 = {after + 1, kHashDigits};
  header.body = offset + end + 1;
  return header;
}

bool AnyRecordAfter(std::string_view file, std::size_t offset) {
  while ((offset = file.find(kLead, offset)) != std::string_view::npos) {
    if (OvsdbRecordAt(file, offset)) return true;
    ++offset;
  }
  return false;
}

}  // namespace

std::optional<OvsdbRecord> OvsdbRecordAt(std::string_view file,
                                         std::size_t offset) {
  const auto header = HeaderAt(file, offset);
  if (!header || header->length > file.size() - header->body) return {};
  const std::string_view body = file.substr(header->body, header->length);
  if (Sha1Hex(body) != header->sha1) return {};
  return OvsdbRecord{.body = body, .end = header->body + header->length};
}

// A text holds no NUL: one means that the file grew before its bytes came.
OvsdbBreak ExplainOvsdbBreak(std::string_view file, std::size_t offset) {
  const auto header = HeaderAt(file, offset);
  const std::string_view rest = file.substr(offset);
  const bool cut = header ? header->length > file.size() - header->body
                          : kLead.starts_with(rest.substr(0, kLead.size())) ||
                                (rest.starts_with(kLead) &&
                                 rest.find('\n') == std::string_view::npos);
  const bool unwritten = rest.find('\0') != std::string_view::npos;
  const std::string what = fmt::format(
      "byte {}: {}", offset,
      header ? (cut ? "a record is shorter than its length says"
                    : "a record has another checksum than its header says")
             : "no header of a record");
  if (AnyRecordAfter(file, offset + 1)) {
    return {.torn = false, .reason = what + ", and whole ones follow it"};
  }
  return {.torn = cut || unwritten, .reason = what};
}

}  // namespace faultline::internal
