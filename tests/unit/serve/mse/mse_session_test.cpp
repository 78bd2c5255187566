#include "tools/serve/mse/mse_session.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/serve/mse/mse_samples.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using std::chrono::seconds;

class MseSessionTest : public testing::Test {
 protected:
  // What goes out: "init(2 3)" by its tracks, "resumed", "1@8" a frame by track and hundredths.
  std::string heard(MseSession& session) {
    std::string out;
    while (const SharedBytes bytes = session.next(now_)) {
      if (!out.empty()) out += ' ';
      out += describe(*bytes);
    }
    return out;
  }

  static std::string describe(const Buffer& bytes) {
    const std::size_t head = bytes.at(1) == 126 ? 4 : 2;
    const Bytes payload = Bytes(bytes).subspan(head);
    if (bytes.at(0) == 0x81) {
      const auto message = nlohmann::json::parse(as_text(payload));
      if (message["type"] == "event") return message["event"];
      std::string out = "init(";
      for (const auto& track : message["tracks"]) out += std::to_string(int{track["id"]}) + " ";
      out.back() = ')';
      return out;
    }
    std::int64_t time = 0;
    for (std::size_t i = 72; i < 80; ++i) time = time << 8 | payload[i];
    return std::to_string(payload[47]) + "@" + std::to_string((time - kMseStart) / 900);
  }

  MseStream stream_{1'000'000};
  MonotonicTime now_{seconds(100)};
};

TEST_F(MseSessionTest, AnInitThenFramesFromTheNewestKeyFrameOnceAsked) {
  set_mse_tracks(stream_, mse_tracks());
  add_mse_frame(stream_, 2, 0, true);
  add_mse_frame(stream_, 2, 4, true);
  add_mse_frame(stream_, 1, 4, true);
  add_mse_frame(stream_, 4, 4, true);
  MseSession session(stream_, "0", {}, now_);
  EXPECT_EQ(heard(session), "init(1 3)");
  session.command("resume");
  EXPECT_EQ(heard(session), "resumed 1@4 3@4");
  add_mse_frame(stream_, 2, 8, false);
  session.command("resume");  // as versions from 22 on do after each init
  EXPECT_EQ(heard(session), "resumed 1@8");
}

TEST_F(MseSessionTest, ResumeMayComeBeforeTheStream) {
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  EXPECT_EQ(heard(session), "resumed");
  now_ += kMseQuietWait + seconds(1);
  EXPECT_EQ(heard(session), "stream_unavailable");
  EXPECT_EQ(heard(session), "");
  set_mse_tracks(stream_, mse_tracks());
  EXPECT_EQ(heard(session), "init(1 3)");
  add_mse_frame(stream_, 1, 0, true);
  add_mse_frame(stream_, 2, 4, true);
  EXPECT_EQ(heard(session), "1@4");  // no sound before the picture
}

TEST_F(MseSessionTest, PausesAndGoesOnAtTheLiveEdge) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  add_mse_frame(stream_, 2, 0, true);
  EXPECT_EQ(heard(session), "resumed init(1 3) 1@0");
  session.command("pause");
  add_mse_frame(stream_, 2, 4, false);
  EXPECT_EQ(heard(session), "paused");
  add_mse_frame(stream_, 2, 8, true);
  add_mse_frame(stream_, 2, 12, false);
  session.command("resume");
  EXPECT_EQ(heard(session), "resumed 1@8 1@12");
}

TEST_F(MseSessionTest, OtherTracksBeginAtTheirLastKeyFrame) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  add_mse_frame(stream_, 2, 0, true);
  add_mse_frame(stream_, 4, 0, true);
  add_mse_frame(stream_, 1, 0, true);
  add_mse_frame(stream_, 2, 4, false);
  add_mse_frame(stream_, 4, 4, false);
  heard(session);
  session.command("set_tracks=v2a1");
  EXPECT_EQ(heard(session), "tracks_switched init(2 3) 2@0 3@0 2@4");
  session.command("set_tracks=v2");
  EXPECT_EQ(heard(session), "tracks_switched init(2) 2@0 2@4");
  session.command("set_tracks=v2");  // the same again: an init all the same
  EXPECT_EQ(heard(session), "tracks_switched init(2) 2@0 2@4");
  session.command("set_tracks=nonsense");
  EXPECT_EQ(heard(session), "tracks_switched init(1 3) 1@0 3@0 1@4");
}

TEST_F(MseSessionTest, ANewConfigurationBringsAnInitInItsPlace) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  add_mse_frame(stream_, 2, 0, true);
  heard(session);
  add_mse_frame(stream_, 2, 4, false);
  set_mse_tracks(stream_, {mse_audio(9)});
  add_mse_frame(stream_, 9, 8, true);
  EXPECT_EQ(heard(session), "1@4 init(1) 1@8");
}

TEST_F(MseSessionTest, AfterABreakThePictureBeginsWithAKeyFrame) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  add_mse_frame(stream_, 2, 0, true);
  heard(session);
  stream_.restart();
  set_mse_tracks(stream_, mse_tracks());  // the hub says it again to who connects
  add_mse_frame(stream_, 2, 4, false);
  add_mse_frame(stream_, 1, 4, true);
  add_mse_frame(stream_, 2, 8, true);
  EXPECT_EQ(heard(session), "1@8");
}

TEST_F(MseSessionTest, SaysWhenNothingOfItCanBePlayed) {
  set_mse_tracks(stream_, {mse_audio(1, media::CodecId::kMp2)});
  MseSession session(stream_, "0", {}, now_);
  EXPECT_EQ(heard(session), "stream_unavailable");
}

TEST_F(MseSessionTest, ThereIsNoArchiveToSeekIn) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("play_from=1700000000");
  session.command("live");
  session.command("{\"some\": \"json\"}");
  EXPECT_EQ(heard(session), "switched_to_live switched_to_live init(1 3)");
}

TEST_F(MseSessionTest, WhoFallsBehindIsMovedAndThenLeft) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  session.command("resume");
  add_mse_frame(stream_, 2, 0, true);
  heard(session);
  for (unsigned i = 1; i <= kMaxSkips + 1; ++i) {
    EXPECT_FALSE(session.is_too_slow());
    add_mse_frame(stream_, 2, 1000 * i + 4, false);  // waits
    add_mse_frame(stream_, 2, 1000 * i + 500, true);
    const std::string got = heard(session);
    EXPECT_EQ(got, i > kMaxSkips ? "" : "1@" + std::to_string(1000 * i + 500));
  }
  EXPECT_TRUE(session.is_too_slow());
}

TEST_F(MseSessionTest, WhoAsksWithoutReadingIsLeft) {
  set_mse_tracks(stream_, mse_tracks());
  MseSession session(stream_, "0", {}, now_);
  for (int i = 0; i < 1000 && !session.is_too_slow(); ++i) session.command("set_tracks=v1a1");
  session.next(now_);
  for (int i = 0; i < 1000 && !session.is_too_slow(); ++i) session.command("set_tracks=v1a1");
  EXPECT_TRUE(session.is_too_slow());
}

}  // namespace
}  // namespace flu::serve
