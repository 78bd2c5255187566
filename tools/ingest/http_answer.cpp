#include "tools/ingest/http_answer.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::ingest {
namespace {

constexpr std::uint8_t kTsSync = 0x47;

// What it is, by its type and first bytes; "" when there is no sign of anything else than MPEG-TS.
std::string_view other_kind(std::string_view type, Bytes first) {
  const std::string_view text = as_text(first);
  constexpr std::string_view kPlaylist = "an HLS playlist: use hls://";
  constexpr std::string_view kPage = "a web page, not a stream: is the path right?";
  constexpr std::string_view kFlv = "FLV over HTTP, which is not supported";
  constexpr std::string_view kMp4 = "an MP4 file, not MPEG-TS";
  if (text.substr(0, 7) == "#EXTM3U") return kPlaylist;
  if (starts_with_ignoring_case(text, "<!doctype") || starts_with_ignoring_case(text, "<html")) {
    return kPage;
  }
  if (text.substr(0, 3) == "FLV") return kFlv;
  if (text.size() >= 8 && text.substr(4, 4) == "ftyp") return kMp4;
  // Servers that know no .ts call it anything: the first byte counts for more than the type.
  if (!first.empty() && first.front() == kTsSync) return {};
  if (type.find("mpegurl") != std::string_view::npos) return kPlaylist;
  if (type == "text/html") return kPage;
  if (type == "application/dash+xml") return "a DASH manifest, which is not supported as a source";
  if (type == "video/x-flv") return kFlv;
  if (type == "video/mp4") return kMp4;
  return {};
}

}  // namespace

bool is_redirect(int status) {
  constexpr int kStatuses[] = {301, 302, 303, 307, 308};
  return std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
}

Result<wire::HttpUrl> follow_redirect(const wire::HttpUrl& from,
                                      const wire::HttpResponseHead& head) {
  const auto place = head.find("Location");
  if (!place) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the server answers '{}' without saying where to", head.line));
  }
  auto to = resolve_http_url(from, *place);
  if (!to) {
    return fail(ErrorCode::kUnavailable, fmt::format("the server answers '{}': Location: {}",
                                                     head.line, to.error().message));
  }
  if (from.is_tls && !to->is_tls) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the server leads from https to http ({}:{}), which is not followed",
                            to->peer.host_text(), to->peer.port));
  }
  return to;
}

Result<> check_status(const wire::HttpUrl& url, const wire::HttpResponseHead& head) {
  if (head.status == 200) return {};
  std::string_view hint;
  if (head.status == 401) {
    hint = url.user_info.empty() ? ": it wants a login, as in tshttp://USER:PASSWORD@HOST/PATH"
                                 : ": it does not accept the user and password";
  }
  return fail(ErrorCode::kUnavailable, fmt::format("the server answers '{}'{}", head.line, hint));
}

Result<> check_body(const wire::HttpResponseHead& head, Bytes first) {
  const std::string_view kind = other_kind(head.content_type(), first);
  if (kind.empty()) return {};
  return fail(ErrorCode::kUnsupported, fmt::format("expected MPEG-TS; this is {}", kind));
}

}  // namespace flu::ingest
