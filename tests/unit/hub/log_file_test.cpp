#include "tools/segment/log_file.h"

#include <unistd.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libcommon/io/file.h"

namespace flu::hub {
namespace {

Buffer box(std::string_view type, std::size_t payload) {
  Buffer out = {0, 0, 0, static_cast<std::uint8_t>(8 + payload)};
  append(out, as_bytes(type));
  out.insert(out.end(), payload, 0xAA);
  return out;
}

class LogFileTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "log." + std::to_string(::getpid());
    log_ = *LogFile::create(path_, 1);
    log_->append(box("ftyp", 12), {});
    log_->end_head();
    for (int i = 0; i < 4; ++i) {
      if (i % 2 == 0) log_->mark_key();
      log_->append(box("moof", 20), mdat_);
    }
    ASSERT_TRUE(log_->flush());
  }
  void TearDown() override { ::unlink(path_.c_str()); }

  const Buffer mdat_ = box("mdat", 32);
  std::string path_;
  std::shared_ptr<LogFile> log_;
};

TEST_F(LogFileTest, SaysWhereThePayloadLies) {
  const std::uint64_t before = log_->size();
  EXPECT_EQ(log_->append(box("moof", 4), mdat_), before + 12);
  EXPECT_EQ(log_->size(), before + 12 + 40);
  EXPECT_EQ(log_->written(), before);
  ASSERT_TRUE(log_->flush());
  EXPECT_EQ(log_->written(), log_->size());
}

TEST_F(LogFileTest, ReadsWhatIsWrittenAndWhatIsHeldAlike) {
  const std::uint64_t before = log_->size();
  const Buffer payload = {1, 2, 3, 4, 5, 6};
  log_->append(Buffer{0xA, 0xB}, payload);
  ASSERT_TRUE(log_->flush());
  const std::uint64_t at = log_->append(Buffer{0xC}, payload);
  EXPECT_FALSE(log_->held(before, 4));
  EXPECT_EQ(log_->held(at, 6)->front(), 1);
  EXPECT_FALSE(log_->held(at, 7));
  Buffer got(15);
  ASSERT_TRUE(log_->read(before, got));
  EXPECT_EQ(got, (Buffer{0xA, 0xB, 1, 2, 3, 4, 5, 6, 0xC, 1, 2, 3, 4, 5, 6}));
  Buffer more(16);
  EXPECT_FALSE(log_->read(before, more));
}

TEST_F(LogFileTest, WritesManyFragmentsAsTheyCame) {
  Buffer wanted;
  std::vector<Buffer> payloads;
  for (int i = 0; i < 2000; ++i) payloads.emplace_back(i % 7, static_cast<std::uint8_t>(i));
  const std::uint64_t before = log_->size();
  for (int i = 0; i < 2000; ++i) {
    const Buffer header = {static_cast<std::uint8_t>(i), 0xFF};
    log_->append(header, payloads[static_cast<std::size_t>(i)]);
    append(wanted, header);
    append(wanted, payloads[static_cast<std::size_t>(i)]);
  }
  ASSERT_TRUE(log_->flush());
  EXPECT_EQ(*io::pread_up_to(log_->fd(), wanted.size() + 1, before, path_), wanted);
}

TEST_F(LogFileTest, FindsTheNextPlaceWhereAFragmentBegins) {
  // Head 20 bytes, then fragments of 28 + 40.
  EXPECT_EQ(*log_->next_boundary(0), 20U);
  EXPECT_EQ(*log_->next_boundary(20), 20U);
  EXPECT_EQ(*log_->next_boundary(21), 88U);
  EXPECT_EQ(*log_->next_boundary(60), 88U);
  EXPECT_EQ(*log_->next_boundary(88), 88U);
  EXPECT_EQ(*log_->next_boundary(89), 156U);
  EXPECT_EQ(*log_->next_boundary(170), 224U);
  EXPECT_EQ(*log_->next_boundary(log_->size()), log_->size());
}

TEST_F(LogFileTest, OpensWhatAnEarlierHubLeft) {
  const auto other = LogFile::open(path_);
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->size(), log_->size());
  EXPECT_FALSE(LogFile::open(path_ + ".none"));
}

TEST_F(LogFileTest, AFailedWriteChangesNothing) {
  const auto readable = LogFile::open(path_);  // read-only: every write fails
  ASSERT_TRUE(readable);
  const std::uint64_t before = (*readable)->size();
  (*readable)->append(box("moof", 4), {});
  EXPECT_FALSE((*readable)->flush());
  EXPECT_EQ((*readable)->written(), before);
  (*readable)->give_up_held();
  EXPECT_EQ((*readable)->size(), before);
  EXPECT_TRUE((*readable)->flush());
}

}  // namespace
}  // namespace flu::hub
