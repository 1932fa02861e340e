#include "faultline/service/ovsdb/ovsdb_client.h"

#include <fmt/format.h>

#include <atomic>
#include <random>

#include "faultline/service/ovsdb/ovsdb_operations.h"
#include "faultline/service/ovsdb/ovsdb_session.h"

namespace faultline {

using internal::CountOf;
using internal::OvsdbExecution;
using internal::RevisionOf;
using internal::ValueOf;
using Json = nlohmann::json;

namespace {

StoreReply Failed(Outcome outcome, std::string error) {
  return {.outcome = outcome, .error = std::move(error)};
}

// Unique among all requests of all clients.
std::string NewRequestId() {
  static const std::string process = [] {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
  }();
  static std::atomic<std::uint64_t> count = 0;
  return fmt::format("{}-{}", process, ++count);
}

}  // namespace

struct OvsdbClient::Impl {
  // A write, as the binding makes them all: its own operations first, then what
  // tells whether it took effect and at which revision.
  struct Write {
    std::string id = NewRequestId();
    Json operations = Json::array();

    void Finish() {
      operations.push_back(internal::InsertRequest(id));
      operations.push_back(internal::CountUp("revision"));
      operations.push_back(internal::SelectRevision());
    }
  };

  // What became of a write, once all was asked.
  struct Settled {
    Outcome outcome = Outcome::kUnknown;
    bool answered = false;  // with results, else it is known by its row only
    Json results = {};
    std::int64_t revision = 0;
    std::optional<std::string> value = {};  // !answered: of `key`, read afresh
    bool fresh = false;                     // `value` was read
    std::string error = {};
  };

  OvsdbExecution Execute(const Json& operations, Deadline deadline) {
    return session.Transact(operations, deadline, kOvsdbDatabase);
  }

  // `key` is read along, should the write's row have to be asked for.
  Settled Settle(Write write, const std::string& key, Deadline deadline) {
    write.Finish();
    OvsdbExecution execution = Execute(write.operations, deadline);
    if (!execution.failure) {
      return Accept(std::move(execution.results), write.operations.size());
    }
    const OvsdbFailure& failure = *execution.failure;
    switch (EffectOf(failure)) {
      case OvsdbEffect::kNone:
        return {.outcome = Outcome::kFail, .error = failure.message};
      case OvsdbEffect::kUnknown:
        return {.error = failure.message};
      case OvsdbEffect::kAsk:
        break;
    }
    return Ask(write.id, key, failure, deadline);
  }

  static Settled Accept(Json results, std::size_t operations) {
    try {
      const std::int64_t revision = RevisionOf(results.at(operations - 1));
      return {.outcome = Outcome::kOk,
              .answered = true,
              .results = std::move(results),
              .revision = revision};
    } catch (const Json::exception& error) {
      return {.error =
                  fmt::format("an answer of another shape: {}", error.what())};
    }
  }

  Settled Ask(const std::string& id, const std::string& key,
              const OvsdbFailure& failure, Deadline deadline) {
    const OvsdbExecution asked = Execute(
        Json::array({internal::CountUp("reads"), internal::SelectRequest(id),
                     internal::SelectKey(key)}),
        deadline);
    if (asked.failure) {
      return {.error = failure.message +
                       "; asked what became of it: " + asked.failure->message};
    }
    try {
      const bool there = internal::HasRow(asked.results.at(1));
      return {.outcome = there ? Outcome::kOk : Outcome::kFail,
              .value = ValueOf(asked.results.at(2)),
              .fresh = true,
              .error = failure.message};
    } catch (const Json::exception& error) {
      return {.error = fmt::format("{}; an answer of another shape: {}",
                                   failure.message, error.what())};
    }
  }

  StoreReply Read(Json operations, std::size_t at, Deadline deadline) {
    const OvsdbExecution execution = Execute(operations, deadline);
    if (execution.failure) {
      return Failed(Outcome::kFail, execution.failure->message);
    }
    try {
      return {.outcome = Outcome::kOk,
              .value = ValueOf(execution.results.at(at)),
              .revision = RevisionOf(execution.results.at(at + 1))};
    } catch (const Json::exception& error) {
      return Failed(Outcome::kFail, fmt::format("an answer of another shape: "
                                                "{}",
                                                error.what()));
    }
  }

  // A write without an answer of its own to give.
  StoreReply Plain(Write write, const std::string& key, Deadline deadline) {
    const Settled settled = Settle(std::move(write), key, deadline);
    return {.outcome = settled.outcome,
            .revision = settled.revision,
            .error = settled.outcome == Outcome::kOk ? "" : settled.error};
  }

  // The key was there, says the index. If our own row is there too, we put it.
  StoreReply SetAbsent(const std::string& key, const std::string& value,
                       Deadline deadline) {
    Write write;
    write.operations.push_back(internal::InsertKey(key, value));
    const Settled settled = Settle(std::move(write), key, deadline);
    if (settled.outcome == Outcome::kFail && settled.fresh && settled.value) {
      return {.outcome = Outcome::kOk, .applied = false};
    }
    return {.outcome = settled.outcome,
            .revision = settled.revision,
            .error = settled.outcome == Outcome::kOk ? "" : settled.error};
  }

  StoreReply SetExpected(const std::string& key, const std::string& expected,
                         const std::string& value, Deadline deadline) {
    Write write;
    write.operations.push_back(internal::UpdateKey(key, expected, value));
    const Settled settled = Settle(std::move(write), key, deadline);
    // Executed, but the answer that told whether it matched is lost.
    if (settled.outcome == Outcome::kOk && !settled.answered) {
      return Failed(Outcome::kUnknown, settled.error);
    }
    StoreReply reply{.outcome = settled.outcome,
                     .revision = settled.revision,
                     .error = settled.error};
    if (settled.answered) reply.applied = Matched(settled.results);
    return reply;
  }

  static bool Matched(const Json& results) {
    try {
      return CountOf(results.at(0)) > 0;
    } catch (const Json::exception&) {
      return false;
    }
  }

  OvsdbTransactionReply Transact(const std::vector<Access>& accesses,
                                 const std::vector<OvsdbGuard>& guards,
                                 Deadline deadline) {
    Write write;
    for (const OvsdbGuard& guard : guards) {
      write.operations.push_back(internal::RequireKey(guard.key, guard.value));
    }
    std::vector<std::size_t> results;  // where each access's result is
    for (const Access& access : accesses) {
      if (access.write) {
        write.operations.push_back(internal::DeleteKey(access.key));
        if (access.value) {
          write.operations.push_back(
              internal::InsertKey(access.key, *access.value));
        }
      } else {
        write.operations.push_back(internal::SelectKey(access.key));
      }
      results.push_back(write.operations.size() - 1);
    }
    const Settled settled = Settle(std::move(write), "", deadline);
    return WithReads(settled, accesses, results);
  }

  static OvsdbTransactionReply WithReads(
      const Settled& settled, const std::vector<Access>& accesses,
      const std::vector<std::size_t>& results) {
    if (settled.outcome != Outcome::kOk || !settled.answered) {
      return {.outcome = settled.outcome == Outcome::kFail ? Outcome::kFail
                                                           : Outcome::kUnknown,
              .error = settled.error};
    }
    OvsdbTransactionReply reply{.outcome = Outcome::kOk,
                                .accesses = accesses,
                                .revision = settled.revision};
    try {
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        if (accesses[i].write) continue;
        reply.accesses[i].value = ValueOf(settled.results.at(results[i]));
      }
    } catch (const Json::exception& error) {
      return {.error =
                  fmt::format("an answer of another shape: {}", error.what())};
    }
    return reply;
  }

  internal::OvsdbSession session;
};

namespace {

constexpr char kNoText[] =
    "not sent: OVSDB's text is UTF-8 without U+0000, this is not";

template <typename... Texts>
bool AllText(const Texts&... texts) {
  return (internal::IsOvsdbText(texts) && ...);
}

}  // namespace

OvsdbClient::OvsdbClient(std::string node, std::function<std::string()> address)
    : impl_(new Impl{.session = {std::move(node), std::move(address)}}) {}

OvsdbClient::~OvsdbClient() = default;

StoreReply OvsdbClient::Put(const std::string& key, const std::string& value,
                            Deadline deadline) {
  if (!AllText(key, value)) return Failed(Outcome::kFail, kNoText);
  Impl::Write write;
  write.operations.push_back(internal::DeleteKey(key));
  write.operations.push_back(internal::InsertKey(key, value));
  return impl_->Plain(std::move(write), key, deadline);
}

StoreReply OvsdbClient::Get(const std::string& key, ReadMode mode,
                            Deadline deadline) {
  if (!AllText(key)) return Failed(Outcome::kFail, kNoText);
  Json operations =
      Json::array({internal::SelectKey(key), internal::SelectRevision()});
  if (mode == ReadMode::kLinearizable) {
    operations.push_back(internal::CountUp("reads"));
  }
  return impl_->Read(std::move(operations), 0, deadline);
}

StoreReply OvsdbClient::Delete(const std::string& key, Deadline deadline) {
  if (!AllText(key)) return Failed(Outcome::kFail, kNoText);
  Impl::Write write;
  write.operations.push_back(internal::DeleteKey(key));
  return impl_->Plain(std::move(write), key, deadline);
}

StoreReply OvsdbClient::CompareAndSet(
    const std::string& key, const std::optional<std::string>& expected,
    const std::string& value, Deadline deadline) {
  if (!AllText(key, value, expected.value_or(""))) {
    return Failed(Outcome::kFail, kNoText);
  }
  return expected ? impl_->SetExpected(key, *expected, value, deadline)
                  : impl_->SetAbsent(key, value, deadline);
}

OvsdbTransactionReply OvsdbClient::Transact(
    const std::vector<Access>& accesses, const std::vector<OvsdbGuard>& guards,
    Deadline deadline) {
  bool text = true;
  for (const Access& access : accesses) {
    text = text && AllText(access.key, access.value.value_or(""));
  }
  for (const OvsdbGuard& guard : guards) {
    text = text && AllText(guard.key, guard.value.value_or(""));
  }
  if (!text) return {.outcome = Outcome::kFail, .error = kNoText};
  return impl_->Transact(accesses, guards, deadline);
}

StoreReply OvsdbClient::LocalRevision(Deadline deadline) {
  return Get("", ReadMode::kLocal, deadline);
}

}  // namespace faultline
