#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/moof.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

const media::Tracks kTracks{test::h264_track(), test::aac_track()};

// Every unit of a stream that arrives in pieces; the error's message as the last, if one comes.
struct Collected {
  std::vector<StreamUnit> units;
  std::vector<Buffer> payloads;  // of the fragments
  std::string error;
};

Collected collect(Bytes stream, std::size_t piece = 1 << 20) {
  FluReader reader;
  Collected all;
  while (true) {
    auto unit = reader.next();
    if (!unit) {
      all.error = unit.error().message;
      return all;
    }
    if (!*unit) {
      if (stream.empty()) return all;
      const std::size_t count = std::min(piece, stream.size());
      reader.feed(stream.first(count));
      stream = stream.subspan(count);
      continue;
    }
    if (const auto* fragment = std::get_if<Fragment>(&**unit)) {
      all.payloads.emplace_back(fragment->payload.begin(), fragment->payload.end());
    }
    all.units.push_back(std::move(**unit));
  }
}

template <typename T>
std::vector<T> only(const Collected& all) {
  std::vector<T> found;
  for (const StreamUnit& unit : all.units) {
    if (const auto* wanted = std::get_if<T>(&unit)) found.push_back(*wanted);
  }
  return found;
}

Buffer start_of_stream() {
  FluWriter writer;
  Buffer out;
  writer.start(test::stream_head(), kTracks, out, test::kBase);
  return out;
}

// A stream with everything that a writer can say.
Buffer whole_stream() {
  FluWriter writer;
  Buffer out;
  writer.start(test::stream_head(), kTracks, out, test::kBase);
  const FragmentInfo info{5, 1, kLoss, 3, 7, 2};
  const ProducerTime time{1, 99, test::kBase};
  const std::vector<SampleEntry> key{
      test::entry(test::kBase, 800, Ticks{3600}, Sap::kOpen, Ticks{7200})};
  writer.fragment_header(1, key, &info, &time, out);
  append(out, test::pattern(800, 1));
  writer.event({"urn:x", "v", test::kBase, Ticks{9}, 4, {1, 2}}, out);
  const std::vector<SampleEntry> audio{test::entry(test::kBase, 30, Ticks{1920}),
                                       test::entry(test::kBase + Ticks{1920}, 40, Ticks{1950})};
  writer.fragment_header(2, audio, nullptr, nullptr, out);
  append(out, test::pattern(70, 2));
  const std::vector<SampleEntry> other{
      test::entry(test::kBase + Ticks{3600}, 5, Ticks{3600}, Sap::kNone)};
  writer.fragment_header(1, other, nullptr, nullptr, out);
  append(out, test::pattern(5, 3));
  writer.end(out);
  return out;
}

TEST(FluReader, ReadsWhatWasWritten) {
  const Buffer stream = whole_stream();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, stream.size()}) {
    const Collected all = collect(stream, piece);
    EXPECT_EQ(all.error, "");
    ASSERT_EQ(only<media::TracksChanged>(all).size(), 1U);
    EXPECT_EQ(only<media::TracksChanged>(all)[0].tracks, kTracks);
    EXPECT_EQ(only<StreamHead>(all), std::vector{test::stream_head()});
    ASSERT_EQ(only<media::Event>(all).size(), 1U);
    EXPECT_EQ(only<media::Event>(all)[0].data, (Buffer{1, 2}));
    EXPECT_EQ(only<StreamEnd>(all).size(), 1U);
    const auto fragments = only<Fragment>(all);
    ASSERT_EQ(fragments.size(), 5U);  // two of the primer
    EXPECT_TRUE(fragments[0].samples.empty() && fragments[1].samples.empty());
    EXPECT_EQ(fragments[2].info, (FragmentInfo{5, 1, kLoss, 3, 7, 2}));
    EXPECT_EQ(fragments[2].producer_time, (ProducerTime{1, 99, test::kBase}));
    EXPECT_EQ(fragments[2].moof_sequence, 1U);
    EXPECT_EQ(fragments[2].samples[0].sap, Sap::kOpen);
    EXPECT_EQ(fragments[2].samples[0].cts.count(), 7200);
    EXPECT_EQ(all.payloads[2], test::pattern(800, 1));
    ASSERT_EQ(fragments[3].samples.size(), 2U);
    EXPECT_EQ(fragments[3].samples[1].dts, test::kBase + Ticks{1920});
    EXPECT_EQ(fragments[3].samples[1].duration.count(), 1950);
    EXPECT_EQ(fragments[3].samples[1].offset, 30U);
    EXPECT_EQ(all.payloads[3], test::pattern(70, 2));
    EXPECT_EQ(fragments[4].samples[0].sap, Sap::kNone);
    EXPECT_FALSE(fragments[4].info.has_value());
  }
}

TEST(FluReader, KnowsAFluStreamAndItsPosition) {
  FluReader reader;
  EXPECT_FALSE(reader.is_flu());
  const Buffer stream = whole_stream();
  reader.feed(stream);
  while (reader.next().value()) {
  }
  EXPECT_TRUE(reader.is_flu());
  EXPECT_EQ(reader.position(), stream.size());
}

TEST(FluReader, CutAtEveryLengthOnlyEndsEarly) {
  const Buffer stream = whole_stream();
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_EQ(collect(Bytes(stream).first(size)).error, "") << size;
  }
}

TEST(FluReader, TracksMayChangeInMidStream) {
  Buffer stream = whole_stream();
  FluWriter writer;
  writer.start(test::stream_head(), {test::aac_track(2)}, stream, test::kBase);
  const std::vector<SampleEntry> audio{test::entry(test::kBase + Ticks{9000}, 4, Ticks{1920})};
  writer.fragment_header(2, audio, nullptr, nullptr, stream);
  append(stream, test::pattern(4));
  const Collected all = collect(stream);
  EXPECT_EQ(all.error, "");
  EXPECT_EQ(only<media::TracksChanged>(all).back().tracks, media::Tracks{test::aac_track(2)});
  EXPECT_EQ(only<Fragment>(all).back().track_id, 2U);
}

// A stream that begins well and goes on with those bytes.
std::string error_after_start(const Buffer& more) {
  Buffer stream = start_of_stream();
  append(stream, more);
  return collect(stream).error;
}

Buffer box(std::string_view type, std::uint32_t size, std::size_t payload = 0) {
  Buffer bytes;
  ByteWriter out(bytes);
  out.u32(size);
  out.text(type);
  out.zeros(payload);
  return bytes;
}

TEST(FluReader, RefusesBoxesOutOfBounds) {
  for (const std::uint32_t size : {0U, 1U, 7U, 0xFFFF'FFFFU}) {
    EXPECT_NE(error_after_start(box("free", size)), "") << size;
  }
  const auto at_most = [](std::string_view type, std::size_t limit) {
    const auto size = static_cast<std::uint32_t>(limit);
    EXPECT_EQ(error_after_start(box(type, size)), "") << type;  // waits for the rest
    EXPECT_NE(error_after_start(box(type, size + 1)), "") << type;
  };
  at_most("moof", kMaxMoofBytes);
  at_most("moov", kMaxMoovBytes);
  at_most("mdat", kMaxBoxBytes);
  at_most("emsg", kMaxMetaBytes);
  at_most("uuid", kMaxMetaBytes);
  at_most("free", kMaxMetaBytes);
  at_most("sidx", kMaxBoxBytes);
}

TEST(FluReader, RefusesTooManyBoxesWithoutMedia) {
  Buffer boxes;
  for (unsigned i = 0; i < kMaxSkippedBoxes; ++i) {
    append(boxes, box("abcd", 12, 4));
  }
  EXPECT_EQ(error_after_start(boxes), "");
  append(boxes, box("abcd", 8));
  EXPECT_THAT(error_after_start(boxes), testing::HasSubstr("64 boxes in a row"));
}

TEST(FluReader, RefusesMediaOutOfPlace) {
  EXPECT_THAT(error_after_start(box("mdat", 8)), testing::HasSubstr("no moof before it"));
  EXPECT_THAT(collect(box("moof", 8)).error, testing::HasSubstr("before any moov"));
  Buffer stream = whole_stream();
  Buffer foreign = write_init(kTracks);
  std::copy_n("abcd", 4, foreign.begin() + 28);  // no flu1
  append(stream, foreign);
  EXPECT_THAT(collect(stream).error, testing::HasSubstr("a foreign one"));
}

// One fragment of track 1 as the writer would make it.
std::string error_of(const SampleEntry& sample, std::size_t payload) {
  FluWriter writer;
  Buffer out;
  writer.start(test::stream_head(), kTracks, out, test::kBase);
  const std::vector<SampleEntry> samples{sample};
  writer.fragment_header(1, samples, nullptr, nullptr, out);
  append(out, Buffer(payload));
  return collect(out).error;
}

TEST(FluReader, RefusesTimesOutOfRange) {
  EXPECT_EQ(error_of(test::entry(media::kMinUtc, 4), 4), "");
  EXPECT_NE(error_of(test::entry(media::kMinUtc - Ticks{1}, 4), 4), "");
  EXPECT_NE(error_of(test::entry(media::kMaxUtc, 4), 4), "");
  EXPECT_EQ(error_of(test::entry(test::kBase, 4, kMaxDuration - Ticks{1}), 4), "");
  EXPECT_NE(error_of(test::entry(test::kBase, 4, kMaxDuration), 4), "");
  const auto with_cts = [](Ticks cts) {
    return error_of(test::entry(test::kBase, 4, Ticks{3600}, Sap::kNone, cts), 4);
  };
  EXPECT_EQ(with_cts(kMaxCts - Ticks{1}), "");
  EXPECT_NE(with_cts(kMaxCts), "");
  EXPECT_NE(with_cts(Ticks{-1}), "");
}

TEST(FluReader, RefusesSamplesOutsideTheirMdat) {
  Buffer stream = start_of_stream();
  FluWriter writer;
  Buffer ignored;
  writer.start(test::stream_head(), kTracks, ignored);
  const std::vector<SampleEntry> samples{test::entry(test::kBase, 100)};
  writer.fragment_header(1, samples, nullptr, nullptr, stream);
  append(stream, Buffer(100));
  EXPECT_EQ(collect(stream).error, "");
  stream[stream.size() - 100 - 8 + 3] = 107;  // one byte less
  stream.pop_back();
  EXPECT_THAT(collect(stream).error, testing::HasSubstr("its mdat holds"));
}

TEST(FluReader, RefusesLongRunsInAPipeAlone) {
  for (const std::size_t count : {kMaxPipeRunSamples, kMaxPipeRunSamples + 1}) {
    FluWriter writer;
    Buffer start;
    writer.start(test::stream_head(), kTracks, start, test::kBase);
    std::vector<SampleEntry> samples;
    for (std::size_t i = 0; i < count; ++i) {
      samples.push_back(
          test::entry(test::kBase + Ticks{1920} * static_cast<int>(i), 1, Ticks{1920}));
    }
    Buffer fragment;
    writer.fragment_header(2, samples, nullptr, nullptr, fragment);
    append(fragment, Buffer(count));
    Buffer stored = write_init(kTracks);  // no FLU-HEAD
    append(stored, fragment);
    EXPECT_EQ(collect(stored).error, "");
    append(start, fragment);
    EXPECT_EQ(collect(start).error.empty(), count == kMaxPipeRunSamples);
  }
}

TEST(FluReader, StaysBrokenAfterAnError) {
  FluReader reader;
  reader.feed(box("mdat", 8));
  EXPECT_FALSE(reader.next());
  reader.feed(whole_stream());
  const auto again = reader.next();
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, testing::HasSubstr("byte 0: mdat"));
}

TEST(FluReader, ALargeClaimTakesNoMemory) {
  FluReader fresh;
  fresh.feed(box("moov", static_cast<std::uint32_t>(kMaxMoovBytes)));
  EXPECT_FALSE(fresh.next().value().has_value());
  EXPECT_LE(fresh.prepare(4096).size(), std::size_t{64} << 10);
}

}  // namespace
}  // namespace flu::container
