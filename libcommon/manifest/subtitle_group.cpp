#include "libcommon/manifest/subtitle_group.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/language.h"

namespace flu::manifest {
namespace {

// Apple's authoring specification, of subtitles for the deaf and hard of hearing.
constexpr std::string_view kForDeaf =
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

std::string name_of(const media::Track& track) {
  std::string name = language_name(track.language);
  if (name.empty()) name = "Subtitles";
  if (track.is_hearing_impaired) name += " (hard of hearing)";
  return name;
}

}  // namespace

std::vector<AudioGroup::Member> make_subtitle_group(const media::Tracks& tracks) {
  std::vector<AudioGroup::Member> members;
  for (const media::Track& track : tracks) {
    AudioGroup::Member member;
    member.track_id = track.id;
    member.language = language_tag(track.language);
    if (track.is_hearing_impaired) member.characteristics = kForDeaf;
    member.is_automatic = std::none_of(members.begin(), members.end(), [&](const auto& other) {
      return other.language == member.language && other.characteristics == member.characteristics;
    });
    const std::string name = name_of(track);
    member.name = name;
    const auto is_taken = [&](const auto& other) { return other.name == member.name; };
    for (unsigned i = 2; std::any_of(members.begin(), members.end(), is_taken); ++i) {
      member.name = fmt::format("{} {}", name, i);
    }
    member.is_default = members.empty();
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace flu::manifest
