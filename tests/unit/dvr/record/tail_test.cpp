#include "tools/dvr/record/tail.h"

#include <fstream>

#include <gmock/gmock.h>

#include "libcommon/store/window_writer.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::dvr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TailTest : public store::ArchiveTest {
 protected:
  TailTest() { open(); }

  void open() {
    window_.emplace(std::move(*store::WindowWriter::open(folder_, {2, 2, media::Ticks(360'000)})));
  }

  void publish(unsigned number, const std::string& init = "tracks") {
    store::SampleSegment sample = store::sample_segment(number, init);
    ASSERT_TRUE(window_->keep_init(sample.init));
    std::ofstream(folder_ / store::segment_file(sample.record.start)) << as_text(sample.bytes);
    ASSERT_TRUE(window_->append(sample.record));
  }

  std::vector<unsigned> poll(Tail& tail) {
    now_ += std::chrono::seconds(2);
    std::vector<unsigned> out;
    for (const Item& item : tail.poll(now_)) {
      EXPECT_EQ(item.stream, "a");
      EXPECT_TRUE(item.init);
      out.push_back(item.record.seq - 1);
    }
    return out;
  }

  std::optional<store::WindowWriter> window_;
  MonotonicTime now_{};
};

TEST_F(TailTest, FirstAllThatIsThereThenWhatIsNew) {
  publish(0);
  publish(1);
  Tail tail("a", folder_);
  EXPECT_THAT(poll(tail), ElementsAre(0, 1));
  EXPECT_THAT(poll(tail), IsEmpty());
  publish(2, "other tracks");
  EXPECT_THAT(poll(tail), ElementsAre(2));
  EXPECT_EQ(tail.missed(), 0U);
}

TEST_F(TailTest, AWindowMayComeAndGo) {
  Tail tail("a", folder_ / "none");
  EXPECT_THAT(poll(tail), IsEmpty());
  EXPECT_FALSE(tail.is_live());
  Tail other("a", folder_);
  publish(0);
  EXPECT_THAT(poll(other), ElementsAre(0));
  window_->remove();
  EXPECT_THAT(poll(other), IsEmpty());
  EXPECT_FALSE(other.is_live());
  open();
  publish(1);
  EXPECT_THAT(poll(other), ElementsAre(1));
}

TEST_F(TailTest, WhatTheWindowDroppedBeforeIsCounted) {
  publish(0);
  Tail tail("a", folder_);
  EXPECT_THAT(poll(tail), ElementsAre(0));
  for (unsigned i = 1; i < 40; ++i) publish(i);
  const auto found = poll(tail);
  ASSERT_FALSE(found.empty());
  EXPECT_GT(found.front(), 1U);
  EXPECT_EQ(tail.missed(), found.front() - 1);
  EXPECT_EQ(found.back(), 39U);
}

}  // namespace
}  // namespace flu::dvr
