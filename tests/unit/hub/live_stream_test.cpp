#include "tools/segment/live_stream.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/container/mp4/flu_stream.h"
#include "tests/unit/hub/live_stream_fixture.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

TEST_F(LiveStreamTest, CutsAndPublishes) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 13);
  const auto list = records();
  ASSERT_EQ(list.size(), 3U);
  for (std::size_t i = 0; i < list.size(); ++i) {
    check(list[i]);
    EXPECT_EQ(list[i].seq, 1'763'795'000 + i);
    EXPECT_EQ(list[i].disc_seq, 468'423U);
    EXPECT_EQ(list[i].flags, 0);
    EXPECT_EQ(list[i].sap, 1);
    EXPECT_EQ(list[i].duration, 4U * kSecond);
    EXPECT_EQ(list[i].start.count(), kBase + static_cast<std::int64_t>(i) * 4 * kSecond);
    EXPECT_EQ(list[i].arrival_ms, 40);
    EXPECT_EQ(list[i].source, 1);
    EXPECT_EQ(list[i].key_size, 500U);
    const Buffer bytes = file_of(folder_, list[i]);
    EXPECT_EQ(bytes.at(list[i].key_relative), static_cast<std::uint8_t>(i * 100));
  }
  EXPECT_EQ(stream_->publisher().window().target_duration(), 5U);
}

TEST_F(LiveStreamTest, MakesTheSameSegmentsOfHeldFramesAndOfWrittenOnes) {
  Source source;
  source.audio_lead = -15'000;
  play(source);
  source.send_seconds(*stream_, 10);
  const std::string held_folder = make_folder();
  const auto held = open(held_folder);
  held->begin_source({});
  Source again;
  again.audio_lead = source.audio_lead;
  again.is_flushed = false;
  ASSERT_TRUE(held->set_tracks(again.tracks));
  again.send_seconds(*held, 10);
  EXPECT_EQ(fs::file_size(held_folder + "/cur.mp4"), 0U);
  const auto list = records();
  ASSERT_EQ(list, records(held_folder));
  for (const auto& record : list) {
    EXPECT_EQ(file_of(folder_, record), file_of(held_folder, record));
  }
  const MonotonicTime now = monotonic_now();
  held->flush_if_due(now);
  EXPECT_EQ(fs::file_size(held_folder + "/cur.mp4"), 0U);
  held->flush_if_due(now + kMaxHeldTime);
  EXPECT_EQ(fs::file_size(held_folder + "/cur.mp4"), held->log()->size());
}

TEST_F(LiveStreamTest, EveryFrameIsInExactlyOneSegmentWhateverTheInterleaving) {
  for (const std::int64_t lead : {-45'000, -1920, 0, 1000, 45'000}) {
    folder_ = make_folder();
    stream_ = open(folder_);
    Source source;
    source.audio_lead = lead;
    play(source);
    source.send_seconds(*stream_, 20);
    stream_->end_source();
    std::map<std::uint32_t, std::vector<std::int64_t>> times;
    for (const auto& record : records()) {
      check(record);
      const auto parsed = container::parse_segment(file_of(folder_, record));
      for (const auto& track : parsed->tracks) {
        for (const auto& sample : track.samples) {
          times[track.track_id].push_back(sample.dts.count());
          const bool is_audio = track.track_id == 2;
          const bool is_last = record.seq == records().back().seq;
          if (is_audio && !is_last) {
            EXPECT_GE(sample.dts.count(), record.start.count()) << lead;
            EXPECT_LT(sample.dts.count(), record.start.count() + record.duration) << lead;
          }
        }
      }
    }
    EXPECT_EQ(times[1].size(), 500U);
    for (auto& [track, list] : times) {
      const std::int64_t step = track == 1 ? kFrame : 1920;
      EXPECT_EQ(list.front(), kBase);
      for (std::size_t i = 1; i < list.size(); ++i) ASSERT_EQ(list[i] - list[i - 1], step);
    }
    EXPECT_EQ(kBase + static_cast<std::int64_t>(times[2].size()) * 1920, source.audio_time);
  }
}

TEST_F(LiveStreamTest, AHubBehindAHubWritesTheSameBytes) {
  Source source;
  source.audio_lead = -15'000;
  play(source);
  const std::string second_folder = make_folder();
  const std::string third_folder = make_folder();
  const auto second = open(second_folder);
  const auto third = open(third_folder);
  // Each log is a flu stream with the first hub's cuts; the copies of early audio are left out by
  // who reads on.
  container::FluReader reader;
  std::shared_ptr<LogFile> log;
  std::uint64_t at = 0;
  const auto follow = [&] {
    if (log == nullptr) log = stream_->log();
    while (log != nullptr) {
      if (log->carried_end() > log->carried_begin() && at == log->carried_begin()) {
        at = log->carried_end();
      }
      const std::uint64_t stop = at < log->carried_begin() ? log->carried_begin() : log->size();
      reader.feed(*io::pread_up_to(log->fd(), stop - at, at, "log"));
      at = stop;
      if (at == log->carried_begin() && log->carried_end() > at) continue;
      if (log->next() == nullptr) break;
      log = log->next();
      at = log->head_size();
    }
    while (true) {
      auto unit = reader.next();
      ASSERT_TRUE(unit) << unit.error().message;
      if (!*unit) return;
      for (LiveStream* hub : {second.get(), third.get()}) {
        if (const auto* tracks = std::get_if<media::TracksChanged>(&**unit)) {
          ASSERT_TRUE(hub->set_tracks(tracks->tracks));
        } else if (const auto* fragment = std::get_if<container::Fragment>(&**unit)) {
          hub->add_fragment(*fragment);
          hub->flush();
        }
      }
    }
  };
  for (int i = 0; i < 25 * 30; ++i) {
    const bool breaks = i == 300;
    if (breaks) source.time += 3 * kSecond;
    source.send(*stream_, breaks ? std::uint32_t{container::kDiscont} : 0U);
    follow();
  }
  const auto list = records();
  const auto list_of_second = records(second_folder);
  ASSERT_GE(list_of_second.size(), 5U);
  EXPECT_EQ(list_of_second, records(third_folder));
  for (const auto& record : list_of_second) {
    const auto original =
        std::find_if(list.begin(), list.end(), [&](const auto& r) { return r.seq == record.seq; });
    ASSERT_NE(original, list.end());
    EXPECT_EQ(*original, record);
    EXPECT_EQ(file_of(folder_, *original), file_of(second_folder, record));
    EXPECT_EQ(file_of(folder_, *original), file_of(third_folder, record));
  }
}

TEST_F(LiveStreamTest, ClosesByForceWithoutKeyFrames) {
  Source source;
  source.gop = 100'000;
  play(source);
  source.send_seconds(*stream_, 65);
  const auto list = records();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].flags, 0);
  EXPECT_EQ(list[0].duration, 30U * kSecond);
  EXPECT_EQ(list[1].flags, segment::kNoKey);
  EXPECT_EQ(list[1].sap, 0);
  EXPECT_THAT(events_, ElementsAre("stream_force_close_gop", "stream_force_close_gop"));
  EXPECT_EQ(stream_->publisher().window().target_duration(), 30U);
}

TEST_F(LiveStreamTest, TellsAllPartsOfASegmentButItsLastAndThenTheSegment) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 4.5);
  std::uint64_t at = 0;
  std::uint32_t parts = 0;
  for (const auto& record : news_) {
    if (record.type == segment::RecordType::kSegment) {
      const std::uint32_t rest = record.duration - parts * 32'400;  // of a 9-frame part
      EXPECT_GT(rest, 0U);
      EXPECT_LE(rest, 32'400U);
      parts = 0;
      continue;
    }
    EXPECT_EQ(record.blob, parts++);
    EXPECT_EQ(record.duration, 32'400U);
    EXPECT_NE(record.init_hash, 0U);
    if (record.blob > 0) {
      EXPECT_EQ(record.offset, at);
    }
    at = record.offset + record.size;
  }
  EXPECT_GT(news_.size(), 10U);
  EXPECT_EQ(stream_->publisher().window().part_target(), 32'400U);
}

}  // namespace
}  // namespace flu::hub
