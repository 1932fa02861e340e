#include "faultline/history/jepsen_reading.h"

#include <optional>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_value.h"

namespace faultline::internal {
namespace {

using Kind = EdnValue::Kind;

bool TakesNoValue(OperationKind kind) {
  return !Writes(kind) && kind != OperationKind::kTransaction;
}

bool IsPairOfNil(const EdnValue& value) {
  return value.IsPair() && value.items[0].IsNil() && value.items[1].IsNil();
}

// [version value], the version nil where it is not known yet.
bool IsVersioned(OperationKind kind, const EdnValue& value) {
  if (!value.IsPair()) return false;
  const EdnValue& version = value.items[0];
  if (!version.IsNil() && version.kind != Kind::kNumber) return false;
  return kind != OperationKind::kCompareAndSet || value.items[1].IsPair();
}

// [key value]. A key is never nil; of a compare-and-set the value is a pair.
bool IsTuple(OperationKind kind, const EdnValue& value) {
  if (value.kind != Kind::kVector || !value.IsPair()) return false;
  if (value.items[0].IsNil()) return false;
  if (kind == OperationKind::kTransaction) return IsSteps(value.items[1]);
  return kind != OperationKind::kCompareAndSet || value.items[1].IsPair();
}

std::optional<OperationKind> KindOf(const JepsenEvent& event,
                                    const HistoryOptions& options) {
  if (!event.process || options.ignore.contains(event.function)) {
    return std::nullopt;
  }
  return KindOfFunction(event.function, options);
}

}  // namespace

void ReadingScan::Shapes::See(OperationKind kind, const EdnValue& value) {
  const bool reads = kind == OperationKind::kRead;
  if (reads || kind == OperationKind::kWrite) {
    any = true;
    const bool is_steps = IsSteps(value);
    const bool is_map = value.kind == Kind::kMap && !value.items.empty();
    steps = steps && is_steps;
    maps = maps && (is_map || (reads && value.IsNil()));
    versioned = versioned && IsVersioned(kind, value);
    steps_shown = steps_shown || (reads && is_steps);
    maps_shown = maps_shown || (reads && is_map);
    versioned_shown = versioned_shown || (reads && IsPairOfNil(value));
    nil_read = nil_read || (reads && value.IsNil());
  } else if (kind == OperationKind::kCompareAndSet) {
    steps = maps = false;
    versioned = versioned && IsVersioned(kind, value);
  } else {
    versioned = false;
  }
}

void ReadingScan::See(const JepsenEvent& event) {
  const auto kind = KindOf(event, options_);
  if (!kind) return;
  if (event.type != "invoke") {
    ++completions_;
    return;
  }
  ++invocations_;
  compares_ = compares_ || *kind == OperationKind::kCompareAndSet;
  whole_.See(*kind, event.value);
  if (event.key || !IsTuple(*kind, event.value)) return;
  ++tuples_;
  const EdnValue& value = event.value.items[1];
  behind_.See(*kind, value);
  keys_shown_ = keys_shown_ ||
                (TakesNoValue(*kind) && (value.IsNil() || IsPairOfNil(value)));
}

bool ReadingScan::Possible(const Shapes& shapes) const {
  const bool maps = shapes.maps && (options_.transactions || !shapes.nil_read);
  return shapes.steps || shapes.versioned || maps;
}

bool ReadingScan::decided() const {
  if (invocations_ == 0) return false;
  const bool may_be_keyed =
      options_.keys != KeyedValues::kNo && tuples_ == invocations_;
  if (options_.keys == KeyedValues::kYes) return !Possible(behind_);
  return !may_be_keyed && !Possible(whole_);
}

bool ReadingScan::IsKeyed() const {
  if (options_.keys != KeyedValues::kAuto) {
    return options_.keys == KeyedValues::kYes;
  }
  const bool all = invocations_ > 0 && tuples_ == invocations_;
  if (all && !keys_shown_ && compares_) {
    throw UsageError(
        "every value is [a b], and no read shows whether a is a key (--keys "
        "yes) or not (--keys no)");
  }
  return all && keys_shown_;
}

std::string ReadingScan::Note(const JepsenReading& reading) const {
  std::string note;
  const bool chosen = options_.keys == KeyedValues::kAuto;
  if (chosen && reading.keyed) {
    note = "values read as [key value], which every invocation has";
  } else if (chosen && tuples_ > 0) {
    note = "values read as they stand, not as [key value]: " +
           std::string(tuples_ == invocations_
                           ? "no read shows that they are keyed"
                           : "not every invocation has a key");
  }
  if (reading.versioned) {
    note += std::string(note.empty() ? "values read" : ", and") +
            " as [version value], of which the version is not judged";
  }
  return note;
}

JepsenReading ReadingScan::Take() const {
  if (invocations_ == 0 && completions_ > 0) {
    throw UsageError(
        "only completions, no invocation: when the operations began is not "
        "known, so they cannot be judged");
  }
  JepsenReading reading;
  reading.keyed = IsKeyed();
  const Shapes& shapes = reading.keyed ? behind_ : whole_;
  const bool by_model = options_.transactions && shapes.any;
  reading.steps = shapes.steps && (shapes.steps_shown || by_model);
  reading.maps = shapes.maps && (shapes.maps_shown || by_model);
  reading.versioned = shapes.versioned && shapes.versioned_shown;
  reading.note = Note(reading);
  return reading;
}

}  // namespace faultline::internal
