// Tested by tests/e2e/demux/tls-openssl.sh
#include "tools/demux/tls_reason.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/host_port.h"
#include "libcommon/io/file.h"
#include "libcommon/io/tls_connect.h"

namespace flu::demux {
namespace {

constexpr std::size_t kMaxAuthorities = std::size_t{16} << 20;

// Where the TLS of such a URL is spoken.
std::optional<HostPort> peer_of(std::string_view url) {
  struct Default {
    std::string_view scheme;
    std::uint16_t port;
  };
  // Those of libav.
  constexpr Default kDefaults[] = {{"https://", 443}, {"rtsps://", 322}, {"rtmps://", 443}};
  for (const auto& [scheme, port] : kDefaults) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
    auto peer = parse_host_port(authority, port);
    if (peer) return *peer;
  }
  return std::nullopt;
}

}  // namespace

Result<> check_authorities(const std::string& ca_file) {
  if (ca_file.empty()) return {};
  const auto read = io::read_file(ca_file, kMaxAuthorities);
  if (read) return {};
  return fail(ErrorCode::kInvalidArgument, "tls_ca: " + read.error().message);
}

Error explain_refusal(const Refusal& refusal) {
  const auto peer = peer_of(refusal.url);
  if (peer && (refusal.host.empty() || peer->host == refusal.host)) {
    const auto connected = io::connect_tls(*peer, {refusal.ca_file, true});
    if (!connected && connected.error().code == ErrorCode::kDenied) return connected.error();
  }
  return {ErrorCode::kDenied,
          fmt::format("tls {}: its certificate is not accepted: {}", refusal.host, refusal.said)};
}

}  // namespace flu::demux
