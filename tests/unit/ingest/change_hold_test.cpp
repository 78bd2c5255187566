#include "tools/ingest/change_hold.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tools/ingest/limits.h"

namespace flu::ingest {
namespace {

using media::TrackKind;

// As "v1", "a2", "b1", "s1": the kind (b: a second sound) and which format it has.
media::Track track_of(const std::string& name) {
  media::Track track;
  track.id = static_cast<std::uint32_t>(std::string("vabs").find(name[0]) + 1);
  track.kind = name[0] == 'v'   ? TrackKind::kVideo
               : name[0] == 's' ? TrackKind::kSubtitle
                                : TrackKind::kAudio;
  track.config = {static_cast<std::uint8_t>(name[1])};
  return track;
}

class ChangeHoldTest : public testing::Test {
 protected:
  void tracks(const std::vector<std::string>& names) {
    media::TracksChanged changed;
    for (const std::string& name : names) changed.tracks.push_back(track_of(name));
    add(std::move(changed));
  }

  void sample(char track, int ms, std::size_t size = 1) {
    media::Sample sample;
    sample.track_id = track_of({track, '1'}).id;
    sample.dts = media::Timestamp{std::int64_t{ms} * 90};
    sample.data.assign(size, 0);
    add(std::move(sample));
  }

  void add(media::Unit unit) {
    ChangeHold::Items out;
    if (hold_.wants(unit)) {
      hold_.add({std::move(unit), {}}, out);
    } else {
      out.push_back({std::move(unit), {}});
    }
    show(out);
  }

  void jump() {
    hold_.note_jump();
    add(media::Discontinuity{});
  }

  void end() {
    ChangeHold::Items out;
    hold_.release(out);
    show(out);
  }

  // "[v1a1] v0 a20 !": tracks, samples with their milliseconds, a discontinuity; since the last.
  std::string shown() { return std::exchange(shown_, {}); }

 private:
  void show(const ChangeHold::Items& items) {
    for (const ChangeHold::Item& item : items) {
      if (!shown_.empty()) shown_ += ' ';
      if (const auto* changed = std::get_if<media::TracksChanged>(&item.unit)) {
        shown_ += '[';
        for (const media::Track& track : changed->tracks) {
          shown_ += std::string("vabs")[track.id - 1];
          shown_ += static_cast<char>(track.config[0]);
        }
        shown_ += ']';
      } else if (const auto* sample = std::get_if<media::Sample>(&item.unit)) {
        shown_ += std::string("vabs")[sample->track_id - 1];
        shown_ += std::to_string(sample->dts.count() / 90);
      } else {
        shown_ += std::holds_alternative<media::Event>(item.unit) ? 'E' : '!';
      }
    }
  }

  ChangeHold hold_;
  std::string shown_;
};

TEST_F(ChangeHoldTest, WithoutAChangeNothingWaits) {
  tracks({"v1", "a1"});
  sample('v', 0);
  sample('a', 10);
  EXPECT_EQ(shown(), "[v1a1] v0 a10");
}

TEST_F(ChangeHoldTest, PictureAndSoundAreOneChange) {
  tracks({"v1", "a1"});
  sample('v', 0);
  sample('a', 0);
  shown();
  tracks({"v2", "a1"});
  add(media::Discontinuity{});
  sample('v', 40);
  sample('a', 20);  // of before, and behind the new picture's time too
  sample('v', 80);
  sample('a', 60);
  tracks({"v2", "a2"});
  EXPECT_EQ(shown(), "");
  sample('a', 50);
  EXPECT_EQ(shown(), "a20 a60 [v2a2] ! v40 v80 a50");
  sample('v', 120);
  EXPECT_EQ(shown(), "v120");
}

TEST_F(ChangeHoldTest, SoundThatChangesFirst) {
  tracks({"v1", "a1"});
  sample('v', 0);
  shown();
  tracks({"v1", "a2"});
  sample('a', 30);
  sample('v', 40);
  tracks({"v2", "a2"});
  sample('v', 80);
  EXPECT_EQ(shown(), "v40 [v2a2] a30 v80");
}

TEST_F(ChangeHoldTest, OnlyThePictureChanges) {
  tracks({"v1", "a1"});
  tracks({"v2", "a1"});
  shown();
  sample('v', 1000);
  sample('a', 980);
  sample('a', 1000);
  sample('a', 1280);
  EXPECT_EQ(shown(), "");
  sample('a', 1300);
  EXPECT_EQ(shown(), "a980 [v2a1] v1000 a1000 a1280 a1300");
}

TEST_F(ChangeHoldTest, OnlyTheSoundChanges) {
  tracks({"v1", "a1"});
  tracks({"v1", "a2"});
  shown();
  sample('a', 1000);
  sample('v', 990);
  sample('v', 1300);
  EXPECT_EQ(shown(), "v990 [v1a2] a1000 v1300");
}

TEST_F(ChangeHoldTest, TimesJumpBeforeTheSoundChanges) {
  tracks({"v1", "a1"});
  sample('v', 960);
  shown();
  jump();
  sample('v', 1000);
  sample('a', 980);
  sample('v', 1040);
  tracks({"v1", "a2"});
  sample('a', 1010);
  EXPECT_EQ(shown(), "");
  sample('v', 1320);
  EXPECT_EQ(shown(), "a980 [v1a2] ! v1000 v1040 a1010 v1320");
}

TEST_F(ChangeHoldTest, TimesJumpAndNothingChanges) {
  tracks({"v1", "a1"});
  shown();
  jump();
  sample('v', 1000);
  sample('a', 980);
  sample('a', 1300);
  sample('v', 1300);
  EXPECT_EQ(shown(), "a980 ! v1000 a1300 v1300");
}

TEST_F(ChangeHoldTest, AJumpOfTheOnlyTrackHoldsNothing) {
  tracks({"v1"});
  jump();
  sample('v', 1000);
  EXPECT_EQ(shown(), "[v1] ! v1000");
}

TEST_F(ChangeHoldTest, ATrackThatGivesNothingIsNotWaitedForLong) {
  tracks({"v1", "a1"});
  tracks({"v2", "a1"});
  shown();
  sample('v', 0);
  sample('v', 1499);
  EXPECT_EQ(shown(), "");
  sample('v', 1500);
  EXPECT_EQ(shown(), "[v2a1] v0 v1499 v1500");
}

TEST_F(ChangeHoldTest, SoundThatGoesAndComesAnewIsOneChange) {
  tracks({"v1", "a1"});
  sample('v', 0);
  tracks({"v1"});
  sample('v', 40);
  tracks({"v2"});
  sample('v', 80);
  sample('v', 120);
  tracks({"v2", "b1"});
  sample('b', 70);
  EXPECT_EQ(shown(), "[v1a1] v0 v40 [v2b1] v80 v120 b70");
}

TEST_F(ChangeHoldTest, SoundThatGoes) {
  tracks({"v1", "a1"});
  tracks({"v1"});
  shown();
  sample('v', 0);
  sample('v', 1500);
  EXPECT_EQ(shown(), "[v1] v0 v1500");
}

TEST_F(ChangeHoldTest, SoundThatComes) {
  tracks({"v1"});
  tracks({"v1", "a1"});
  shown();
  sample('v', 0);
  sample('a', 40);
  sample('v', 40);
  sample('v', 340);
  EXPECT_EQ(shown(), "v0 [v1a1] a40 v40 v340");
}

TEST_F(ChangeHoldTest, ATrackThatGoesAndComesBackAsItWasIsNoChange) {
  tracks({"v1", "a1"});
  tracks({"v1"});
  sample('v', 0);
  tracks({"v1", "a1"});
  sample('a', 0);
  end();
  EXPECT_EQ(shown(), "[v1a1] v0 a0");
}

TEST_F(ChangeHoldTest, BothOfTwoSoundsAreWaitedFor) {
  tracks({"v1", "a1", "b1"});
  tracks({"v2", "a1", "b1"});
  shown();
  sample('v', 0);
  tracks({"v2", "a2", "b1"});
  sample('a', 0);
  sample('b', -20);
  EXPECT_EQ(shown(), "");
  tracks({"v2", "a2", "b2"});
  sample('b', 0);
  EXPECT_EQ(shown(), "b-20 [v2a2b2] v0 a0 b0");
}

// What is held would have no description.
TEST_F(ChangeHoldTest, ASecondChangeOfTheSameTrackIsAnotherChange) {
  tracks({"v1", "a1"});
  tracks({"v2", "a1"});
  shown();
  sample('v', 0);
  tracks({"v3", "a1"});
  EXPECT_EQ(shown(), "[v2a1] v0");
  sample('v', 40);
  sample('a', 340);
  EXPECT_EQ(shown(), "[v3a1] v40 a340");
}

TEST_F(ChangeHoldTest, SubtitlesHoldNothingBack) {
  tracks({"v1", "a1"});
  tracks({"v1", "a1", "s1"});
  sample('v', 0);
  EXPECT_EQ(shown(), "[v1a1] [v1a1s1] v0");
}

TEST_F(ChangeHoldTest, TheEndGivesAll) {
  tracks({"v1", "a1"});
  tracks({"v2", "a1"});
  shown();
  sample('v', 40);
  sample('a', 20);
  end();
  EXPECT_EQ(shown(), "a20 [v2a1] v40");
  end();
  EXPECT_EQ(shown(), "");
}

TEST_F(ChangeHoldTest, HoldsNoMoreBytesThanItMay) {
  tracks({"v1", "a1"});
  tracks({"v2", "a1"});
  shown();
  sample('v', 40, kMaxChangeBytes);
  EXPECT_EQ(shown(), "");
  sample('v', 80);
  EXPECT_EQ(shown(), "[v2a1] v40 v80");
}

TEST_F(ChangeHoldTest, AnEventStaysAtItsTime) {
  tracks({"v1", "a1"});
  tracks({"v2", "a2"});
  shown();
  sample('v', 100);
  media::Event event;
  event.time = media::Timestamp{90 * 90};
  add(event);
  event.time = media::Timestamp{100 * 90};
  add(event);
  sample('a', 100);
  EXPECT_EQ(shown(), "E [v2a2] v100 E a100");
}

}  // namespace
}  // namespace flu::ingest
