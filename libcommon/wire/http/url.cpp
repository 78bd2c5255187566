#include "libcommon/wire/http/url.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::wire {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kMaxTarget = std::size_t{16} << 10;

std::uint16_t default_port(bool is_tls) {
  return is_tls ? kHttpsPort : kHttpPort;
}

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

// A '%' without digits stands for itself: passwords are typed by people.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && text.size() - i > 2 ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    out += low ? static_cast<char>(*high * 16 + *low) : text[i];
    if (low) i += 2;
  }
  return out;
}

Result<std::string> make_target(std::string_view text) {
  text = text.substr(0, text.find('#'));
  std::string out = text.empty() || text.front() == '?' ? "/" : "";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return refuse("a control character in the path");
    if (byte > 0x7F || std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  if (out.size() > kMaxTarget) return refuse(fmt::format("a path of {} bytes", out.size()));
  return out;
}

// RFC 3986 5.2.4; what would go above the root stays there.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  const auto given = split(path.substr(1), '/');
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool is_last = i + 1 == given.size();
    if (given[i] == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (given[i] != ".") {
      parts.push_back(given[i]);
      continue;
    }
    if (is_last) parts.emplace_back();
  }
  std::string out;
  for (const std::string_view part : parts) out += fmt::format("/{}", part);
  return out.empty() ? "/" : out;
}

bool has_scheme(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && colon != 0 && colon < text.find_first_of("/?#");
}

// Of a path that is relative to the folder of `base`.
std::string joined_path(std::string_view base, std::string_view relative) {
  const std::string_view path = base.substr(0, base.find('?'));
  return fmt::format("{}{}", path.substr(0, path.rfind('/') + 1), relative);
}

}  // namespace

std::string HttpUrl::authority() const {
  return peer.port == default_port(is_tls) ? peer.host_text() : peer.to_text();
}

std::string HttpUrl::to_text() const {
  return fmt::format("http{}://{}{}", is_tls ? "s" : "", authority(), target);
}

Result<HttpUrl> parse_http_url(bool is_tls, std::string_view rest) {
  HttpUrl out;
  out.is_tls = is_tls;
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    out.user_info = percent_decoded(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  FLU_TRY_ASSIGN(out.peer, parse_host_port(authority, default_port(is_tls)));
  FLU_TRY_ASSIGN(out.target, make_target(rest.substr(end)));
  return out;
}

Result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference) {
  HttpUrl out;
  const bool is_http = starts_with_ignoring_case(reference, "http://");
  if (is_http || starts_with_ignoring_case(reference, "https://")) {
    FLU_TRY_ASSIGN(out, parse_http_url(!is_http, reference.substr(is_http ? 7 : 8)));
  } else if (reference.substr(0, 2) == "//") {
    FLU_TRY_ASSIGN(out, parse_http_url(base.is_tls, reference.substr(2)));
  } else if (has_scheme(reference)) {
    return fail(ErrorCode::kUnsupported, fmt::format("expected http:// or https://, found '{}'",
                                                     printable(reference.substr(0, 40))));
  } else {
    out = base;
    reference = reference.substr(0, reference.find('#'));
    if (reference.empty()) return out;
    const auto query = std::min(reference.find('?'), reference.size());
    std::string path(reference.substr(0, query));
    if (path.empty()) {
      path = base.target.substr(0, base.target.find('?'));
    } else if (path.front() != '/') {
      path = joined_path(base.target, path);
    }
    FLU_TRY_ASSIGN(out.target,
                   make_target(without_dots(path) + std::string(reference.substr(query))));
    return out;
  }
  if (out.user_info.empty() && out.peer == base.peer && out.is_tls == base.is_tls) {
    out.user_info = base.user_info;
  }
  return out;
}

}  // namespace flu::wire
