#include "tools/serve/pages/https_redirect.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/host_port.h"

namespace flu::serve {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

// What a browser has escaped anyway.
std::string escaped(std::string_view target) {
  constexpr std::string_view kNever = "\"<>\\^`{|}";
  std::string out;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || kNever.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

Response found(const std::string& address) {
  Response response = error_response(302, address);
  response.extra = fmt::format("Location: {}\r\n", address);
  return response;
}

}  // namespace

std::optional<std::uint16_t> port_beside(std::span<const service::Listening> ports,
                                         const boost::asio::ip::address& local) {
  for (const auto& [proto, text, port] : ports) {
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(text, ec);
    // That of all IPv6 addresses takes IPv4 too.
    const bool is_any = address.is_unspecified() && (address.is_v6() || local.is_v4());
    if (!ec && (is_any || address == local)) return port;
  }
  return std::nullopt;
}

std::string secure_address(const Request& request, std::uint16_t port) {
  if (request.method != Method::kGet && request.method != Method::kHead) return {};
  if (!request.wants_page || request.is_forwarded || !request.target.starts_with('/')) return {};
  auto host = parse_host_port(request.host, kHttpPort);
  if (!host) return {};
  host->port = port;
  return fmt::format("https://{}{}", port == kHttpsPort ? host->host_text() : host->to_text(),
                     escaped(request.target));
}

std::optional<Response> HttpsRedirect::of(const Connection& connection) {
  if (ports_.empty() || connection.is_secure() || !connection.request().wants_page) {
    return std::nullopt;
  }
  const auto port = port_beside(ports_, connection.local());
  if (!port) return std::nullopt;
  certificates_->refresh(monotonic_now());
  const WallTime now = wall_now();
  const auto& identities = certificates_->identities();
  const bool is_ready = std::any_of(identities.begin(), identities.end(),
                                    [&](const auto& one) { return one->valid_until() > now; });
  const std::string address = is_ready ? secure_address(connection.request(), *port) : "";
  return address.empty() ? std::nullopt : std::optional(found(address));
}

}  // namespace flu::serve
