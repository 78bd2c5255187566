#include "libcommon/container/mp4/mse_fragment.h"

#include <gtest/gtest.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/container/mp4/init.h"

namespace flu::container {
namespace {

// 1700000000.25 s of UTC.
constexpr media::Timestamp kTime{153'000'000'022'500};

std::uint64_t number_at(const Buffer& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8U | bytes.at(at + i);
  return value;
}
std::string name_at(const Buffer& bytes, std::size_t at) {
  return std::string(as_text(Bytes(bytes).subspan(at, 4)));
}

TEST(MseFragment, HasEverythingWhereClientsReadIt) {
  const Buffer payload{'x', 'a', 'b', 'c'};
  const std::vector<SampleEntry> samples{
      {kTime, media::Ticks(7200), media::Ticks(3600), media::Sap::kClosed, 1, 2},
      {kTime + media::Ticks(3600), media::Ticks(0), media::Ticks(3600), media::Sap::kNone, 3, 1}};
  Buffer out{0};
  write_mse_fragment(200, 7, samples, payload, out);
  out.erase(out.begin());
  EXPECT_EQ(out.size(), mse_fragment_size(samples));
  EXPECT_EQ(name_at(out, 4), "moof");
  EXPECT_EQ(number_at(out, 20, 4), 7U);
  EXPECT_EQ(name_at(out, 28), "traf");
  EXPECT_EQ(number_at(out, 32, 4), 28U);
  EXPECT_EQ(name_at(out, 36), "tfhd");
  EXPECT_EQ(number_at(out, 40, 4), 0x020038U);
  EXPECT_EQ(out.at(47), 200);
  EXPECT_EQ(number_at(out, 60, 4), 20U);
  EXPECT_EQ(name_at(out, 64), "tfdt");
  EXPECT_EQ(out.at(68), 1);
  EXPECT_EQ(number_at(out, 72, 8), static_cast<std::uint64_t>(kTime.count()));
  EXPECT_EQ(number_at(out, 80, 4), 20U);
  EXPECT_EQ(name_at(out, 84), "futc");
  EXPECT_EQ(number_at(out, 92, 4), 1'700'000'000U);
  EXPECT_EQ(number_at(out, 96, 4), 250'000U);
  EXPECT_EQ(name_at(out, 104), "trun");
  EXPECT_EQ(as_text(Bytes(out).last(11)), std::string_view("\0\0\0\x0bmdatabc", 11));
}

TEST(MseFragment, IsReadLikeAnyOther) {
  media::Track track;
  track.id = 3;
  track.video = {320, 180, 1, 1, 25, 1, false};
  track.config = {1, 0x42, 0xc0, 0x1e, 0xff, 0xe0, 0};
  Buffer bytes = write_player_init({track});
  const Buffer payload{'a', 'b', 'c'};
  const std::vector<SampleEntry> samples{
      {kTime, media::Ticks(7200), media::Ticks(3600), media::Sap::kClosed, 0, 3}};
  write_mse_fragment(3, 1, samples, payload, bytes);
  FluReader reader;
  reader.feed(bytes);
  const auto tracks = reader.next();
  ASSERT_TRUE(tracks && *tracks);
  const auto unit = reader.next();
  ASSERT_TRUE(unit && *unit) << (unit ? "" : unit.error().message);
  const auto* const fragment = std::get_if<Fragment>(&**unit);
  ASSERT_NE(fragment, nullptr);
  EXPECT_EQ(fragment->track_id, 3U);
  ASSERT_EQ(fragment->samples.size(), 1U);
  EXPECT_EQ(fragment->samples[0].dts, kTime);
  EXPECT_EQ(fragment->samples[0].cts, media::Ticks(7200));
  EXPECT_EQ(fragment->samples[0].duration, media::Ticks(3600));
  EXPECT_EQ(as_text(fragment->payload), "abc");
}

}  // namespace
}  // namespace flu::container
