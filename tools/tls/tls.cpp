// Tested by tests/e2e/tls/relay-openssl.sh

#include "tools/tls/tls.h"

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "libcommon/base/host_port.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/tcp_connector.h"
#include "libcommon/io/tls_client.h"
#include "libcommon/service/ready.h"
#include "tools/tls/relay.h"

namespace flu::tls {
namespace {

constexpr std::chrono::seconds kConnectTimeout{10};
constexpr std::chrono::seconds kHandshakeTimeout{10};

Result<UniqueFd> connect(const HostPort& peer) {
  boost::asio::io_context loop(1);
  io::TcpConnector connector(loop);
  Result<UniqueFd> out = fail(ErrorCode::kUnavailable, "connect: no result");
  connector.start(peer, kConnectTimeout,
                  [&](Result<UniqueFd> connected) { out = std::move(connected); });
  loop.run();
  return out;
}

Result<> shake_hands(io::TlsClient& client, const HostPort& peer) {
  using Step = io::TlsClient::Step;
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
    if (ready < 0 && errno != EINTR) return io::fail_system("wait for", peer.to_text(), errno);
  }
}

}  // namespace

Result<> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(const HostPort peer, parse_host_port(options.peer));
  FLU_TRY_ASSIGN(UniqueFd socket, connect(peer));
  FLU_TRY_ASSIGN(
      io::TlsClient client,
      io::TlsClient::make(std::move(socket), peer, {options.ca_file, !options.is_unverified}));
  FLU_TRY(shake_hands(client, peer));
  FLU_TRY(service::announce_ready(common));
  return relay(client);
}

}  // namespace flu::tls
