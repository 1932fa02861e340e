#include "faultline/service/etcd_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Kind = WatchMessage::Kind;

const WatchRequest kEverything{.prefix = true, .previous = true};

Deadline Soon() { return Within(5s); }

std::unique_ptr<WatchStream> Watch(LocalEtcd& etcd, int member,
                                   const WatchRequest& request = kEverything,
                                   std::int64_t from = 1) {
  const LocalEtcd::Process& process = etcd.at(member);
  return OpenEtcdWatch(process.config.name, process.client_address, request,
                       from, Soon());
}

// As many events as asked for, however many messages bring them.
std::vector<WatchEvent> Take(WatchStream& stream, std::size_t count) {
  std::vector<WatchEvent> events;
  while (events.size() < count) {
    const WatchMessage message = stream.Next(Soon());
    if (message.kind != Kind::kEvents) {
      throw Error("no event: " + message.reason);
    }
    events.insert(events.end(), message.events.begin(), message.events.end());
  }
  return events;
}

TEST(EtcdWatch, TellsPutsAndDeletesWithWhatWasBefore) {
  LocalEtcd etcd(1);
  const auto stream = Watch(etcd, 1);
  const auto client = etcd.client(1);
  client->Put("x", "1", Soon());
  client->Put("x", "2", Soon());
  client->Delete("x", Soon());
  EXPECT_THAT(Take(*stream, 3),
              ElementsAre(WatchEvent{2, "x", "1", std::nullopt, true},
                          WatchEvent{3, "x", "2", "1", false},
                          WatchEvent{4, "x", std::nullopt, "2", std::nullopt}));
}

TEST(EtcdWatch, BringsWhatWasBeforeItFromTheRevisionAskedFor) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  for (const char* value : {"1", "2", "3"}) client->Put("x", value, Soon());
  const auto stream = Watch(etcd, 1, kEverything, 3);
  const std::vector<WatchEvent> events = Take(*stream, 2);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].revision, 3);
  EXPECT_EQ(events[1].revision, 4);
}

TEST(EtcdWatch, TellsOnlyWhatWasAskedFor) {
  LocalEtcd etcd(1);
  const auto one_key = Watch(etcd, 1, {.key = "k1"});
  const auto deletes =
      Watch(etcd, 1, {.key = "k", .prefix = true, .puts = false});
  const auto puts =
      Watch(etcd, 1, {.key = "k", .prefix = true, .deletes = false});
  const auto client = etcd.client(1);
  for (const char* key : {"j", "k1", "k2", "l"}) client->Put(key, "1", Soon());
  client->Delete("k2", Soon());
  client->Put("k1", "2", Soon());
  const auto at = [](std::int64_t revision) {
    return testing::Field(&WatchEvent::revision, revision);
  };
  EXPECT_THAT(Take(*one_key, 2), ElementsAre(at(3), at(7)));
  EXPECT_THAT(Take(*deletes, 1), ElementsAre(at(6)));
  EXPECT_THAT(Take(*puts, 3), ElementsAre(at(3), at(4), at(7)));
}

TEST(EtcdWatch, IsSilentUntilTheDeadlineAndGoesOn) {
  LocalEtcd etcd(1);
  const auto stream = Watch(etcd, 1);
  const TimePoint began = std::chrono::steady_clock::now();
  EXPECT_EQ(stream->Next(Deadline::After(100ms)).kind, Kind::kSilent);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 90ms);
  etcd.client(1)->Put("x", "1", Soon());
  EXPECT_THAT(Take(*stream, 1), SizeIs(1));
}

TEST(EtcdWatch, OfACompactedRevisionIsRefusedWithTheFirstThatIsThere) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  for (const char* value : {"1", "2", "3"}) client->Put("x", value, Soon());
  etcd.admin(1)->Compact(3, Soon());
  const auto stream = Watch(etcd, 1, kEverything, 2);
  const WatchMessage refusal = stream->Next(Soon());
  EXPECT_EQ(refusal.kind, Kind::kCompacted);
  EXPECT_EQ(refusal.revision, 3);
  EXPECT_EQ(stream->Next(Soon()).kind, Kind::kEnded);
  EXPECT_THAT(Take(*Watch(etcd, 1, kEverything, 3), 2), SizeIs(2));
}

TEST(EtcdWatch, EndsWithItsMember) {
  LocalEtcd etcd(1);
  const auto stream = Watch(etcd, 1);
  etcd.at(1).child->Kill();
  const WatchMessage end = stream->Next(Soon());
  EXPECT_EQ(end.kind, Kind::kEnded);
  EXPECT_THAT(end.reason, AnyOf(HasSubstr("UNAVAILABLE"), HasSubstr("closed")));
  EXPECT_EQ(stream->Next(Soon()).reason, end.reason);
}

TEST(EtcdWatch, IsEndedByACancelFromAnotherThread) {
  LocalEtcd etcd(1);
  const auto stream = Watch(etcd, 1);
  std::jthread other([&] { stream->Cancel(); });
  const WatchMessage end = stream->Next(Within(30s));
  EXPECT_EQ(end.kind, Kind::kEnded);
  EXPECT_THAT(end.reason, HasSubstr("CANCELLED"));
}

TEST(EtcdWatch, TellsItsProgressWhenAsked) {
  LocalEtcd etcd(1);
  const auto stream = Watch(etcd, 1, kEverything, 0);
  etcd.client(1)->Put("x", "1", Soon());
  Take(*stream, 1);
  stream->RequestProgress();
  const WatchMessage progress = stream->Next(Soon());
  EXPECT_EQ(progress.kind, Kind::kProgress) << progress.reason;
  EXPECT_EQ(progress.revision, 2);
}

TEST(EtcdWatch, OnAMemberThatDoesNotAnswerIsAnErrorInTime) {
  LocalEtcd etcd(1);
  etcd.Pause(1);
  const TimePoint began = std::chrono::steady_clock::now();
  const auto open = [&] {
    OpenEtcdWatch("node1", etcd.at(1).client_address, kEverything, 1,
                  Deadline::After(300ms));
  };
  EXPECT_THAT(open, testing::ThrowsMessage<CommandError>(
                        HasSubstr("node1: etcd: watch: ")));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST(EtcdWatch, OnNobodyIsAnError) {
  const auto open = [] {
    OpenEtcdWatch("node1", "127.0.0.1:1", kEverything, 1, Soon());
  };
  EXPECT_THAT(open, testing::ThrowsMessage<CommandError>(
                        AllOf(HasSubstr("node1"), HasSubstr("no connection"))));
}

}  // namespace
}  // namespace faultline
