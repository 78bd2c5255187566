// Tested by tests/e2e/tls/relay-openssl.sh
#include "libcommon/io/tls_connect.h"

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "libcommon/io/system_error.h"
#include "libcommon/io/tcp_connector.h"

namespace flu::io {
namespace {

constexpr std::chrono::seconds kConnectTimeout{10};
constexpr std::chrono::seconds kHandshakeTimeout{10};

Result<UniqueFd> connect(const HostPort& peer) {
  boost::asio::io_context loop(1);
  TcpConnector connector(loop);
  Result<UniqueFd> out = fail(ErrorCode::kUnavailable, "connect: no result");
  connector.start(peer, kConnectTimeout,
                  [&](Result<UniqueFd> connected) { out = std::move(connected); });
  loop.run();
  return out;
}

Result<> shake_hands(TlsClient& client, const HostPort& peer) {
  using Step = TlsClient::Step;
  const auto deadline = std::chrono::steady_clock::now() + kHandshakeTimeout;
  while (true) {
    FLU_TRY_ASSIGN(const Step step, client.handshake());
    if (step == Step::kDone) return {};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{client.fd(), static_cast<short>(step == Step::kWantRead ? POLLIN : POLLOUT), 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready == 0) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("tls {}: no end of the handshake within {} s", peer.to_text(),
                              kHandshakeTimeout.count()));
    }
    if (ready < 0 && errno != EINTR) return fail_system("wait for", peer.to_text(), errno);
  }
}

}  // namespace

Result<TlsClient> connect_tls(const HostPort& peer, const TlsClient::Settings& settings) {
  FLU_TRY_ASSIGN(UniqueFd socket, connect(peer));
  FLU_TRY_ASSIGN(TlsClient client, TlsClient::make(std::move(socket), peer, settings));
  FLU_TRY(shake_hands(client, peer));
  return client;
}

}  // namespace flu::io
