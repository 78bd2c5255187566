#include "libcommon/io/tcp_connector.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::io {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// Listens on 127.0.0.1; `port` is bound, but listened on only if so wished.
struct Listener {
  UniqueFd fd;
  std::uint16_t port = 0;

  explicit Listener(bool is_listening) {
    fd.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof local;
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&local), size), 0);
    if (is_listening) {
      EXPECT_EQ(::listen(fd.get(), 1), 0);
    }
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&local), &size);
    port = ntohs(local.sin_port);
  }
};

Result<UniqueFd> connect_to(const HostPort& peer, std::chrono::milliseconds timeout = 5s) {
  boost::asio::io_context loop;
  TcpConnector connector(loop);
  std::optional<Result<UniqueFd>> out;
  connector.start(peer, timeout, [&](Result<UniqueFd> result) { out = std::move(result); });
  EXPECT_FALSE(out) << "called back from start()";
  loop.run();
  EXPECT_TRUE(out);
  return std::move(*out);
}

TEST(TcpConnector, ConnectsToAnAddress) {
  const Listener listener(true);
  const auto connected = connect_to({"127.0.0.1", listener.port});
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_GE(connected->get(), 0);
}

TEST(TcpConnector, TriesEachAddressOfAName) {
  // Where localhost is ::1 too, nobody listens there.
  const Listener listener(true);
  const auto connected = connect_to({"localhost", listener.port});
  ASSERT_TRUE(connected) << connected.error().message;
}

TEST(TcpConnector, SaysWhoRefused) {
  const Listener deaf(false);
  const auto connected = connect_to({"127.0.0.1", deaf.port});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(connected.error().message,
            "connect 127.0.0.1:" + std::to_string(deaf.port) + ": connection refused");
}

TEST(TcpConnector, SaysThatThereIsNoSuchName) {
  const auto connected = connect_to({"no-such-host.invalid", 80});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(connected.error().message, HasSubstr("look up no-such-host.invalid: "));
}

TEST(TcpConnector, MayBeDestroyedWhileItWorks) {
  boost::asio::io_context loop;
  {
    TcpConnector connector(loop);
    connector.start({"no-such-host.invalid", 80}, 5s, [](auto&&) { FAIL() << "called back"; });
    TcpConnector other(loop);
    other.start({"127.0.0.1", 9}, 5s, [](auto&&) { FAIL() << "called back"; });
  }
  loop.run();
}

}  // namespace
}  // namespace flu::io
