#include "faultline/service/ovsdb/json_rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

#include "faultline/base/error.h"
#include "unit/service/ovsdb/rpc_peer.h"

namespace faultline::internal {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;
using Connection = RpcPeer::Connection;
using End = RpcAnswer::End;
using Json = nlohmann::json;

Deadline Soon() { return Within(5s); }

// Answers the first request with this.
RpcPeer Answering(const std::string& text) {
  return RpcPeer([text](Connection& client) {
    client.Read();
    client.Write(text);
    client.Read();  // until the client ends
  });
}

RpcAnswer CallOnce(const RpcPeer& peer, JsonLimits limits = {},
                   Deadline deadline = Soon()) {
  JsonRpc rpc("node2", peer.address(), Soon(), limits);
  return rpc.Call("transact", Json::array({"db"}), deadline);
}

TEST(JsonRpc, SendsARequestAndReturnsItsResult) {
  std::string request;
  RpcPeer peer([&](Connection& client) {
    request = client.Read();
    client.Write(R"({"id":1,"result":[7],"error":null})");
    client.Read();
  });
  const RpcAnswer answer = CallOnce(peer);
  EXPECT_EQ(answer.end, End::kResult);
  EXPECT_EQ(answer.value, Json::array({7}));
  EXPECT_EQ(Json::parse(request),
            Json::parse(R"({"id":1,"method":"transact","params":["db"]})"));
}

TEST(JsonRpc, AnErrorIsAnAnswer) {
  const RpcPeer peer = Answering(R"({"id":1,"error":"unknown method"})");
  const RpcAnswer answer = CallOnce(peer);
  EXPECT_EQ(answer.end, End::kError);
  EXPECT_EQ(answer.value, "unknown method");
  EXPECT_THAT(answer.reason, HasSubstr("node2: ovsdb: transact"));
}

TEST(JsonRpc, AnswersEchoesWhileItWaits) {
  std::string echoed;
  RpcPeer peer([&](Connection& client) {
    client.Read();
    client.Write(R"({"id":"e","method":"echo","params":["x"]})");
    echoed = client.Read();
    client.Write(R"({"id":1,"result":0,"error":null})");
    client.Read();
  });
  EXPECT_EQ(CallOnce(peer).end, End::kResult);
  EXPECT_EQ(Json::parse(echoed),
            Json::parse(R"({"id":"e","result":["x"],"error":null})"));
}

TEST(JsonRpc, KeepsNotificationsThatComeBeforeAnAnswer) {
  const RpcPeer peer =
      Answering(R"({"id":null,"method":"update3","params":[1]})"
                R"({"id":1,"result":0,"error":null})");
  JsonRpc rpc("node2", peer.address(), Soon());
  EXPECT_EQ(rpc.Call("transact", Json::array(), Soon()).end, End::kResult);
  const auto told = rpc.NextNotification(Soon());
  ASSERT_TRUE(told);
  EXPECT_EQ(told->method, "update3");
  EXPECT_EQ(told->params, Json::array({1}));
  EXPECT_FALSE(rpc.NextNotification(Deadline::After(20ms)));
  EXPECT_TRUE(rpc.Alive(Soon()));
}

TEST(JsonRpc, SilenceEndsTheConnectionAtTheDeadline) {
  RpcPeer peer([](Connection& client) {
    client.Read();
    client.Read();
  });
  JsonRpc rpc("node2", peer.address(), Soon());
  const TimePoint began = std::chrono::steady_clock::now();
  const RpcAnswer answer =
      rpc.Call("transact", Json::array(), Deadline::After(100ms));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  EXPECT_EQ(answer.end, End::kSilent);
  EXPECT_EQ(answer.reason, "node2: ovsdb: transact: no answer within 100 ms");
  EXPECT_EQ(rpc.Call("transact", Json::array(), Soon()).end, End::kNotSent);
}

TEST(JsonRpc, APeerThatNeverStopsSendingHoldsNobodyPastTheDeadline) {
  RpcPeer peer([](Connection& client) {
    client.Read();
    const std::string noise(4096, ' ');
    while (client.Write(noise)) {
    }
  });
  const TimePoint began = std::chrono::steady_clock::now();
  EXPECT_EQ(CallOnce(peer, {}, Deadline::After(100ms)).end, End::kSilent);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST(JsonRpc, APeerThatReadsNothingGetsNoWholeRequest) {
  std::latch asked(1);
  RpcPeer peer([&](Connection&) { asked.wait(); });
  JsonRpc rpc("node2", peer.address(), Soon());
  const Json large = Json::array({std::string(std::size_t{64} << 20, 'a')});
  const RpcAnswer answer = rpc.Call("transact", large, Deadline::After(100ms));
  asked.count_down();
  EXPECT_EQ(answer.end, End::kNotSent);
  EXPECT_THAT(answer.reason, HasSubstr("bytes were sent by the deadline"));
}

TEST(JsonRpc, AClosedConnectionLeavesARequestOpen) {
  RpcPeer peer([](Connection& client) { client.Read(); });
  const RpcAnswer answer = CallOnce(peer);
  EXPECT_EQ(answer.end, End::kBroken);
  EXPECT_THAT(answer.reason, StartsWith("node2: ovsdb: "));
}

struct Garbage {
  const char* name;
  std::string sent;
  std::string reason;
};

class JsonRpcGarbage : public ::testing::TestWithParam<Garbage> {};

TEST_P(JsonRpcGarbage, EndsTheConnectionWithAReasonThatNamesThePeer) {
  const RpcPeer peer = Answering(GetParam().sent);
  const RpcAnswer answer = CallOnce(peer, {.bytes = 1000, .depth = 8});
  EXPECT_EQ(answer.end, End::kBroken);
  EXPECT_THAT(answer.reason, AllOf(StartsWith("node2: ovsdb: "),
                                   HasSubstr(GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonRpcGarbage,
    ::testing::Values(
        Garbage{"NotJson", "HTTP/1.1 400 Bad Request\r\n", "byte 0: 0x48"},
        Garbage{"NotReallyJson", "{\"id\":1,\"result\":nope}", "no JSON"},
        Garbage{"NotUtf8", "{\"id\":1,\"result\":\"\xff\"}", "no JSON"},
        Garbage{"Deep", "{\"id\":1,\"result\":[[[[[[[[[[", "more than 8 deep"},
        Garbage{"Oversize", "{\"id\":1,\"result\":\"" + std::string(1000, 'a'),
                "more than 1000 bytes"},
        Garbage{"OtherId", R"({"id":9,"result":0,"error":null})",
                "no answer to a request of ours"},
        Garbage{"NoResult", R"({"id":1})", "no answer to a request of ours"},
        Garbage{"MethodIsNoText", R"({"id":null,"method":5,"params":[]})",
                "no JSON-RPC"},
        Garbage{"ParamsAreNoArray",
                R"({"id":null,"method":"update3","params":{}})", "no JSON-RPC"},
        Garbage{"UnknownRequest", R"({"id":4,"method":"fly","params":[]})",
                "an unknown request"}),
    [](const auto& test) { return test.param.name; });

TEST(JsonRpc, NobodyListeningIsAnErrorThatNamesPeerAndAddress) {
  EXPECT_THAT([] { JsonRpc("node2", "127.0.0.1:1", Soon()); },
              ThrowsMessage<CommandError>(
                  AllOf(HasSubstr("node2: ovsdb: 127.0.0.1:1: no connection"),
                        HasSubstr("Connection refused"))));
  EXPECT_THAT([] { JsonRpc("node2", "unix:/nowhere/x.ctl", Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("No such file")));
  EXPECT_THAT([] { JsonRpc("node2", "localhost", Soon()); },
              ThrowsMessage<CommandError>(
                  HasSubstr("\"localhost\" is no address and port")));
}

TEST(JsonRpc, IsClosedByAnotherThread) {
  RpcPeer peer([](Connection& client) { client.Read(); });
  JsonRpc rpc("node2", peer.address(), Soon());
  std::jthread other([&] { rpc.Close(); });
  EXPECT_FALSE(rpc.NextNotification(Within(30s)));
  EXPECT_FALSE(rpc.Alive(Soon()));
}

}  // namespace
}  // namespace faultline::internal
