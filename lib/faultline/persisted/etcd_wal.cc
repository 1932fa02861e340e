#include "faultline/persisted/etcd_wal.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/persisted/checksums.h"
#include "faultline/persisted/etcd_frame.h"
#include "faultline/persisted/etcd_replay.h"
#include "faultline/persisted/protobuf_reader.h"

namespace faultline {
namespace {

using internal::EtcdFrame;
using internal::EtcdRecordType;
using internal::ProtobufReader;

std::string MemberId(std::uint64_t id) {
  return id == 0 ? "" : fmt::format("{:x}", id);
}

class EtcdWalReader {
 public:
  explicit EtcdWalReader(const std::string& node) { log_.node = node; }

  PersistedLog Read(const std::vector<std::string>& files) {
    for (std::size_t i = 0; i < files.size() && Whole(); ++i) {
      ReadOne(files[i], i + 1 == files.size());
    }
    if (files.empty()) log_.corruption = "no WAL file";
    if (Whole() && !begun_) log_.corruption = "no record in it";
    if (log_.snapshot_index == 0) internal::ExplainEtcdChanges(log_);
    log_.since_beginning = log_.changes_known;
    for (PersistedEntry& entry : log_.entries) Describe(entry.content);
    return std::move(log_);
  }

 private:
  // Bytes are no text for an error.
  static void Describe(std::string& content) {
    const char* kind = content.front() == '0' ? "request" : "member change";
    content = fmt::format("{} of {} bytes, SHA-1 {}", kind, content.size() - 1,
                          internal::Sha1Hex(content));
  }

  bool Whole() const { return !log_.corruption && !log_.torn_tail; }

  void ReadOne(std::string_view file, bool last) {
    std::size_t offset = 0;
    while (!internal::IsEtcdEnd(file, offset)) {
      const auto frame = internal::EtcdFrameAt(file, offset);
      if (!frame || !HasRightChecksum(*frame)) {
        const auto why = internal::ExplainEtcdBreak(file, offset);
        (why.torn && last ? log_.torn_tail : log_.corruption) = why.reason;
        return;
      }
      try {
        Take(*frame);
      } catch (const Error& error) {
        log_.corruption = fmt::format("byte {}: {}", offset, error.what());
        return;
      }
      offset = frame->end;
    }
  }

  // The first record of a file says where the chain is, from which each record
  // goes on.
  bool HasRightChecksum(const EtcdFrame& frame) {
    if (frame.type == EtcdRecordType::kCrc) {
      if (begun_ && frame.crc != crc_) return false;
      crc_ = frame.crc;
      begun_ = true;
      return true;
    }
    crc_ = internal::Crc32c(crc_, frame.data);
    return begun_ && frame.crc == crc_;
  }

  void Take(const EtcdFrame& frame) {
    switch (frame.type) {
      case EtcdRecordType::kMetadata:
        return TakeMetadata(frame.data);
      case EtcdRecordType::kEntry:
        return TakeEntry(frame.data);
      case EtcdRecordType::kState:
        return TakeState(frame.data);
      case EtcdRecordType::kSnapshot:
        return TakeSnapshot(frame.data);
      case EtcdRecordType::kCrc:
        return;
    }
  }

  void TakeMetadata(std::string_view data) {
    for (ProtobufReader fields(data); fields.Next();) {
      if (fields.number() == 1) log_.member = MemberId(fields.value());
      if (fields.number() == 2) log_.cluster = MemberId(fields.value());
    }
  }

  void TakeEntry(std::string_view data) {
    PersistedEntry entry;
    std::uint64_t type = 0;
    std::string_view request;
    for (ProtobufReader fields(data); fields.Next();) {
      if (fields.number() == 1) type = fields.value();
      if (fields.number() == 2) entry.term = fields.value();
      if (fields.number() == 3) entry.index = fields.value();
      if (fields.number() == 4) request = fields.bytes();
    }
    CheckEntry(type, entry.term);
    newest_entry_term_ = std::max(newest_entry_term_, entry.term);
    entry.content.push_back(static_cast<char>('0' + type));
    entry.content += request;
    AppendTo(log_, std::move(entry));
  }

  void TakeState(std::string_view data) {
    PersistedVote vote;
    for (ProtobufReader fields(data); fields.Next();) {
      if (fields.number() == 1) vote.term = fields.value();
      if (fields.number() == 2) vote.candidate = MemberId(fields.value());
      if (fields.number() == 3) log_.commit_index = fields.value();
    }
    CheckTerm(vote.term);
    TakeVote(log_, std::move(vote));
  }

  // No checksum covers the types of the records. What is not what it says it is
  // shows in its fields: raft's entries are of three kinds and of a term, and
  // no member has one of a term that it has not reached by the state that it
  // writes next.
  static void CheckEntry(std::uint64_t kind, std::uint64_t term) {
    constexpr std::uint64_t kLastKind = 2;
    if (kind > kLastKind || term == 0)
      throw Error(
          fmt::format("there is no entry of kind {} and term {}", kind, term));
  }

  void CheckTerm(std::uint64_t term) const {
    if (term < newest_entry_term_) {
      throw Error(
          fmt::format("an entry is of term {}, and the member of term {}",
                      newest_entry_term_, term));
    }
  }

  // A member writes one of its own when it makes a snapshot, with the entries
  // still there, and when it gets one from the leader, ahead of what it has.
  void TakeSnapshot(std::string_view data) {
    std::uint64_t index = 0;
    std::uint64_t term = 0;
    for (ProtobufReader fields(data); fields.Next();) {
      if (fields.number() == 1) index = fields.value();
      if (fields.number() == 2) term = fields.value();
    }
    if (index <= log_.last_index()) return;
    log_.entries.clear();
    log_.snapshot_index = index;
    log_.snapshot_term = term;
  }

  PersistedLog log_;
  std::uint32_t crc_ = 0;
  std::uint64_t newest_entry_term_ = 0;
  bool begun_ = false;
};

std::vector<std::filesystem::path> FilesOf(const std::filesystem::path& folder,
                                           const std::string& extension) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    if (it->path().extension() == extension) files.push_back(it->path());
  }
  std::ranges::sort(files);  // by sequence number, or by term and index
  return files;
}

void TakeSnapshotFile(const std::filesystem::path& path, PersistedLog& log) {
  const EtcdSnapshotFile snapshot = ParseEtcdSnapshot(ReadFile(path));
  const std::string name = path.filename().string();
  if (!snapshot.damage.empty()) {
    log.corruption = fmt::format("{}: {}", name, snapshot.damage);
  } else if (!log.torn_tail && snapshot.index > log.last_index()) {
    log.corruption =
        fmt::format("{}: a snapshot up to index {}, and the WAL ends at {}",
                    name, snapshot.index, log.last_index());
  }
}

}  // namespace

PersistedLog ParseEtcdWal(const std::string& node,
                          const std::vector<std::string>& files) {
  return EtcdWalReader(node).Read(files);
}

EtcdSnapshotFile ParseEtcdSnapshot(std::string_view file) {
  EtcdSnapshotFile result;
  try {
    std::uint64_t crc = 0;
    std::string_view data;
    for (ProtobufReader fields(file); fields.Next();) {
      if (fields.number() == 1) crc = fields.value();
      if (fields.number() == 2) data = fields.bytes();
    }
    if (data.empty()) return {.damage = "no snapshot in it"};
    if (internal::Crc32c(0, data) != crc) {
      return {.damage = "its checksum does not fit"};
    }
    for (ProtobufReader fields(data); fields.Next();) {
      if (fields.number() != 2) continue;
      for (ProtobufReader metadata(fields.bytes()); metadata.Next();) {
        if (metadata.number() == 2) result.index = metadata.value();
        if (metadata.number() == 3) result.term = metadata.value();
      }
    }
  } catch (const Error& error) {
    return {.damage = error.what()};
  }
  return result;
}

PersistedLog ReadEtcdMember(const std::string& node,
                            const std::filesystem::path& member) {
  const auto paths = FilesOf(member / "wal", ".wal");
  if (paths.empty()) {
    throw UsageError(
        fmt::format("{}: no WAL in {}", node, (member / "wal").string()));
  }
  std::vector<std::string> files;
  files.reserve(paths.size());
  for (const auto& path : paths) files.push_back(ReadFile(path));
  PersistedLog log = ParseEtcdWal(node, files);
  const auto snapshots = FilesOf(member / "snap", ".snap");
  if (!snapshots.empty() && !log.corruption) {
    TakeSnapshotFile(snapshots.back(), log);
  }
  return log;
}

}  // namespace faultline
