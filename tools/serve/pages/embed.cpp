#include "tools/serve/pages/embed.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace flu::serve {
namespace {

// "https://cdn.example:8080" of an address there; empty for a path. What would end the policy's
// source is left out with all that follows it.
std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/;,' ", scheme + 3)));
}

// Nothing but our own files and what the player makes of segments (blob:). A page of any site may
// hold this one in a frame: it is made for that.
std::string policy(std::string_view url_prefix) {
  std::string media = origin_of(url_prefix);
  if (!media.empty()) media.insert(0, 1, ' ');
  return fmt::format(
      "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
      "connect-src 'self'{0}; media-src 'self'{0} blob:; worker-src 'self' blob:; img-src 'self' "
      "data:; base-uri 'none'; form-action 'none'\r\n"
      "X-Content-Type-Options: nosniff\r\n",
      media);
}

// From the stream's folder to the server's root: pages work behind a proxy's prefix, too.
std::string to_root(std::string_view stream) {
  std::string up = "../";
  for (auto i = std::count(stream.begin(), stream.end(), '/'); i > 0; --i) up += "../";
  return up;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Result<std::string> fill_page(std::string_view page, std::string_view stream,
                              std::string_view title, const PathOf& path_of) {
  std::string out;
  while (true) {
    const auto start = page.find("{{");
    out += page.substr(0, start);
    if (start == std::string_view::npos) return out;
    page.remove_prefix(start + 2);
    const auto end = page.find("}}");
    if (end == std::string_view::npos) return fail(ErrorCode::kMalformed, "page: {{ without }}");
    const std::string_view place = page.substr(0, end);
    page.remove_prefix(end + 2);
    if (place == "title") {
      out += escape_html(title);
    } else {
      FLU_TRY_ASSIGN(const std::string path, path_of(place));
      out += to_root(stream) + escape_html(path);
    }
  }
}

Response embed_response(std::string page, bool is_known, std::string_view url_prefix) {
  Response response;
  response.status = is_known ? 200 : 404;
  response.content_type = "text/html; charset=utf-8";
  response.cache_control = "no-cache";
  response.extra = policy(url_prefix);
  response.body = make_body(std::move(page));
  if (is_known) response.etag = make_etag(response.body.bytes);
  return response;
}

}  // namespace flu::serve
