#include "tools/serve/live/mpegts_muxer.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

constexpr std::int64_t kStart = 158'741'550'000'000;
constexpr std::uint8_t kSync = 0x47;

media::Tracks mpeg2_and_mp2() {
  media::Track video;
  video.id = 1;
  video.codec = media::CodecId::kMpeg2Video;
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kMp2;
  audio.audio = {48'000, 2, 1152};
  return {video, audio};
}

class MpegtsMuxerTest : public testing::Test {
 protected:
  void add(std::uint32_t track_id, std::int64_t at, bool is_key, std::uint32_t flags = 0) {
    container::Fragment fragment;
    fragment.track_id = track_id;
    fragment.samples = {{media::Timestamp(kStart + at), media::Ticks(0), media::Ticks(3600),
                         is_key ? media::Sap::kClosed : media::Sap::kNone, 0, 300}};
    fragment.payload = payload_;
    if (flags != 0) {
      fragment.info.emplace();
      fragment.info->flags = flags;
    }
    ASSERT_TRUE(muxer_.add(container::StreamUnit(std::move(fragment))));
  }
  void set_tracks(media::Tracks tracks) {
    ASSERT_TRUE(muxer_.add(container::StreamUnit(media::TracksChanged{std::move(tracks)})));
  }
  [[nodiscard]] const Buffer& chunk(std::uint64_t number) const { return **ring_.find(number); }

  Buffer payload_ = Buffer(300, 0x11);
  ChunkRing ring_{1'000'000};
  std::shared_ptr<Station> station_ = std::make_shared<Station>(Station{"name", "owner"});
  MpegtsMuxer muxer_{ring_, station_};
};

// PID of the packet at `offset`.
unsigned pid_at(const Buffer& bytes, std::size_t offset) {
  return (bytes.at(offset + 1) & 0x1FU) << 8U | bytes.at(offset + 2);
}

TEST_F(MpegtsMuxerTest, NothingBeforeTheFirstKeyFrame) {
  set_tracks(mpeg2_and_mp2());
  add(2, 0, true);
  add(1, 0, false);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 0U);
}

TEST_F(MpegtsMuxerTest, OnlyWantedTracksOnTheirOwnPids) {
  WantedTracks wanted;
  wanted.choice = *manifest::parse_track_choice("a1");
  muxer_ = MpegtsMuxer(ring_, station_, wanted, {{"pmt", 0x30}, {"a1", 0x31}});
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  add(2, 0, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 1U);
  for (std::size_t at = 0; at < chunk(0).size(); at += 188) {
    const unsigned pid = pid_at(chunk(0), at);
    EXPECT_TRUE(pid == 0 || pid == 0x11 || pid == 0x30 || pid == 0x31) << pid;
  }
}

TEST_F(MpegtsMuxerTest, AKeyFrameBeginsAChunkWithTables) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  add(2, 0, true);
  add(1, 3600, false);
  add(1, 7200, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 2U);
  EXPECT_EQ(ring_.newest_start(), 1U);
  for (std::uint64_t number : {0U, 1U}) {
    const Buffer& bytes = chunk(number);
    ASSERT_EQ(bytes.size() % 188, 0U);
    EXPECT_EQ(bytes[0], kSync);
    EXPECT_EQ(pid_at(bytes, 0), 0U);         // PAT
    EXPECT_EQ(pid_at(bytes, 188), 0x1000U);  // PMT
  }
}

TEST_F(MpegtsMuxerTest, FlushGivesWhatIsThere) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  muxer_.flush();
  add(1, 3600, false);
  muxer_.flush();
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 2U);
  EXPECT_EQ(ring_.newest_start(), 0U);
}

TEST_F(MpegtsMuxerTest, ARadioStreamOffersAStartNowAndThen) {
  set_tracks({mpeg2_and_mp2()[1]});
  for (std::int64_t i = 0; i < 50; ++i) add(2, i * 2160, true);  // 24 ms each
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 3U);  // 1.2 s, one each half second
  EXPECT_EQ(pid_at(chunk(2), 0), 0U);
}

TEST_F(MpegtsMuxerTest, OtherTracksWaitForTheirKeyFrame) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  set_tracks({mpeg2_and_mp2()[0]});
  add(1, 3600, false);
  add(2, 3600, true);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 1U);
  add(1, 7200, true);
  muxer_.flush();
  EXPECT_EQ(ring_.newest_start(), 1U);
}

TEST_F(MpegtsMuxerTest, TheSameTracksAgainChangeNothing) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  set_tracks(mpeg2_and_mp2());
  add(1, 3600, false);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 1U);
}

// Continuity counters from the first chunk to the last, and which packets say that they break.
std::map<unsigned, unsigned> breaks_of(const Buffer& bytes, std::map<unsigned, unsigned>& last) {
  std::map<unsigned, unsigned> breaks;
  for (std::size_t at = 0; at + 188 <= bytes.size(); at += 188) {
    const unsigned pid = pid_at(bytes, at);
    const unsigned continuity = bytes[at + 3] & 0x0FU;
    const bool has_payload = (bytes[at + 3] & 0x10) != 0;
    const bool has_flags = (bytes[at + 3] & 0x20) != 0 && bytes[at + 4] > 0;
    const bool is_broken = has_flags && (bytes[at + 5] & 0x80) != 0;
    if (is_broken) ++breaks[pid];
    if (last.count(pid) > 0 && !is_broken) {
      EXPECT_EQ(continuity, (last[pid] + (has_payload ? 1 : 0)) % 16) << pid;
    }
    last[pid] = continuity;
  }
  return breaks;
}

TEST_F(MpegtsMuxerTest, OtherTracksGoOnWithTheCounters) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  add(2, 0, true);
  set_tracks({mpeg2_and_mp2()[0]});
  add(1, 3600, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 2U);
  std::map<unsigned, unsigned> last;
  for (std::uint64_t number : {0U, 1U}) EXPECT_TRUE(breaks_of(chunk(number), last).empty());
}

TEST_F(MpegtsMuxerTest, ADiscontinuityIsSaidOnEachTrackOnce) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  add(2, 0, true);
  add(1, 90'000, true, container::kDiscont);
  add(2, 90'000, true, container::kDiscont);
  add(1, 93'600, false);
  add(2, 93'600, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 2U);
  std::map<unsigned, unsigned> last;
  EXPECT_TRUE(breaks_of(chunk(0), last).empty());
  EXPECT_EQ(breaks_of(chunk(1), last), (std::map<unsigned, unsigned>{{0x100, 1}, {0x101, 1}}));
}

TEST_F(MpegtsMuxerTest, AfterALostConnectionItGoesOnAtAKeyFrameAndSaysSo) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  muxer_.restart();
  set_tracks(mpeg2_and_mp2());
  add(1, 3600, false);
  add(1, 7200, true);
  add(2, 7200, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 2U);
  std::map<unsigned, unsigned> last;
  breaks_of(chunk(0), last);
  EXPECT_EQ(breaks_of(chunk(1), last), (std::map<unsigned, unsigned>{{0x100, 1}, {0x101, 1}}));
}

TEST_F(MpegtsMuxerTest, WhoSkipsIsSentThePlaceWhereCountersGoOn) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  muxer_.flush();
  std::map<unsigned, unsigned> last;
  breaks_of(chunk(0), last);
  for (std::int64_t i = 1; i < 8; ++i) add(1, i * 3600, false);  // what is missed
  add(1, 36'000, true);
  muxer_.flush();
  ASSERT_NE(ring_.resumption(), nullptr);
  EXPECT_EQ(breaks_of(*ring_.resumption(), last),
            (std::map<unsigned, unsigned>{{0, 1}, {0x11, 1}, {0x100, 1}, {0x101, 1}, {0x1000, 1}}));
  EXPECT_TRUE(breaks_of(chunk(*ring_.newest_start()), last).empty());
}

TEST_F(MpegtsMuxerTest, CarriesScte35) {
  media::Event event;
  event.scheme = media::kScte35Scheme;
  event.time = media::Timestamp(kStart + 360'000);
  event.data = {0xFC, 0x30, 0x11, 0,    0,    0,    0,    0,    0,    0,
                0xFF, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x7A, 0x4F, 0xBF, 0xFF};  // splice_null
  set_tracks(mpeg2_and_mp2());
  ASSERT_TRUE(muxer_.add(container::StreamUnit(event)));  // before there is anything
  add(1, 0, true);
  ASSERT_TRUE(muxer_.add(container::StreamUnit(event)));
  muxer_.flush();
  std::map<unsigned, unsigned> last;
  breaks_of(chunk(0), last);
  EXPECT_EQ(last.count(0x200), 1U);
  EXPECT_EQ(last[0x200], 0U);
}

TEST_F(MpegtsMuxerTest, ANewNameComesWithTheNextKeyFrame) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  muxer_.flush();
  const auto has = [](const Buffer& bytes, std::string_view text) {
    return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
  };
  EXPECT_TRUE(has(chunk(0), "owner"));
  *station_ = {"other", "someone", 1};
  add(1, 3600, true);
  muxer_.flush();
  EXPECT_TRUE(has(chunk(1), "other"));
  EXPECT_TRUE(has(chunk(1), "someone"));
  EXPECT_FALSE(has(chunk(1), "owner"));
}

}  // namespace
}  // namespace flu::serve
