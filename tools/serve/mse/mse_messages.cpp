#include "tools/serve/mse/mse_messages.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "libcommon/base/text.h"
#include "libcommon/wire/http/target.h"

namespace flu::serve {
namespace {

using nlohmann::json;

constexpr unsigned kMaxNumber = 63;  // tracks of a stream

// "v12" from the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter) return std::nullopt;
  const auto end = text.find_first_not_of("0123456789", 1);
  const std::string_view digits = text.substr(1, end == std::string_view::npos ? end : end - 1);
  const auto number = parse_unsigned(digits);
  if (!number || *number == 0 || *number > kMaxNumber) return std::nullopt;
  text.remove_prefix(1 + digits.size());
  return static_cast<unsigned>(*number);
}

// Profile, level and the bytes of a NAL unit's length, from an avcC.
void add_avc(const media::Track& track, json& out) {
  if (track.codec != media::CodecId::kH264 || track.config.size() < 5) return;
  out["profile"] = track.config[1];
  out["level"] = track.config[3];
  out["length_size"] = (track.config[4] & 3U) + 1;
}

double frames_a_second(const media::Track& track) {
  if (track.video.rate_num > 0 && track.video.rate_den > 0) {
    return static_cast<double>(track.video.rate_num) / track.video.rate_den;
  }
  return track.nominal_duration.count() > 0
             ? 90'000.0 / static_cast<double>(track.nominal_duration.count())
             : 0;
}

json describe(const MseTrack& one, std::uint64_t bit_rate) {
  const media::Track& track = one.track;
  const bool is_video = track.kind == media::TrackKind::kVideo;
  json out{{"track_id", one.name},
           {"content", is_video ? "video" : "audio"},
           {"codec", media::to_string(track.codec)},
           {"lang", track.language}};
  if (bit_rate > 0) out["bitrate"] = (bit_rate + 500) / 1000;
  if (is_video) {
    const media::VideoFormat& video = track.video;
    out["pixel_width"] = video.width;
    out["pixel_height"] = video.height;
    out["width"] = video.sar_height == 0
                       ? video.width
                       : (std::uint64_t{video.width} * video.sar_width + video.sar_height / 2) /
                             video.sar_height;
    out["height"] = video.height;
    if (const double rate = frames_a_second(track); rate > 0) {
      out["fps"] = std::round(rate * 1000) / 1000;
    }
    add_avc(track, out);
  } else {
    out["sample_rate"] = track.audio.sample_rate;
    out["channels"] = track.audio.channels;
  }
  return out;
}

json payload(const MseTrack& one) {
  return {{"id", one.track.id},
          {"content", one.track.kind == media::TrackKind::kVideo ? "video" : "audio"},
          {"mime_type", one.mime_type},
          {"payload", one.init}};
}

}  // namespace

MseWish parse_mse_wish(std::string_view text) {
  MseWish wish;
  wish.video = take_number(text, 'v');
  wish.audio = take_number(text, 'a');
  if (!wish.video) wish.video = take_number(text, 'v');  // "a1v1"
  return wish;
}

MseWish mse_wish_of_query(std::string_view query) {
  return parse_mse_wish(wire::query_value(query, "tracks").value_or(""));
}

MseSelection select_mse_tracks(const MseProgram& program, const MseWish& wish) {
  using media::TrackKind;
  const unsigned video = program.first(TrackKind::kVideo);
  const unsigned audio = program.first(TrackKind::kAudio);
  // Of a kind that the stream does not have: what there is.
  const bool is_any = (!wish.video || video == 0) && (!wish.audio || audio == 0);
  if (is_any) return {video, audio};
  MseSelection out;
  if (wish.video) out.video = program.find('v', *wish.video);
  if (wish.video && out.video == 0) out.video = video;
  if (wish.audio) out.audio = program.find('a', *wish.audio);
  if (wish.audio && out.audio == 0) out.audio = audio;
  return out;
}

std::string write_mse_init(const MseStream& stream, const MseProgram& program,
                           const MseSelection& selection, std::string_view session) {
  json list = json::array();
  json tracks = json::array();
  json metadata = json::object();
  for (const MseTrack& one : program.tracks) {
    const unsigned id = one.track.id;
    list.push_back(describe(one, stream.bit_rate(id)));
    if (id == selection.video || id == selection.audio) tracks.push_back(payload(one));
    if (id == selection.video) {
      metadata["width"] = list.back()["width"];
      metadata["height"] = list.back()["height"];
    }
  }
  metadata["tracks"] = list;
  metadata["streams"] = std::move(list);  // as older clients call it
  const json message{{"type", "mse_init_segment"},
                     {"session_id", session},
                     {"metadata", std::move(metadata)},
                     {"tracks", std::move(tracks)}};
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string write_mse_event(std::string_view name) {
  return json{{"type", "event"}, {"event", name}}.dump();
}

std::string write_mse_unavailable(bool is_playable) {
  json event{{"type", "event"}, {"event", "stream_unavailable"}};
  if (is_playable) {
    event["static"] = false;
  } else {
    event["reason"] = "no track of the stream can be played by a browser";
  }
  return event.dump();
}

}  // namespace flu::serve
