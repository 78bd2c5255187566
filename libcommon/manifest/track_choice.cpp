#include "libcommon/manifest/track_choice.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::manifest {
namespace {

constexpr std::size_t kMaxItems = 64;  // as many as a stream may have tracks
constexpr unsigned kMaxNumber = 63;

char letter_of(media::TrackKind kind) {
  switch (kind) {
    case media::TrackKind::kVideo: return 'v';
    case media::TrackKind::kAudio: return 'a';
    case media::TrackKind::kSubtitle: return 't';
  }
  return '?';
}

// 1-based position of a track among those of its kind.
unsigned number_in_kind(const media::Tracks& tracks, const media::Track& track) {
  unsigned number = 0;
  for (const auto& other : tracks) {
    if (other.kind == track.kind) ++number;
    if (other.id == track.id) break;
  }
  return number;
}

// Takes a number of 1 to kMaxNumber, without leading zeros, off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number == 0 || number > kMaxNumber || text.front() == '0') {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool is_chosen(const TrackChoice::Item& item, unsigned position, char letter, unsigned number) {
  if (item.letter == '*') return item.number == 0 || item.number == position;
  return item.letter == letter && (item.number == 0 || item.number == number);
}

std::optional<TrackChoice> parse_numbers(std::string_view text) {
  TrackChoice choice;
  for (std::string_view part : split(text, ',')) {
    const auto number = take_number(part);
    if (!number || !part.empty() || choice.items.size() == kMaxItems) return std::nullopt;
    choice.items.push_back({'*', *number});
  }
  return choice;
}

}  // namespace

std::string TrackChoice::key() const {
  std::string out = is_one_of_kind ? "^" : "";
  for (const auto& [letter, number] : items) {
    if (letter != '*') out += letter;
    out += number == 0 ? "*" : fmt::format("{}{}", number, letter == '*' ? "," : "");
  }
  return out;
}

std::optional<TrackChoice> parse_track_choice(std::string_view text) {
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') return parse_numbers(text);
  TrackChoice choice;
  while (!text.empty()) {
    const char letter = text.front();
    if (letter != 'v' && letter != 'a' && letter != 't') return std::nullopt;
    text.remove_prefix(1);
    const auto number = text.empty() ? std::nullopt : take_number(text);
    if (!number || choice.items.size() == kMaxItems) return std::nullopt;
    choice.items.push_back({letter, *number});
  }
  if (choice.items.empty()) return std::nullopt;
  return choice;
}

media::Tracks select_tracks(const media::Tracks& tracks, const TrackChoice& choice) {
  media::Tracks selected;
  unsigned position = 0;
  for (const auto& track : tracks) {
    ++position;
    const unsigned number = number_in_kind(tracks, track);
    const bool is_wanted =
        std::any_of(choice.items.begin(), choice.items.end(), [&](const TrackChoice::Item& item) {
          return is_chosen(item, position, letter_of(track.kind), number);
        });
    if (is_wanted) selected.push_back(track);
  }
  return selected;
}

void keep_one_of_kind(media::Tracks& tracks) {
  media::Tracks kept;
  for (media::Track& track : tracks) {
    const bool has_kind = std::any_of(kept.begin(), kept.end(),
                                      [&](const auto& other) { return other.kind == track.kind; });
    if (!has_kind) kept.push_back(std::move(track));
  }
  tracks = std::move(kept);
}

std::string missing_in(const media::Tracks& tracks, const TrackChoice& choice) {
  for (const TrackChoice::Item& item : choice.items) {
    if (item.number == 0) continue;
    unsigned position = 0;
    const bool is_there = std::any_of(tracks.begin(), tracks.end(), [&](const media::Track& track) {
      return is_chosen(item, ++position, letter_of(track.kind), number_in_kind(tracks, track));
    });
    if (is_there) continue;
    return item.letter == '*' ? fmt::format("{}", item.number)
                              : fmt::format("{}{}", item.letter, item.number);
  }
  return {};
}

bool is_for_fmp4(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::kH264:
    case media::CodecId::kHevc:
    case media::CodecId::kAac:
    case media::CodecId::kMp3:
    case media::CodecId::kAc3:
    case media::CodecId::kEac3:
    case media::CodecId::kOpus: return true;
    case media::CodecId::kMpeg2Video:
    case media::CodecId::kMp2:
    case media::CodecId::kDvbSubtitle:
    case media::CodecId::kTeletext:
    case media::CodecId::kWebVtt: return false;
  }
  return false;
}

std::string write_track_names(const media::Tracks& tracks, const media::Tracks& selected) {
  std::string out;
  for (const auto& track : selected) {
    out += fmt::format("{}{}", letter_of(track.kind), number_in_kind(tracks, track));
  }
  return out;
}

}  // namespace flu::manifest
