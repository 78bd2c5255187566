#include "libcommon/container/mpegts/ts_size.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_writer.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Ticks;

struct Media {
  std::vector<SampleEntry> samples;
  std::vector<Buffer> bytes;
};

// Sizes that a real encoder makes: a large key frame, others of all sizes.
Media video(int frames, std::uint32_t size) {
  Media out;
  for (int i = 0; i < frames; ++i) {
    const bool is_key = i % 25 == 0;
    const auto bytes = is_key ? size * 8 : size / 2 + static_cast<std::uint32_t>(i * 7919) % size;
    Buffer data = test::pattern(bytes);
    // One NAL unit with its length in front.
    for (unsigned b = 0; b < 4; ++b)
      data[b] = static_cast<std::uint8_t>((bytes - 4) >> (24 - b * 8));
    data[4] = is_key ? 0x65 : 0x41;
    out.samples.push_back(test::entry(test::kBase + Ticks{3600} * i, bytes, Ticks{3600},
                                      is_key ? media::Sap::kClosed : media::Sap::kNone));
    out.bytes.push_back(std::move(data));
  }
  return out;
}

Media audio(int frames, std::uint32_t size) {
  Media out;
  for (int i = 0; i < frames; ++i) {
    const auto bytes = size + static_cast<std::uint32_t>(i % 9);
    out.samples.push_back(test::entry(test::kBase + Ticks{1920} * i, bytes, Ticks{1920}));
    out.bytes.push_back(test::pattern(bytes));
  }
  return out;
}

void expect_near(const media::Track& track, const Media& media, Ticks length) {
  std::vector<SampleView> views;
  for (std::size_t i = 0; i < media.samples.size(); ++i) {
    const SampleEntry& sample = media.samples[i];
    views.push_back(
        {track.id, sample.dts, sample.cts, sample.sap != media::Sap::kNone, media.bytes[i]});
  }
  const auto made = mux_ts_segment({track}, views);
  ASSERT_TRUE(made) << made.error().message;
  const std::uint64_t guess =
      estimate_ts_bytes(track, media.samples) + estimate_ts_table_bytes(length);
  // Enough, but for a handful of packets; and not a tenth too much.
  EXPECT_GE(guess + 2 * 188, made->size());
  EXPECT_LE(static_cast<double>(guess), static_cast<double>(made->size()) * 1.1 + 16 * 188);
}

TEST(TsSize, IsWhatTheMuxerMakes) {
  for (const std::uint32_t size : {300U, 1'000U, 12'000U}) {
    expect_near(test::h264_track(1), video(100, size), Ticks{360'000});
    expect_near(test::aac_track(1), audio(187, size / 3), Ticks{360'000});
  }
  expect_near(test::h264_track(1), video(1, 500), Ticks{3600});
}

TEST(TsSize, NothingIsNoPackets) {
  EXPECT_EQ(estimate_ts_bytes(test::h264_track(1), {}), 0U);
}

}  // namespace
}  // namespace flu::container
