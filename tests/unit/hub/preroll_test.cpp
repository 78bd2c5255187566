#include "tools/segment/preroll.h"

#include <gtest/gtest.h>

#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

container::Fragment fragment(std::uint32_t track, const Buffer& payload) {
  container::Fragment out;
  out.track_id = track;
  out.samples.emplace_back();
  out.samples.back().size = static_cast<std::uint32_t>(payload.size());
  out.payload = payload;
  return out;
}

TEST(Preroll, KeepsTheBytesItself) {
  Preroll preroll;
  {
    const Buffer payload = {1, 2, 3};
    preroll.add(fragment(2, payload));
  }
  int count = 0;
  preroll.drain([&](const container::Fragment& held) {
    ++count;
    EXPECT_EQ(Buffer(held.payload.begin(), held.payload.end()), Buffer({1, 2, 3}));
  });
  EXPECT_EQ(count, 1);
  EXPECT_EQ(preroll.bytes(), 0U);
}

TEST(Preroll, DropsTheOldestAtItsLimit) {
  Preroll preroll;
  const Buffer payload(kMaxPrerollBytes / 4, 0);
  for (std::uint32_t track = 1; track <= 6; ++track) preroll.add(fragment(track, payload));
  EXPECT_LE(preroll.bytes(), kMaxPrerollBytes);
  std::uint32_t first = 0;
  preroll.drain([&](const container::Fragment& held) {
    if (first == 0) first = held.track_id;
  });
  EXPECT_EQ(first, 3U);
}

}  // namespace
}  // namespace flu::hub
