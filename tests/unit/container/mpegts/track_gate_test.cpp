#include "libcommon/container/mpegts/track_gate.h"

#include <string>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {
namespace {

using media::TrackKind;

constexpr ExpectedTrack kVideo{1, TrackKind::kVideo, 0};
constexpr ExpectedTrack kAudio{2, TrackKind::kAudio, 0};
constexpr ExpectedTrack kSubtitle{3, TrackKind::kSubtitle, 0};

media::Track track_of(const ExpectedTrack& expected, std::string language = "und") {
  media::Track track;
  track.id = expected.id;
  track.kind = expected.kind;
  track.language = std::move(language);
  return track;
}

media::Sample sample_of(const ExpectedTrack& track, std::int64_t dts, std::size_t size = 1) {
  media::Sample sample;
  sample.track_id = track.id;
  sample.dts = media::Timestamp{dts};
  sample.data.assign(size, 0);
  return sample;
}

// "T12 1@0 2@5 E": announcements with their ids, samples with their times, events.
std::string drain(TrackGate& gate) {
  std::string out;
  while (const std::optional<media::Unit> unit = gate.next()) {
    if (!out.empty()) out += ' ';
    if (const auto* changed = std::get_if<media::TracksChanged>(&*unit)) {
      out += 'T';
      for (const media::Track& track : changed->tracks) out += std::to_string(track.id);
    } else if (const auto* sample = std::get_if<media::Sample>(&*unit)) {
      out += std::to_string(sample->track_id) + '@' + std::to_string(sample->dts.count());
    } else {
      out += 'E';
    }
  }
  return out;
}

TEST(TrackGate, WaitsForAllAndKeepsTheOrder) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kAudio));
  gate.add(sample_of(kAudio, 0));
  gate.add(media::Event{});
  gate.add(sample_of(kAudio, 5));
  EXPECT_EQ(drain(gate), "");
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 3));
  EXPECT_EQ(drain(gate), "T12 2@0 E 2@5 1@3");
}

TEST(TrackGate, AnAbsentTrackIsWaitedForOneSecond) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 0));
  gate.add(sample_of(kVideo, kMaxTrackWait.count() - 1));
  EXPECT_EQ(drain(gate), "");
  gate.add(sample_of(kVideo, kMaxTrackWait.count()));
  EXPECT_EQ(drain(gate), "T1 1@0 1@89999 1@90000");
  gate.describe(track_of(kAudio));
  gate.add(sample_of(kAudio, 7));
  EXPECT_EQ(drain(gate), "T12 2@7");
}

TEST(TrackGate, WhatIsHeldOfAnotherCodingIsVoid) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kAudio));
  gate.add(sample_of(kAudio, 0));
  ExpectedTrack again = kAudio;
  again.generation = 1;
  gate.expect({kVideo, again});
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 0));
  gate.add(sample_of(kVideo, kMaxTrackWait.count()));
  EXPECT_EQ(drain(gate), "T1 1@0 1@90000");
}

TEST(TrackGate, AnAbsentTrackIsWaitedForFourMegabytes) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.note_bytes(kVideo.id, kMaxAbsentWaitBytes);  // before anything is known they do not count
  gate.describe(track_of(kVideo));
  gate.note_bytes(kVideo.id, kMaxAbsentWaitBytes - 1);
  EXPECT_EQ(drain(gate), "");
  gate.note_bytes(kVideo.id, 1);
  EXPECT_EQ(drain(gate), "T1");
}

TEST(TrackGate, AVideoTrackThatSendsIsWaitedForLonger) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kAudio));
  gate.note_bytes(kVideo.id, 1000);
  gate.add(sample_of(kAudio, 0));
  gate.add(sample_of(kAudio, 10 * 90'000));
  EXPECT_EQ(drain(gate), "");
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 10 * 90'000));
  // What lay more than a second before the first picture is of no use with it.
  const std::string got = drain(gate);
  EXPECT_EQ(got.substr(0, 3), "T12");
  gate.add(sample_of(kVideo, 20 * 90'000));

  TrackGate other;
  other.expect({kVideo, kAudio});
  other.describe(track_of(kAudio));
  other.note_bytes(kVideo.id, 1000);
  other.add(sample_of(kAudio, 0));
  other.add(sample_of(kAudio, kMaxPresentWait.count()));
  EXPECT_EQ(drain(other).substr(0, 2), "T2");
}

TEST(TrackGate, WhatLiesFarBeforeTheFirstPictureIsLeftOut) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kAudio));
  gate.note_bytes(kVideo.id, 1000);
  gate.add(sample_of(kAudio, 0));
  gate.add(sample_of(kAudio, 300'000));
  gate.add(sample_of(kVideo, 360'000));  // held as well: the gate opens by its description
  gate.describe(track_of(kVideo));
  EXPECT_EQ(drain(gate), "T12 2@300000 1@360000");
}

TEST(TrackGate, SubtitlesAloneAnnounceNothingWhereMediaIsExpected) {
  TrackGate gate;
  gate.expect({kVideo, kSubtitle});
  gate.describe(track_of(kSubtitle));
  for (int i = 0; i < 2000; ++i) gate.add(sample_of(kSubtitle, i * 90'000, 1000));
  gate.flush();
  EXPECT_EQ(drain(gate), "");
  // What was held for media to come is bounded.
  gate.describe(track_of(kVideo));
  const std::string got = drain(gate);
  EXPECT_LT(std::count(got.begin(), got.end(), '@') * 1000,
            static_cast<std::ptrdiff_t>(kMaxHeldBeforeTracks + 1000));
}

TEST(TrackGate, AProgramOfSubtitlesOnly) {
  TrackGate gate;
  gate.expect({kSubtitle});
  gate.describe(track_of(kSubtitle));
  gate.add(sample_of(kSubtitle, 4));
  EXPECT_EQ(drain(gate), "T3 3@4");
}

TEST(TrackGate, TheEndAnnouncesWhatThereIs) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 0));
  gate.flush();
  EXPECT_EQ(drain(gate), "T1 1@0");
}

TEST(TrackGate, ATrackThatGoesIsAnnouncedAtOnce) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kVideo));
  gate.describe(track_of(kAudio));
  EXPECT_EQ(drain(gate), "T12");
  gate.expect({kVideo});
  EXPECT_EQ(drain(gate), "T1");
  gate.add(sample_of(kAudio, 1));  // late: belongs to nothing
  gate.add(sample_of(kVideo, 2));
  EXPECT_EQ(drain(gate), "1@2");
}

TEST(TrackGate, ATrackThatComesClosesTheGateUntilItIsKnown) {
  TrackGate gate;
  gate.expect({kVideo});
  gate.describe(track_of(kVideo));
  gate.expect({kVideo, kAudio});
  gate.add(sample_of(kVideo, 1));
  EXPECT_EQ(drain(gate), "T1");
  gate.describe(track_of(kAudio));
  EXPECT_EQ(drain(gate), "T12 1@1");
}

TEST(TrackGate, AnotherCodingVoidsTheDescription) {
  TrackGate gate;
  gate.expect({kVideo});
  gate.describe(track_of(kVideo));
  ExpectedTrack other = kVideo;
  other.generation = 1;
  gate.expect({other});
  gate.add(sample_of(other, 1));
  EXPECT_EQ(drain(gate), "T1");
  gate.describe(track_of(other, "eng"));
  EXPECT_EQ(drain(gate), "T1 1@1");
}

TEST(TrackGate, AChangeWhileHeldComesAfterWhatItDoesNotDescribe) {
  TrackGate gate;
  gate.expect({kVideo, kAudio});
  gate.describe(track_of(kVideo));
  gate.add(sample_of(kVideo, 0));
  gate.describe(track_of(kVideo, "eng"));
  gate.add(sample_of(kVideo, 5));
  EXPECT_EQ(drain(gate), "T1 1@0 T1 1@5");
}

TEST(TrackGate, TheSameDescriptionAgainIsNoChange) {
  TrackGate gate;
  gate.expect({kVideo});
  gate.describe(track_of(kVideo));
  gate.describe(track_of(kVideo));
  gate.expect({kVideo});
  EXPECT_EQ(drain(gate), "T1");
}

}  // namespace
}  // namespace flu::container::mpegts
