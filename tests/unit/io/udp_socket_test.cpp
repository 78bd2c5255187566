#include "libcommon/io/udp_socket.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::io {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kLoopback = 0x7F000001;
constexpr std::uint32_t kGroup = 0xEFFF0A0B;  // 239.255.10.11

void send_to(std::uint32_t address, std::uint16_t port, const Buffer& data) {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  in_addr interface { htonl(kLoopback) };
  ::setsockopt(fd.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(address);
  to.sin_port = htons(port);
  ASSERT_EQ(
      ::sendto(fd.get(), data.data(), data.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
      static_cast<ssize_t>(data.size()));
}

bool is_readable(const UdpSocket& socket) {
  pollfd entry{socket.fd(), POLLIN, 0};
  return ::poll(&entry, 1, 5'000) == 1;
}

TEST(UdpSocket, ReceivesABatch) {
  auto socket = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_NE(socket->port(), 0);
  EXPECT_TRUE((*socket->receive())->empty());
  for (std::uint8_t i = 0; i < 3; ++i) send_to(kLoopback, socket->port(), Buffer(1316, i));
  ASSERT_TRUE(is_readable(*socket));
  const auto batch = socket->receive();
  ASSERT_TRUE(batch);
  ASSERT_EQ((*batch)->size(), 3U);
  EXPECT_EQ((**batch)[2].size(), 1316U);
  EXPECT_EQ((**batch)[2].front(), 2);
  EXPECT_EQ(socket->kernel_drops(), 0U);
}

TEST(UdpSocket, TakesMoreAtOnceWhileManyWait) {
  auto socket = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(socket) << socket.error().message;
  const std::size_t all = UdpSocket::kSmallBatch + 12;
  for (std::uint8_t i = 0; i < all; ++i) send_to(kLoopback, socket->port(), Buffer(1316, i));
  EXPECT_EQ((*socket->receive())->size(), UdpSocket::kSmallBatch);
  EXPECT_TRUE(socket->was_full());
  const auto rest = socket->receive();
  ASSERT_EQ((*rest)->size(), 12U);
  EXPECT_EQ((**rest)[11].front(), all - 1);
  EXPECT_FALSE(socket->was_full());
}

TEST(UdpSocket, TwoReceiveTheSameGroup) {
  auto first = UdpSocket::open({kGroup, 0, kLoopback});
  ASSERT_TRUE(first) << first.error().message;
  auto second = UdpSocket::open({kGroup, first->port(), kLoopback});
  ASSERT_TRUE(second) << second.error().message;
  send_to(kGroup, first->port(), {0x47, 1});
  for (UdpSocket* socket : {&*first, &*second}) {
    ASSERT_TRUE(is_readable(*socket));
    EXPECT_EQ((*socket->receive())->size(), 1U);
  }
}

TEST(UdpSocket, AUnicastPortHasOneOwner) {
  const auto first = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(first);
  const auto second = UdpSocket::open({kLoopback, first->port(), 0});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("address already in use"));
}

TEST(UdpSocket, AnotherGoesOnWithWhatWaits) {
  auto first = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(first);
  const UdpAddress address{kLoopback, first->port(), 0};
  for (std::uint8_t i = 0; i < 2; ++i) send_to(kLoopback, address.port, Buffer(1316, i));
  auto second = UdpSocket::adopt(UniqueFd(::dup(first->fd())), address);
  ASSERT_TRUE(second) << second.error().message;
  first = fail(ErrorCode::kCancelled, "closed");
  send_to(kLoopback, address.port, Buffer(1316, 2));
  ASSERT_TRUE(is_readable(*second));
  const auto batch = second->receive();
  ASSERT_EQ((*batch)->size(), 3U);
  EXPECT_EQ((**batch)[2].front(), 2);
  EXPECT_EQ(second->port(), address.port);
  EXPECT_FALSE(UdpSocket::adopt(UniqueFd(::dup(second->fd())), {kLoopback, 1, 0}));
  EXPECT_FALSE(UdpSocket::adopt(UniqueFd(::dup(STDERR_FILENO)), address));
}

TEST(UdpSocket, SaysWhatAnAddressMustBe) {
  const auto foreign = UdpSocket::open({0xC0000201, 0, 0});  // 192.0.2.1, for documentation
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("an address of this host"));
  const auto interface = UdpSocket::open({kGroup, 0, 0xC0000201});
  ASSERT_FALSE(interface);
  EXPECT_THAT(interface.error().message, HasSubstr("no interface has the address 192.0.2.1"));
}

TEST(UdpSocket, LongDatagramsFitAfterTheFirst) {
  auto socket = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(socket);
  send_to(kLoopback, socket->port(), Buffer(9'000, 1));
  ASSERT_TRUE(is_readable(*socket));
  EXPECT_TRUE((*socket->receive())->empty());
  EXPECT_EQ(socket->truncated(), 1U);
  send_to(kLoopback, socket->port(), Buffer(9'000, 2));
  ASSERT_TRUE(is_readable(*socket));
  const auto batch = socket->receive();
  ASSERT_EQ((*batch)->size(), 1U);
  EXPECT_EQ((**batch)[0].size(), 9'000U);
}

TEST(UdpSocket, CountsWhatTheKernelHadNoRoomFor) {
  auto socket = UdpSocket::open({kLoopback, 0, 0});
  ASSERT_TRUE(socket);
  const int small = 4096;
  ASSERT_EQ(::setsockopt(socket->fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
  for (int i = 0; i < 100; ++i) send_to(kLoopback, socket->port(), Buffer(1316, 0));
  std::size_t got = 0;
  while (true) {
    const auto batch = socket->receive();
    ASSERT_TRUE(batch);
    if ((*batch)->empty()) break;
    got += (*batch)->size();
  }
  send_to(kLoopback, socket->port(), Buffer(1316, 0));
  ASSERT_TRUE(is_readable(*socket));
  got += (*socket->receive())->size();
  EXPECT_EQ(got + socket->kernel_drops(), 101U);
  EXPECT_GT(socket->kernel_drops(), 0U);
}

}  // namespace
}  // namespace flu::io
