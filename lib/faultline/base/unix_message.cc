#include "faultline/base/unix_message.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

namespace faultline::internal {
namespace {

// The kernel takes no more with one message (SCM_MAX_FD).
constexpr size_t kMostDescriptors = 253;

// Room for control data, aligned as the kernel wants it.
struct ControlBuffer {
  alignas(cmsghdr) char bytes[CMSG_SPACE(kMostDescriptors * sizeof(int))];
};

void AttachDescriptors(msghdr& header, ControlBuffer& control,
                       const std::vector<int>& descriptors) {
  if (descriptors.empty()) return;
  const size_t size = descriptors.size() * sizeof(int);
  header.msg_control = control.bytes;
  header.msg_controllen = CMSG_SPACE(size);
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
}

std::vector<FileDescriptor> TakeDescriptors(msghdr& header) {
  std::vector<FileDescriptor> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
       part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
      continue;
    std::vector<int> numbers((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(numbers.data(), CMSG_DATA(part), numbers.size() * sizeof(int));
    for (const int number : numbers) descriptors.emplace_back(number);
  }
  return descriptors;
}

ssize_t NextMessageLength(int socket) {
  ssize_t length;
  do {
    length = ::recv(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC);
  } while (length < 0 && errno == EINTR);
  return length;
}

}  // namespace

bool SendMessage(int socket, const std::string& text,
                 const std::vector<int>& descriptors) {
  if (descriptors.size() > kMostDescriptors) {
    errno = EMSGSIZE;
    return false;
  }
  iovec data{const_cast<char*>(text.data()), text.size()};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  AttachDescriptors(header, control, descriptors);
  ssize_t sent;
  do {
    sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(text.size());
}

UnixMessage ReceiveMessage(int socket) {
  const ssize_t length = NextMessageLength(socket);
  if (length <= 0) return {};
  UnixMessage message{.text = std::string(static_cast<size_t>(length), '\0'),
                      .descriptors = {}};
  iovec data{message.text.data(), message.text.size()};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof(control.bytes);
  ssize_t received;
  do {
    received = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  if (received != length) return {};
  message.descriptors = TakeDescriptors(header);
  return message;
}

}  // namespace faultline::internal
