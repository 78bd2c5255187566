#include "libcommon/link/unit_writer.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/limits.h"
#include "tests/support/flu_samples.h"

namespace flu::link {
namespace {

using container::Fragment;
using container::FragmentFlags;
using container::StreamUnit;
using media::Sap;
using media::Ticks;
using test::kBase;

class BufferSink final : public Sink {
 public:
  bool has_room() override { return is_open; }
  Result<> append(Buffer header, Buffer payload) override {
    if (is_closed) return fail(ErrorCode::kCancelled, "closed");
    ++appends;
    flu::append(bytes, header);
    flu::append(bytes, payload);
    return {};
  }
  Result<> flush() override { return {}; }

  bool is_open = true;
  bool is_closed = false;
  int appends = 0;
  Buffer bytes;
};

class UnitWriterTest : public testing::Test {
 protected:
  UnitWriterTest() : writer_(test::stream_head(), sink_) {
    context_.arrival = media::to_wall(kBase);
    write(media::TracksChanged{{test::h264_track(), test::aac_track()}});
  }

  void write(const media::Unit& unit) { ASSERT_TRUE(writer_.write(unit, context_)); }

  void video(std::int64_t at, Sap sap = Sap::kNone) {
    write(media::Sample{1, kBase + Ticks{at}, Ticks{0}, Ticks{3600}, sap, test::pattern(50)});
  }
  void audio(std::int64_t at) {
    write(media::Sample{2, kBase + Ticks{at}, Ticks{0}, Ticks{1920}, Sap::kClosed,
                        test::pattern(10)});
  }

  // What has been written, without the primer.
  std::vector<StreamUnit> units() {
    container::FluReader reader;
    reader.feed(sink_.bytes);
    std::vector<StreamUnit> all;
    while (true) {
      auto unit = reader.next();
      EXPECT_TRUE(unit) << unit.error().message;
      if (!unit || !*unit) return all;
      const auto* fragment = std::get_if<Fragment>(&**unit);
      if (fragment == nullptr || !fragment->samples.empty()) all.push_back(std::move(**unit));
    }
  }
  std::vector<Fragment> fragments() {
    std::vector<Fragment> found;
    for (StreamUnit& unit : units()) {
      if (auto* fragment = std::get_if<Fragment>(&unit)) found.push_back(std::move(*fragment));
    }
    return found;
  }

  BufferSink sink_;
  UnitWriter writer_;
  FragmentContext context_;
};

TEST_F(UnitWriterTest, BeginsWithTheFirstSample) {
  EXPECT_TRUE(sink_.bytes.empty());
  video(0, Sap::kClosed);
  const auto all = units();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<media::TracksChanged>(all[0]));
  EXPECT_EQ(std::get<container::StreamHead>(all[1]), test::stream_head());
  EXPECT_EQ(sink_.appends, 1);
}

TEST_F(UnitWriterTest, AudioRidesWithTheVideoBehindIt) {
  video(0, Sap::kClosed);
  audio(0);
  audio(1920);
  EXPECT_EQ(sink_.appends, 1);
  video(3600);
  EXPECT_EQ(sink_.appends, 2);
  const auto all = fragments();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].track_id, 2U);
  EXPECT_EQ(all[1].samples.size(), 2U);
  EXPECT_EQ(all[2].track_id, 1U);
}

TEST_F(UnitWriterTest, AudioOfALaterTimeWaits) {
  video(0, Sap::kClosed);
  audio(3600);
  video(3600);
  EXPECT_EQ(fragments().size(), 2U);
  video(7200);
  EXPECT_EQ(fragments().size(), 4U);
}

TEST_F(UnitWriterTest, AudioAloneComesEveryHundredMilliseconds) {
  for (int i = 0; i < 12; ++i) {
    audio(1920 * i);
  }
  for (const Fragment& fragment : fragments()) {
    const auto& last = fragment.samples.back();
    EXPECT_LE(last.dts + last.duration - fragment.samples.front().dts, Ticks{9000});
  }
  EXPECT_EQ(fragments().size(), 2U);
}

TEST_F(UnitWriterTest, AGapInAudioBeginsAFragment) {
  audio(0);
  audio(1920);
  audio(9000);
  ASSERT_TRUE(writer_.flush());
  const auto all = fragments();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].samples.back().duration.count(), 1920);
  EXPECT_EQ(all[1].samples[0].dts, kBase + Ticks{9000});
}

TEST_F(UnitWriterTest, InformsOnKeyFramesAndChanges) {
  video(0, Sap::kClosed);
  video(3600);
  context_.source = 2;
  video(7200);
  video(10'800);
  context_.is_clock_unsure = true;
  video(14'400);
  video(18'000, Sap::kOpen);
  std::vector<std::optional<std::uint32_t>> flags;
  for (const Fragment& fragment : fragments()) {
    flags.push_back(fragment.info ? std::optional(fragment.info->flags) : std::nullopt);
  }
  const std::uint32_t unsure = container::kClockUnsure;
  EXPECT_EQ(flags, (std::vector<std::optional<std::uint32_t>>{0, std::nullopt, 0, std::nullopt,
                                                              unsure, unsure}));
}

TEST_F(UnitWriterTest, ADiscontinuityIsSaidOnceOnEveryTrack) {
  video(0, Sap::kClosed);
  audio(0);
  write(media::Discontinuity{"jump"});
  audio(90'000);
  video(93'600);
  audio(91'920);
  video(97'200);
  std::vector<bool> breaks;
  for (const Fragment& fragment : fragments()) {
    breaks.push_back(fragment.info && (fragment.info->flags & container::kDiscont) != 0);
  }
  EXPECT_EQ(breaks, (std::vector<bool>{false, false, true, true, false, false}));
}

TEST_F(UnitWriterTest, LostPacketsAreCountedOnTheNextFragment) {
  video(0, Sap::kClosed);
  context_.lost = 3;
  video(3600);
  context_.lost = 0;
  video(7200);
  const auto all = fragments();
  EXPECT_EQ(all[1].info->lost, 3U);
  EXPECT_EQ(all[1].info->flags, container::kLoss);
  EXPECT_FALSE(all[2].info);
}

TEST_F(UnitWriterTest, ProducerTimeComesOncePerGopAndSecond) {
  for (int i = 0; i < 100; ++i) {
    video(3600 * i, i % 10 == 0 ? Sap::kClosed : Sap::kNone);
  }
  std::vector<std::size_t> at;
  const auto all = fragments();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].producer_time) at.push_back(i);
  }
  EXPECT_EQ(at, (std::vector<std::size_t>{0, 30, 60, 90}));
  EXPECT_EQ(all[30].producer_time->time, all[30].samples[0].dts);
  EXPECT_EQ(all[0].producer_time->ntp >> 32, 1'763'795'000U + 2'208'988'800U);
}

TEST_F(UnitWriterTest, ASlowReaderCostsWholeGops) {
  video(0, Sap::kClosed);
  sink_.is_open = false;
  video(3600);
  audio(3600);
  video(7200, Sap::kClosed);
  sink_.is_open = true;
  video(10'800);
  audio(10'800);
  EXPECT_EQ(sink_.appends, 1);
  video(14'400, Sap::kClosed);
  video(18'000);
  const auto all = fragments();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].samples[0].dts, kBase + Ticks{14'400});
  EXPECT_EQ(all[1].info->flags, container::kLoss);
  EXPECT_EQ(all[1].info->lost, 5U);
  EXPECT_FALSE(all[2].info);
  EXPECT_EQ(writer_.counters().dropped_samples, 5U);
  EXPECT_EQ(writer_.counters().drops, 1U);
}

TEST_F(UnitWriterTest, TracksThatChangeWhileDroppingAreToldFirst) {
  video(0, Sap::kClosed);
  sink_.is_open = false;
  video(3600);
  write(media::TracksChanged{{test::h264_track()}});
  sink_.is_open = true;
  video(7200, Sap::kClosed);
  const auto all = units();
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(std::get<media::TracksChanged>(all[3]).tracks.size(), 1U);
}

TEST_F(UnitWriterTest, EqualTracksAreNotToldAgain) {
  video(0, Sap::kClosed);
  write(media::TracksChanged{{test::h264_track(), test::aac_track()}});
  video(3600);
  EXPECT_EQ(units().size(), 4U);
}

TEST_F(UnitWriterTest, EventsComeBeforeTheNextFragment) {
  video(0, Sap::kClosed);
  write(media::Event{"urn:x", "", kBase, Ticks{0}, 1, {1}});
  EXPECT_EQ(sink_.appends, 1);
  video(3600);
  const auto all = units();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_TRUE(std::holds_alternative<media::Event>(all[3]));
  for (int i = 0; i < 3; ++i) {
    write(media::Event{"urn:x", "", kBase, Ticks{0}, 1, Buffer(30'000)});
  }
  EXPECT_EQ(writer_.counters().dropped_events, 1U);
}

TEST_F(UnitWriterTest, RefusesSamplesThatNoReaderTakes) {
  write(media::Sample{9, kBase, Ticks{0}, Ticks{0}, Sap::kClosed, {1}});
  write(media::Sample{1, Ticks{0}, Ticks{0}, Ticks{0}, Sap::kClosed, {1}});
  write(media::Sample{1, kBase, Ticks{0}, Ticks{0}, Sap::kClosed,
                      Buffer(container::kMaxSampleBytes + 1)});
  EXPECT_EQ(writer_.counters().refused, 3U);
  EXPECT_TRUE(sink_.bytes.empty());
}

TEST_F(UnitWriterTest, DurationsThatAreNotKnownAreNominal) {
  write(media::Sample{1, kBase, Ticks{0}, Ticks{0}, Sap::kClosed, {1}});
  EXPECT_EQ(fragments().at(0).samples[0].duration.count(), 3600);
}

TEST_F(UnitWriterTest, EndsWithAMark) {
  audio(0);
  ASSERT_TRUE(writer_.end());
  const auto all = units();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<container::StreamEnd>(all[3]));
}

TEST_F(UnitWriterTest, TheSinksErrorIsTheCallers) {
  sink_.is_closed = true;
  const media::Sample key{1, kBase, Ticks{0}, Ticks{3600}, Sap::kClosed, {1}};
  const auto done = writer_.write(key, context_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace flu::link
