#include "tools/serve/live/feed_group.h"

#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using container::Fragment;
using container::StreamUnit;

// Remembers what it was given, a letter each: T for tracks, then each payload's first byte.
class Recorder final : public FeedFormat {
 public:
  Result<void> add(const StreamUnit& unit) override {
    if (std::holds_alternative<media::TracksChanged>(unit)) seen += 'T';
    if (const auto* fragment = std::get_if<Fragment>(&unit)) {
      seen += static_cast<char>(fragment->payload[0]);
    }
    return {};
  }
  void restart() override {}
  void flush() override {}
  void end() override {}
  void close() override {}
  [[nodiscard]] bool has_clients() const override { return false; }

  std::string seen;
};

media::TracksChanged tracks() {
  media::Track video;
  video.id = 1;
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAac;
  return {{video, audio}};
}

void add(FeedGroup& group, std::uint32_t track, char letter, bool is_key, std::size_t size = 1) {
  const Buffer payload(size, static_cast<std::uint8_t>(letter));
  Fragment fragment;
  fragment.track_id = track;
  fragment.samples.push_back({});
  fragment.samples.back().size = static_cast<std::uint32_t>(size);
  fragment.samples.back().sap = is_key ? media::Sap::kClosed : media::Sap::kNone;
  fragment.payload = payload;  // gone after this
  group.add(fragment);
}

std::string replayed(const FeedGroup& group) {
  Recorder recorder;
  EXPECT_TRUE(group.replay(recorder));
  return recorder.seen;
}

TEST(FeedGroup, KeepsFromTheNewestKeyFrameOfThePictureOn) {
  FeedGroup group(1000);
  group.add(tracks());
  add(group, 2, 'a', true);
  add(group, 1, 'p', false);
  EXPECT_EQ(replayed(group), "T");
  add(group, 1, 'I', true);
  add(group, 2, 'b', true);
  add(group, 1, 'q', false);
  EXPECT_EQ(replayed(group), "TIbq");
  add(group, 1, 'J', true);
  EXPECT_EQ(replayed(group), "TJ");
  EXPECT_EQ(group.bytes(), 1U);
}

TEST(FeedGroup, ForgetsWhatLeadsToNothing) {
  FeedGroup group(1000);
  group.add(tracks());
  add(group, 1, 'I', true);
  group.restart();
  add(group, 1, 'q', false);
  EXPECT_EQ(replayed(group), "T");
  add(group, 1, 'J', true);
  group.add(tracks());
  EXPECT_EQ(replayed(group), "T");
}

TEST(FeedGroup, KeepsNothingOfAGroupThatIsTooLong) {
  FeedGroup group(10);
  group.add(tracks());
  add(group, 1, 'I', true, 6);
  add(group, 1, 'q', false, 5);
  add(group, 1, 'r', false, 1);
  EXPECT_EQ(replayed(group), "T");
  EXPECT_EQ(group.bytes(), 0U);
  add(group, 1, 'J', true, 10);
  EXPECT_EQ(replayed(group), "TJ");
}

}  // namespace
}  // namespace flu::serve
