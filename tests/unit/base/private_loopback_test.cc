#include "faultline/base/private_loopback.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "faultline/base/file_descriptor.h"

namespace faultline {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool Connects(int port) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in address = Loopback(port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address) == 0;
}

// A port of the system's choice.
int Listen(const FileDescriptor& socket) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), any, size) != 0 || ::listen(socket.get(), 8) != 0 ||
      ::getsockname(socket.get(), any, &size) != 0)
    return -1;
  return ntohs(address.sin_port);
}

struct Answer {
  bool is_private = false;
  bool has_reason = false;
  bool reaches_itself = false;
  bool same_user = false;
  int port = -1;
};

// A process that has asked for it, and listens on a port until `stay` is
// closed.
void BeAnother(int answers, int stay) {
  const uid_t user = ::geteuid();
  const bool shared = !UsePrivateLoopback().empty();
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  Answer answer{.is_private = !shared,
                .has_reason = !WhyLoopbackIsShared().empty(),
                .same_user = ::geteuid() == user,
                .port = Listen(socket)};
  answer.reaches_itself = Connects(answer.port);
  (void)!::write(answers, &answer, sizeof answer);
  char none = 0;
  (void)!::read(stay, &none, 1);
  ::_exit(0);
}

TEST(PrivateLoopback, IsReachedByNobodyElse) {
  std::array<int, 2> answers{};
  std::array<int, 2> stay{};
  ASSERT_EQ(::pipe(answers.data()), 0);
  ASSERT_EQ(::pipe(stay.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(stay[1]);
    BeAnother(answers[1], stay[0]);
  }
  Answer answer;
  ASSERT_EQ(::read(answers[0], &answer, sizeof answer),
            static_cast<ssize_t>(sizeof answer));
  ASSERT_GT(answer.port, 0);
  EXPECT_TRUE(answer.reaches_itself);
  EXPECT_TRUE(answer.same_user);
  // A kernel that lets nobody have one must say so.
  EXPECT_NE(answer.is_private, answer.has_reason);
  EXPECT_NE(answer.is_private, Connects(answer.port));
  ::close(stay[1]);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST(PrivateLoopback, IsNotThereWithoutAsking) {
  EXPECT_EQ(WhyLoopbackIsShared(), "nobody asked for another one");
}

}  // namespace
}  // namespace faultline
