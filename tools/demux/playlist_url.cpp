#include "tools/demux/playlist_url.h"

#include <cctype>

#include <fmt/format.h>

#include "libcommon/wire/http/url.h"

namespace flu::demux {
namespace {

Result<wire::HttpUrl> parse(std::string_view url) {
  const bool is_tls = url.starts_with("https://");
  if (!is_tls && !url.starts_with("http://")) {
    return fail(ErrorCode::kUnsupported, "a playlist that did not come over HTTP");
  }
  return wire::parse_http_url(is_tls, url.substr(is_tls ? 8 : 7));
}

// The first colon divides user and password.
std::string encode_user(std::string_view user) {
  std::string out;
  bool has_colon = false;
  for (const char c : user) {
    const bool is_divider = c == ':' && !has_colon;
    has_colon = has_colon || c == ':';
    if (is_divider || std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

Result<std::string> resolve_playlist_url(std::string_view base, std::string_view reference) {
  FLU_TRY_ASSIGN(const wire::HttpUrl from, parse(base));
  FLU_TRY_ASSIGN(const wire::HttpUrl url, wire::resolve_http_url(from, reference));
  std::string text = url.to_text();
  if (url.user_info.empty()) return text;
  const auto host = text.find("://") + 3;
  text.insert(host, encode_user(url.user_info) + "@");
  return text;
}

}  // namespace flu::demux
