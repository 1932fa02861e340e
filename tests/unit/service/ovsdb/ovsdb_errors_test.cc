#include "faultline/service/ovsdb/ovsdb_errors.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

using Kind = OvsdbFailure::Kind;

OvsdbEffect Of(Kind kind, const std::string& tag = "") {
  return EffectOf({.kind = kind, .tag = tag});
}

TEST(OvsdbErrors, WhatWasNotSentHasNoEffect) {
  EXPECT_EQ(Of(Kind::kNotSent), OvsdbEffect::kNone);
}

TEST(OvsdbErrors, SilenceAndABrokenConnectionLeaveItOpen) {
  EXPECT_EQ(Of(Kind::kSilent), OvsdbEffect::kUnknown);
  EXPECT_EQ(Of(Kind::kBroken), OvsdbEffect::kUnknown);
}

TEST(OvsdbErrors, ARequestThatWasRefusedAsAWholeHasNone) {
  for (const char* tag : {"unknown database", "database not available",
                          "syntax error", "unknown method"}) {
    EXPECT_EQ(Of(Kind::kRefused, tag), OvsdbEffect::kNone) << tag;
  }
  EXPECT_EQ(Of(Kind::kRefused, "canceled"), OvsdbEffect::kUnknown);
}

TEST(OvsdbErrors, ATransactionThatTheSchemaRefusesHasNone) {
  for (const char* tag : {"syntax error", "not allowed", "unknown column",
                          "unknown table", "permission error"}) {
    EXPECT_EQ(Of(Kind::kAborted, tag), OvsdbEffect::kNone) << tag;
  }
}

// An earlier execution of it may have taken effect.
TEST(OvsdbErrors, AnAbortThatDependsOnTheContentsIsAskedFor) {
  for (const char* tag : {"constraint violation", "timed out", "aborted",
                          "referential integrity violation"}) {
    EXPECT_EQ(Of(Kind::kAborted, tag), OvsdbEffect::kAsk) << tag;
  }
}

TEST(OvsdbErrors, EveryOtherErrorLeavesItOpen) {
  for (const char* tag : {"I/O error", "cluster error", "internal error",
                          "resources exhausted", ""}) {
    EXPECT_EQ(Of(Kind::kAborted, tag), OvsdbEffect::kUnknown) << tag;
    EXPECT_EQ(Of(Kind::kRefused, tag), OvsdbEffect::kUnknown) << tag;
  }
}

}  // namespace
}  // namespace faultline
