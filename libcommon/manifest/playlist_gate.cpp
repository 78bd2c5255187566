#include "libcommon/manifest/playlist_gate.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libcommon/base/text.h"

namespace flu::manifest {
namespace {

constexpr std::string_view kStreamInf = "#EXT-X-STREAM-INF:";
constexpr std::string_view kMedia = "#EXT-X-MEDIA:";
constexpr std::string_view kSequence = "#EXT-X-MEDIA-SEQUENCE:";
constexpr std::size_t kMaxPlaylists = 64;  // that are remembered

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view line : split(text, '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

// NAME=value or NAME="value" of an attribute list (RFC 8216 4.2); where its value stands.
std::optional<std::string_view> attribute(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto equals = list.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view key = list.substr(0, equals);
    while (!key.empty() && key.front() == ' ') key.remove_prefix(1);
    list.remove_prefix(equals + 1);
    const bool is_quoted = list.starts_with('"');
    if (is_quoted) list.remove_prefix(1);
    const auto end = std::min(list.find(is_quoted ? '"' : ','), list.size());
    const std::string_view value = list.substr(0, end);
    if (key == name) return value;
    list.remove_prefix(end);
    const auto comma = list.find(',');
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return std::nullopt;
}

std::string_view attributes_of(std::string_view tag) {
  const auto colon = tag.find(':');
  return colon == std::string_view::npos ? std::string_view{} : tag.substr(colon + 1);
}

// The tag with its URI made absolute, where it has one.
Result<std::string> with_absolute_uri(std::string_view tag, const PlaylistGate::Resolve& resolve) {
  const auto uri = attribute(attributes_of(tag), "URI");
  if (!uri || uri->starts_with("data:")) return std::string(tag);
  FLU_TRY_ASSIGN(const std::string absolute, resolve(*uri));
  const auto at = static_cast<std::size_t>(uri->data() - tag.data());
  return std::string(tag.substr(0, at)) + absolute + std::string(tag.substr(at + uri->size()));
}

bool has_uri(std::string_view tag) {
  return tag.starts_with("#EXT-X-KEY:") || tag.starts_with("#EXT-X-MAP:") ||
         tag.starts_with(kMedia);
}

// What decoders here know; a variant that does not say counts as such.
bool is_playable(std::string_view info) {
  const auto codecs = attribute(info, "CODECS");
  if (!codecs) return true;
  for (std::string_view codec : split(*codecs, ',')) {
    while (codec.starts_with(' ')) codec.remove_prefix(1);
    if (codec.starts_with("av01") || codec.starts_with("vp0") || codec.starts_with("dvh")) {
      return false;
    }
  }
  return true;
}

struct Variant {
  std::string_view tag;
  std::string_view uri;
  std::uint64_t bandwidth = 0;
  bool is_playable = true;
};

bool is_worse(const Variant& a, const Variant& b) {
  if (a.is_playable != b.is_playable) return b.is_playable;
  return a.bandwidth < b.bandwidth;
}

Result<std::string> pass_master(const std::vector<std::string_view>& lines,
                                const PlaylistGate::Resolve& resolve) {
  std::vector<Variant> variants;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (!lines[i].starts_with(kStreamInf) || lines[i + 1].starts_with('#')) continue;
    const std::string_view info = lines[i].substr(kStreamInf.size());
    const auto bandwidth = parse_unsigned(attribute(info, "BANDWIDTH").value_or("0"));
    variants.push_back({lines[i], lines[i + 1], bandwidth.value_or(0), is_playable(info)});
  }
  const auto best = std::max_element(variants.begin(), variants.end(), is_worse);
  if (best == variants.end()) {
    return fail(ErrorCode::kMalformed, "the master playlist has no variant with a URL");
  }
  const auto group = attribute(attributes_of(best->tag), "AUDIO");
  std::string out = "#EXTM3U\n";
  for (const std::string_view line : lines) {
    if (!group || !line.starts_with(kMedia)) continue;
    const std::string_view info = attributes_of(line);
    if (attribute(info, "TYPE") != "AUDIO" || attribute(info, "GROUP-ID") != group) continue;
    FLU_TRY_ASSIGN(const std::string tag, with_absolute_uri(line, resolve));
    out += tag + "\n";
  }
  FLU_TRY_ASSIGN(const std::string uri, resolve(best->uri));
  return out + std::string(best->tag) + "\n" + uri + "\n";
}

// A media playlist in parts: what stands in front of the first segment, and each segment with its
// tags.
struct Segments {
  std::vector<std::string_view> head;
  std::vector<std::vector<std::string_view>> segments;
  std::uint64_t sequence = 0;
  bool has_ended = false;

  [[nodiscard]] std::uint64_t end() const { return sequence + segments.size(); }
};

bool is_of_segment(std::string_view line) {
  static constexpr std::string_view kTags[] = {
      "#EXTINF",    "#EXT-X-BYTERANGE",         "#EXT-X-DISCONTINUITY", "#EXT-X-KEY",
      "#EXT-X-MAP", "#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-GAP",           "#EXT-X-BITRATE"};
  if (!line.starts_with('#')) return true;
  if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE")) return false;
  return std::any_of(std::begin(kTags), std::end(kTags),
                     [&](std::string_view tag) { return line.starts_with(tag); });
}

Segments parse_segments(const std::vector<std::string_view>& lines) {
  Segments out;
  std::vector<std::string_view> open;
  for (const std::string_view line : lines) {
    if (line.starts_with(kSequence)) {
      out.sequence = parse_unsigned(line.substr(kSequence.size())).value_or(0);
    } else if (line == "#EXT-X-ENDLIST") {
      out.has_ended = true;
    } else if (is_of_segment(line)) {
      open.push_back(line);
      if (line.starts_with('#')) continue;
      out.segments.push_back(std::exchange(open, {}));
    } else if (out.segments.empty() && open.empty()) {
      out.head.push_back(line);
    }
  }
  // So that the sum of it and the number of segments never wraps.
  out.sequence = std::min(out.sequence, UINT64_MAX / 2);
  return out;
}

// Behind `from`; keys and init segments of those before hold on.
Result<std::string> write_from(const Segments& list, std::uint64_t from,
                               const PlaylistGate::Resolve& resolve) {
  std::string out;
  for (const std::string_view line : list.head) out += std::string(line) + "\n";
  out += std::string(kSequence) + std::to_string(std::max(from, list.sequence)) + "\n";
  std::string_view key;
  std::string_view map;
  for (std::size_t i = 0; i < list.segments.size(); ++i) {
    const bool is_taken = list.sequence + i >= from;
    for (const std::string_view line : list.segments[i]) {
      if (!is_taken) {
        if (line.starts_with("#EXT-X-KEY:")) key = line;
        if (line.starts_with("#EXT-X-MAP:")) map = line;
        continue;
      }
      for (std::string_view* held : {&key, &map}) {
        if (held->empty()) continue;
        FLU_TRY_ASSIGN(const std::string tag, with_absolute_uri(*held, resolve));
        out += tag + "\n";
        *held = {};
      }
      if (!line.starts_with('#')) {
        FLU_TRY_ASSIGN(const std::string uri, resolve(line));
        out += uri + "\n";
      } else if (has_uri(line)) {
        FLU_TRY_ASSIGN(const std::string tag, with_absolute_uri(line, resolve));
        out += tag + "\n";
      } else {
        out += std::string(line) + "\n";
      }
    }
  }
  if (list.has_ended) out += "#EXT-X-ENDLIST\n";
  return out;
}

}  // namespace

Result<std::optional<std::string>> PlaylistGate::pass(const std::string& url, std::string_view text,
                                                      const Resolve& resolve) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (lines.empty() || lines.front() != "#EXTM3U") {
    return fail(ErrorCode::kMalformed, "no HLS playlist: it does not begin with #EXTM3U");
  }
  const auto is_variant = [](std::string_view line) { return line.starts_with(kStreamInf); };
  if (std::any_of(lines.begin(), lines.end(), is_variant)) {
    FLU_TRY_ASSIGN(std::string master, pass_master(lines, resolve));
    return master;
  }
  const Segments list = parse_segments(lines);
  const auto known = seen_.find(url);
  const bool is_first = known == seen_.end();
  if (is_first && seen_.size() >= kMaxPlaylists) {
    return fail(ErrorCode::kLimitExceeded, "more than 64 playlists");
  }
  if (seen_.empty()) is_recording_ = list.has_ended;
  Seen& seen = is_first ? seen_[url] : known->second;
  if (is_first) {
    const bool is_whole = settings_.takes_first || list.has_ended;
    seen.end = list.end();
    seen.from = is_whole ? 0 : list.end();
    seen.is_open = is_whole;
    // Another rendition of a stream that was seen to live begins where the first did.
    if (!is_whole && live_from_ && !list.segments.empty()) {
      const bool has_it = *live_from_ >= list.sequence && *live_from_ < list.end();
      seen.from = has_it ? *live_from_ : list.end() - 1;
    }
  } else if (list.end() < seen.end) {
    // The server began anew to count: what it has now is as old as what a first fetch gives.
    seen = {list.end(), list.end(), seen.is_open};
  }
  seen.end = std::max(seen.end, list.end());
  if (!seen.is_open && list.end() > seen.from) {
    seen.is_open = true;
    if (!live_from_) live_from_ = seen.from;
  }
  if (!seen.is_open) return std::optional<std::string>{};
  FLU_TRY_ASSIGN(std::string out, write_from(list, seen.from, resolve));
  return out;
}

}  // namespace flu::manifest
