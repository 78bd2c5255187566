// Tested by tests/e2e/serve/tracks-ffprobe.sh
#include "tools/serve/live/segment_answer.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tools/serve/live/text_segment.h"
#include "tools/serve/live/ts_segment.h"

namespace flu::serve {
namespace {

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

std::string_view content_type_of(Format format) {
  switch (format) {
    case Format::kTs: return "video/mp2t";
    case Format::kFmp4: return "video/mp4";
    case Format::kText: return "text/vtt; charset=utf-8";
  }
  return {};
}

}  // namespace

Result<Selection> select_for_segment(const media::Tracks& all, const Route& route) {
  const std::string missing = manifest::missing_in(all, route.choice);
  if (!missing.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("The segment has no track {}; it has {}.",
                                                  missing, manifest::write_track_names(all, all)));
  }
  return select_tracks(all, route.choice, route.format);
}

Result<SentSegment> make_sent_segment(const Body& stored, const segment::IndexRecord& record,
                                      const SegmentWish& wish) {
  switch (wish.format) {
    case Format::kTs:
      return make_ts_segment(stored.bytes, wish.tracks, assign_pids(wish.pids, wish.all));
    case Format::kText: return make_text_segment(stored.bytes, record, wish.tracks);
    case Format::kFmp4: break;
  }
  return make_fmp4_segment(stored, record, wish.tracks);
}

std::string ending_of(Format format, const PidWishes& pids) {
  if (format == Format::kTs) return write_pids(pids) + ".ts";
  return format == Format::kFmp4 ? ".m4s" : ".vtt";
}

Response segment_response(const std::shared_ptr<const SentSegment>& segment, Format format) {
  Response response;
  response.content_type = content_type_of(format);
  response.cache_control = kForEver;
  response.etag = segment->etag;
  response.modified = segment->modified;
  response.allows_ranges = true;
  response.body = {segment, segment->body.bytes};
  return response;
}

Response init_response(PlayerInit init) {
  Response response;
  response.content_type = "video/mp4";
  response.cache_control = kForEver;
  response.body = make_body(std::move(init.bytes));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  return response;
}

Response no_such_segment() {
  return error_response(404, "The stream has no such segment, or no longer.");
}

Response no_such_init() {
  return error_response(404, "No segment of the stream belongs to this, or no longer.");
}

Response unreadable() {
  return error_response(500, "The segment cannot be read.");
}

}  // namespace flu::serve
