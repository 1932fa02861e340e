#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "faultline/history/operation.h"

namespace faultline {

// What Outcome::kFail says. kAbsent: it did not happen, nothing else.
// kObserved: where failing depends on the state, that the state was so at some
// moment between invocation and completion (a compare that did not match, a
// lock that was held, an empty queue); elsewhere as kAbsent.
enum class FailMeaning : std::uint8_t { kAbsent, kObserved };

namespace internal {

// A model's states by number, for the search. Not thread-safe.
class StateSpace {
 public:
  static constexpr std::int32_t kImpossible = -1;

  virtual ~StateSpace() = default;
  virtual std::int32_t Initial() = 0;
  // The state after `operation`, kImpossible if it cannot take effect (with the
  // answer it has) in `state`.
  virtual std::int32_t Step(std::int32_t state, const Operation& operation) = 0;
  // See Model.
  virtual bool CanTellHelp() const = 0;
  virtual bool MayHelp(std::int32_t state, const Operation& unknown,
                       const Operation& target) = 0;
  virtual std::string Text(std::int32_t state) const = 0;
  // Forgets all other states; its number is then another.
  virtual std::int32_t KeepOnly(std::int32_t state) = 0;
  virtual std::size_t count() const = 0;
  // Memory that the states take, roughly.
  virtual std::uint64_t bytes() const = 0;
};

// Of a range, its elements as well (one level deep).
template <typename T>
std::uint64_t BytesOf(const T& value) {
  std::uint64_t bytes = sizeof(value);
  if constexpr (requires {
                  typename T::value_type;
                  value.begin();
                }) {
    bytes += value.size() * (sizeof(typename T::value_type) + 32);
  }
  return bytes;
}

template <typename M>
class StatesOf final : public StateSpace {
 public:
  StatesOf(M model, const std::optional<std::string>& initial)
      : model_(std::move(model)) {
    Number(model_.Initial(initial));
  }
  std::int32_t Initial() override { return 0; }
  std::int32_t Step(std::int32_t state, const Operation& operation) override {
    auto next =
        model_.Step(*states_[static_cast<std::size_t>(state)], operation);
    return next ? Number(*std::move(next)) : kImpossible;
  }
  bool CanTellHelp() const override { return kTellsHelp; }
  bool MayHelp(std::int32_t state, const Operation& unknown,
               const Operation& target) override {
    if constexpr (kTellsHelp) {
      return model_.MayHelp(*states_[static_cast<std::size_t>(state)], unknown,
                            target);
    } else {
      return true;
    }
  }
  std::string Text(std::int32_t state) const override {
    return model_.Text(*states_[static_cast<std::size_t>(state)]);
  }
  std::int32_t KeepOnly(std::int32_t state) override {
    typename M::State kept = *states_[static_cast<std::size_t>(state)];
    numbers_.clear();
    states_.clear();
    bytes_ = 0;
    return Number(std::move(kept));
  }
  std::size_t count() const override { return states_.size(); }
  std::uint64_t bytes() const override { return bytes_; }

 private:
  static constexpr bool kTellsHelp =
      requires(const M m, const typename M::State s, const Operation o) {
        m.MayHelp(s, o, o);
      };

  std::int32_t Number(typename M::State state) {
    const auto next = static_cast<std::int32_t>(states_.size());
    const auto [found, added] = numbers_.try_emplace(std::move(state), next);
    if (added) {
      states_.push_back(&found->first);
      bytes_ += 64 + BytesOf(found->first);
    }
    return found->second;
  }

  M model_;
  std::map<typename M::State, std::int32_t> numbers_;
  std::vector<const typename M::State*> states_;
  std::uint64_t bytes_ = 0;
};

}  // namespace internal

// What an object promises, for CheckLinearizability: a name, the kinds of
// operations it knows, and a state that steps through them. A value; made from
// a small class M of your own by Model::Of<M>():
//
//   struct Counter {
//     using State = std::int64_t;  // default-ordered (<)
//     static constexpr const char* kName = "counter";
//     static bool Knows(OperationKind kind);
//     State Initial(const std::optional<std::string>& initial) const;
//     // The state after `operation` took effect, nothing if it cannot have
//     // with the answer it has. kUnknown: its answer says nothing. kFail
//     // (FailMeaning::kObserved only): what failing shows.
//     std::optional<State> Step(const State&, const Operation&) const;
//     std::string Text(const State&) const;
//   };
//
// M may also have, all optional:
//   - `static constexpr bool kByKey = false`: its operations on different keys
//     are tied together (by the keys that their accesses name);
//   - `static constexpr bool kByProcess = true`: Step looks at the process;
//   - `static constexpr bool kPlainRegister = true`: reads, writes and deletes
//     alone behave as a register's (the near-linear method may decide them);
//   - `static bool Shows(const Operation& failed)`: a failed operation is an
//     observation under FailMeaning::kObserved (default: none is);
//   - `static const char* Misfit(const Operation&)`: why an operation of a kind
//     that it knows cannot be judged ("a read of a set that shows ..."), null
//     if it can (default);
//   - `void Observe(const Operation&)`: told every operation of a key before
//     the search, so that Step can merge states that no answer tells apart;
//   - `bool MayHelp(const State&, const Operation& unknown, const Operation&
//     target) const`: if every unknown operation is only ever needed, with
//     others, right before an operation that they make possible: whether
//     `unknown` in this state may belong to a shortest way to make `target`
//     possible.
// A model of kCalls reads `operation.call`, and refuses functions that it does
// not know by its Misfit. A kRead, a failed operation that shows something, a
// dequeue that found nothing and a transaction without writes never change the
// state.
class Model {
 public:
  template <typename M>
  static Model Of();

  const std::string& name() const { return name_; }
  bool by_key() const { return by_key_; }
  bool by_process() const { return by_process_; }
  bool plain_register() const { return plain_register_; }
  bool Knows(OperationKind kind) const { return knows_(kind); }
  bool Shows(const Operation& failed) const { return shows_(failed); }
  const char* Misfit(const Operation& operation) const {
    return misfit_(operation);
  }

  // The states for one key's operations; without any, the model's own states,
  // nothing merged.
  std::unique_ptr<internal::StateSpace> States(
      const std::vector<const Operation*>& observed,
      const std::optional<std::string>& initial) const {
    return states_(observed, initial);
  }

 private:
  using MakeStates = std::unique_ptr<internal::StateSpace> (*)(
      const std::vector<const Operation*>&, const std::optional<std::string>&);

  std::string name_;
  bool by_key_ = true;
  bool by_process_ = false;
  bool plain_register_ = false;
  bool (*knows_)(OperationKind) = nullptr;
  bool (*shows_)(const Operation&) = nullptr;
  const char* (*misfit_)(const Operation&) = nullptr;
  MakeStates states_ = nullptr;
};

// A model of one's own, to be found by its name: that of a foreign object,
// whose operations are kCalls. Thread-safe. Throws UsageError if the name is
// taken.
void AddModel(const Model& model);

// register, cas-register, multi-register, map, set, lock, fenced-lock, queue,
// directory, and what was added.
std::vector<std::string> ModelNames();
// Throws UsageError for another name, naming these.
Model FindModel(const std::string& name);

template <typename M>
Model Model::Of() {
  Model model;
  model.name_ = M::kName;
  model.knows_ = &M::Knows;
  model.shows_ = [](const Operation& failed) {
    if constexpr (requires { M::Shows(failed); }) {
      return M::Shows(failed);
    } else {
      return false;
    }
  };
  model.misfit_ = [](const Operation& operation) -> const char* {
    if constexpr (requires { M::Misfit(operation); }) {
      return M::Misfit(operation);
    } else {
      return nullptr;
    }
  };
  if constexpr (requires { M::kByKey; }) model.by_key_ = M::kByKey;
  if constexpr (requires { M::kByProcess; }) model.by_process_ = M::kByProcess;
  if constexpr (requires { M::kPlainRegister; }) {
    model.plain_register_ = M::kPlainRegister;
  }
  model.states_ = [](const std::vector<const Operation*>& observed,
                     const std::optional<std::string>& initial)
      -> std::unique_ptr<internal::StateSpace> {
    M m;
    if constexpr (requires(const Operation& o) { m.Observe(o); }) {
      for (const Operation* operation : observed) m.Observe(*operation);
    }
    return std::make_unique<internal::StatesOf<M>>(std::move(m), initial);
  };
  return model;
}

}  // namespace faultline
