#include "libcommon/manifest/audio_groups.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/language.h"

namespace flu::manifest {
namespace {

// ISO 13818-1 2.6.19, audio_type.
constexpr std::uint8_t kHearingImpaired = 2;
constexpr std::uint8_t kVisuallyImpaired = 3;

// What a listener chooses: one language and kind of sound, in the codecs that it comes in.
struct Slot {
  std::string_view language;
  std::uint8_t audio_type = 0;
  std::vector<const media::Track*> tracks;  // one a codec
};

const media::Track* in_codec(const Slot& slot, media::CodecId codec) {
  const auto found = std::find_if(slot.tracks.begin(), slot.tracks.end(),
                                  [&](const auto* track) { return track->codec == codec; });
  return found == slot.tracks.end() ? nullptr : *found;
}

// A second track of one language and codec is another sound: a slot of its own.
std::vector<Slot> make_slots(const media::Tracks& tracks) {
  std::vector<Slot> slots;
  for (const media::Track& track : tracks) {
    if (track.kind != media::TrackKind::kAudio) continue;
    const auto slot = std::find_if(slots.begin(), slots.end(), [&](const Slot& candidate) {
      return candidate.language == track.language && candidate.audio_type == track.audio_type &&
             in_codec(candidate, track.codec) == nullptr;
    });
    if (slot != slots.end()) {
      slot->tracks.push_back(&track);
    } else {
      slots.push_back({track.language, track.audio_type, {&track}});
    }
  }
  return slots;
}

std::string_view characteristics_of(std::uint8_t audio_type) {
  if (audio_type == kVisuallyImpaired) return "public.accessibility.describes-video";
  if (audio_type == kHearingImpaired) {
    return "public.accessibility.enhances-speech-intelligibility";
  }
  return "";
}

std::string name_of(const Slot& slot) {
  std::string name = language_name(slot.language);
  if (name.empty()) name = "Audio";
  if (slot.audio_type == kVisuallyImpaired) name += " (audio description)";
  if (slot.audio_type == kHearingImpaired) name += " (clear speech)";
  return name;
}

// What all groups say of their members, track_id left out.
std::vector<AudioGroup::Member> describe(const std::vector<Slot>& slots) {
  std::vector<AudioGroup::Member> members;
  const auto is_taken = [&](std::string_view name) {
    return std::any_of(members.begin(), members.end(),
                       [&](const auto& member) { return member.name == name; });
  };
  for (const Slot& slot : slots) {
    AudioGroup::Member member;
    member.language = language_tag(slot.language);
    member.characteristics = characteristics_of(slot.audio_type);
    // RFC 8216bis 4.4.6.1.1: those that are chosen by themselves differ in one of these.
    member.is_automatic = std::none_of(members.begin(), members.end(), [&](const auto& other) {
      return other.language == member.language && other.characteristics == member.characteristics;
    });
    const std::string name = name_of(slot);
    member.name = name;
    for (unsigned i = 2; is_taken(member.name); ++i) member.name = fmt::format("{} {}", name, i);
    members.push_back(std::move(member));
  }
  if (members.empty()) return members;
  const auto plain = std::find_if(members.begin(), members.end(), [](const auto& member) {
    return member.characteristics.empty();
  });
  auto& first = plain == members.end() ? members.front() : *plain;
  first.is_default = true;
  first.is_automatic = true;
  return members;
}

}  // namespace

std::vector<AudioGroup> make_audio_groups(const media::Tracks& tracks) {
  const std::vector<Slot> slots = make_slots(tracks);
  const std::vector<AudioGroup::Member> members = describe(slots);
  std::vector<media::CodecId> codecs;
  for (const media::Track& track : tracks) {
    const bool is_new = std::find(codecs.begin(), codecs.end(), track.codec) == codecs.end();
    if (track.kind == media::TrackKind::kAudio && is_new) codecs.push_back(track.codec);
  }
  std::vector<AudioGroup> groups;
  for (const media::CodecId codec : codecs) {
    AudioGroup group;
    group.id = fmt::format("audio-{}", media::to_string(codec));
    group.members = members;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const media::Track* const own = in_codec(slots[i], codec);
      group.members[i].track_id = own == nullptr ? slots[i].tracks.front()->id : own->id;
    }
    const bool is_known = std::any_of(groups.begin(), groups.end(), [&](const AudioGroup& other) {
      return other.members == group.members;
    });
    if (!is_known) groups.push_back(std::move(group));
  }
  if (groups.size() == 1) groups.front().id = "audio";
  return groups;
}

}  // namespace flu::manifest
