#include "tools/segment/live_stream.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/crc32c.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "libcommon/store/window_reader.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

namespace fs = std::filesystem;
using media::Sap;
using media::Ticks;
using testing::ElementsAre;

constexpr std::int64_t kBase = 158'741'550'000'000;  // 1763795000 s
constexpr std::int64_t kFrame = 3600;
constexpr std::int64_t kSecond = 90'000;

media::Tracks make_tracks() {
  media::Track video;
  video.id = 7;
  video.kind = media::TrackKind::kVideo;
  video.codec = media::CodecId::kH264;
  video.config = {1,    0x42, 0xC0, 0x1E, 0xFF, 0xE1, 0,    4,    0x67, 0x42,
                  0xC0, 0x1E, 1,    0,    4,    0x68, 0xCE, 0x3C, 0x80};
  video.video.width = 640;
  video.video.height = 360;
  media::Track audio;
  audio.id = 9;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAac;
  audio.config = {0x11, 0x90};
  audio.language = "eng";
  audio.audio = {48'000, 2, 1024};
  return {video, audio};
}

// A producer that counts its frames: one key frame a second, 25 Hz, audio of 1920 ticks.
struct Source {
  std::int64_t time = kBase;
  media::Tracks tracks = make_tracks();
  int gop = 25;
  int frame = 0;
  bool is_flushed = true;
  std::int64_t audio_time = kBase;
  std::int64_t audio_lead = 0;  // how far audio runs ahead (or behind) in the stream

  static container::Fragment fragment(std::uint32_t track, std::int64_t dts, std::int64_t duration,
                                      Sap sap, const Buffer& payload) {
    container::Fragment out;
    out.track_id = track;
    container::SampleEntry entry;
    entry.dts = Ticks(dts);
    entry.duration = Ticks(duration);
    entry.sap = sap;
    entry.size = static_cast<std::uint32_t>(payload.size());
    out.samples = {entry};
    out.payload = payload;
    return out;
  }

  // The next video frame and the audio up to it.
  void send(LiveStream& stream, std::uint32_t flags = 0) {
    while (audio_time < time + audio_lead) {
      const Buffer payload(20, static_cast<std::uint8_t>(audio_time / 1920));
      stream.add_fragment(fragment(9, audio_time, 1920, Sap::kClosed, payload));
      if (is_flushed) stream.flush();
      audio_time += 1920;
    }
    const bool is_key = frame % gop == 0;
    const Buffer payload(is_key ? 500 : 100, static_cast<std::uint8_t>(frame));
    auto video = fragment(7, time, kFrame, is_key ? Sap::kClosed : Sap::kNone, payload);
    if (is_key || flags != 0) {
      video.info.emplace();
      video.info->arrival_us = static_cast<std::uint64_t>(time * 100 / 9 + 40'000);
      video.info->flags = flags;
      video.info->source = 1;
    }
    stream.add_fragment(video);
    if (is_flushed) stream.flush();
    time += kFrame;
    ++frame;
  }
  void send_seconds(LiveStream& stream, double seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 25); ++i) send(stream);
  }
};

class LiveStreamTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = make_folder(); }
  void TearDown() override {
    stream_.reset();
    for (const auto& folder : folders_) fs::remove_all(folder);
  }

  std::string make_folder() {
    std::string pattern = testing::TempDir() + "live.XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folders_.push_back(pattern);
    return pattern;
  }

  std::unique_ptr<LiveStream> open(const std::string& folder) {
    store::WindowSettings settings;
    settings.playlist_segments = settings.kept_segments = 50;
    settings.target = Ticks(4 * kSecond);
    Listeners listeners{
        [this](const segment::IndexRecord& record) { news_.push_back(record); },
        [this](std::string_view name, const nlohmann::json&) { events_.emplace_back(name); }};
    auto stream = LiveStream::open(folder, settings, listeners);
    EXPECT_TRUE(stream) << (stream ? "" : stream.error().message);
    return std::move(*stream);
  }

  void play(Source& source) {
    if (stream_ == nullptr) stream_ = open(folder_);
    stream_->begin_source({});
    ASSERT_TRUE(stream_->set_tracks(source.tracks));
  }

  std::vector<segment::IndexRecord> records(const std::string& folder) {
    const auto reader = store::WindowReader::open(folder);
    EXPECT_TRUE(reader);
    auto copy = store::WindowReader::open(folder);
    return (*copy->refresh())->segments;
  }
  std::vector<segment::IndexRecord> records() { return records(folder_); }

  static Buffer file_of(const std::string& folder, const segment::IndexRecord& record) {
    return *io::read_file(store::in_folder(folder, store::segment_file(record.start)), 1 << 26);
  }

  // What stands in the record must be what stands in the file.
  void check(const segment::IndexRecord& record) {
    const Buffer bytes = file_of(folder_, record);
    ASSERT_EQ(bytes.size(), record.size);
    const auto parsed = container::parse_segment(bytes);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->seq, record.seq);
    EXPECT_EQ(parsed->moof_offset, record.moof_relative);
    EXPECT_EQ(crc32c(Bytes(bytes).subspan(parsed->data_offset)), record.data_crc);
    ASSERT_FALSE(parsed->tracks.empty());
    EXPECT_EQ(parsed->tracks.front().samples.front().dts, record.start);
    for (const auto& track : parsed->tracks) {
      for (std::size_t i = 1; i < track.samples.size(); ++i) {
        ASSERT_EQ(track.samples[i - 1].dts + track.samples[i - 1].duration, track.samples[i].dts);
      }
    }
  }

  std::string folder_;
  std::vector<std::string> folders_;
  std::unique_ptr<LiveStream> stream_;
  std::vector<segment::IndexRecord> news_;
  std::vector<std::string> events_;
};

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

TEST_F(LiveStreamTest, GoesOnAfterAKillWithOneDiscontinuity) {
  Source source;
  source.audio_lead = -20'000;
  play(source);
  source.send_seconds(*stream_, 9.5);
  // As a kill leaves it: files and all, without a word.
  const std::string copy = make_folder();
  fs::remove(copy);
  fs::copy(folder_, copy);
  folder_ = copy;
  stream_ = open(folder_);
  auto list = records();
  ASSERT_EQ(list.size(), 3U);
  check(list[2]);
  EXPECT_EQ(list[2].seq, list[1].seq + 1);
  EXPECT_EQ(list[2].flags, 0);
  EXPECT_EQ(list[2].duration, 37U * kFrame);
  EXPECT_FALSE(fs::exists(folder_ + "/cur.mp4"));
  source.time += kSecond;
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 9);
  list = records();
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[3].seq, list[2].seq + 1);
  EXPECT_EQ(list[3].flags, segment::kDiscont);
  EXPECT_EQ(list[3].disc_seq, list[2].disc_seq + 1);
  EXPECT_EQ(list[4].flags, 0);
  EXPECT_EQ(list[4].init_hash, list[0].init_hash);
}

TEST_F(LiveStreamTest, RecoversWhateverTheLogWasCutAt) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 4.6);
  const auto size = fs::file_size(folder_ + "/cur.mp4");
  std::uint32_t last = 0;
  for (std::uintmax_t cut = 0; cut <= size; cut += 97) {
    const std::string copy = make_folder();
    fs::remove(copy);
    fs::copy(folder_, copy);
    fs::resize_file(copy + "/cur.mp4", cut);
    const auto stream = open(copy);
    const auto list = records(copy);
    ASSERT_GE(list.size(), 1U);
    ASSERT_LE(list.size(), 2U);
    if (list.size() == 2) {
      EXPECT_GE(list[1].size, last);
      last = list[1].size;
      const auto parsed = container::parse_segment(file_of(copy, list[1]));
      EXPECT_TRUE(parsed);
    }
    fs::remove_all(copy);
  }
  EXPECT_GT(last, 0U);
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

TEST_F(LiveStreamTest, ADiscontinuityOnEveryTrackIsOneBreak) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  source.time += 10 * kSecond;
  source.audio_time = source.time;
  const Buffer payload(20, 1);
  auto audio = Source::fragment(9, source.audio_time, 1920, Sap::kClosed, payload);
  audio.info.emplace();
  audio.info->flags = container::kDiscont;
  source.audio_time += 1920;
  stream_->add_fragment(audio);
  stream_->flush();
  source.frame = 0;
  source.send(*stream_, container::kDiscont);
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].flags, 0);
  EXPECT_EQ(list[1].flags, 0);
  EXPECT_EQ(list[1].duration, 1U * kSecond);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(list[2].disc_seq, list[1].disc_seq + 1);
  EXPECT_EQ(list[3].flags, 0);
  // The audio that came before the key frame is there.
  const auto parsed = container::parse_segment(file_of(folder_, list[2]));
  EXPECT_EQ(parsed->tracks.at(1).samples.front().dts, list[2].start);
}

TEST_F(LiveStreamTest, OtherTracksBeginANewInitAndADiscontinuity) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  auto tracks = source.tracks;
  tracks[0].video.width = 1280;
  ASSERT_TRUE(stream_->set_tracks(tracks));
  source.frame = 0;
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].init_hash, list[1].init_hash);
  EXPECT_NE(list[1].init_hash, list[2].init_hash);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  const auto reader = store::WindowReader::open(folder_);
  EXPECT_EQ(reader->tracks(list[0])->front().video.width, 640U);
  EXPECT_EQ(reader->tracks(list[2])->front().video.width, 1280U);
  EXPECT_EQ(reader->tracks(list[2])->front().id, 1U);
}

TEST_F(LiveStreamTest, TheSameTracksFromAnotherSourceKeepTheInit) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 5);
  const auto list = records();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(list[0].init_hash, list[2].init_hash);
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

TEST_F(LiveStreamTest, MovesTheTimesOfAProducerThatIsFarBehind) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 9);
  const auto before = records().back();
  source.time = kBase - 3600 * kSecond;
  source.audio_time = source.time;
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[3].flags, segment::kDiscont | segment::kClockUnsure);
  EXPECT_GE(list[3].start, list[2].start + Ticks(list[2].duration));
  EXPECT_LT(list[3].start, list[2].start + Ticks(list[2].duration + kSecond));
  EXPECT_GT(list[2].seq, before.seq);
  check(list[3]);
}

TEST_F(LiveStreamTest, TellsPartsThatMakeUpTheLog) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 4.5);
  std::uint32_t duration = 0;
  int parts = 0;
  for (const auto& record : news_) {
    if (record.type == segment::RecordType::kSegment) {
      EXPECT_EQ(record.duration, duration);
    } else if (record.start.count() < kBase + 4 * kSecond) {
      duration += record.duration;
      ++parts;
    }
  }
  EXPECT_EQ(parts, 12);  // 100 frames, 9 a part
}

TEST_F(LiveStreamTest, AFolderThatIsGoneEndsNothing) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 2);
  fs::remove_all(folder_);
  source.send_seconds(*stream_, 10);
  EXPECT_GT(stream_->counters().dropped_frames, 0U);
  EXPECT_THAT(events_, testing::Contains("segment_lost"));
}

}  // namespace
}  // namespace flu::hub
