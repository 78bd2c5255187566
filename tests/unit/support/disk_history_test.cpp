#include "tests/support/disk_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/log_builder.h"

namespace flu::disk {
namespace {

using testing::HasSubstr;

constexpr std::string_view kAck =
    R"({"type":"event","event":"dvr_new_fragment","media":"a/{b}","utc":1700000000.5,)"
    R"("start90":153000000045000,"seq":7,"size":20480,"data_crc":4026531840,"more":{"x":[1]}})";

TEST(DiskHistory, AnEmptyLogIsRefused) {
  EXPECT_THAT(History::parse({}).error().message, HasSubstr("empty"));
}

TEST(DiskHistory, ALogThatEndsInARecordIsRefused) {
  LogBuilder log;
  const std::size_t start = log.bytes().size();
  log.create(2, "file").write(2, 0, "content").sync(2);
  std::size_t whole = 0;
  for (std::size_t size = start; size < log.bytes().size(); ++size) {
    const auto part = Bytes(log.bytes()).first(size);
    whole += History::parse(Buffer(part.begin(), part.end())) ? 1 : 0;
  }
  EXPECT_EQ(whole, 4U);  // at the four ends of records before the last
}

TEST(DiskHistory, WhatTheModelDoesNotKnowIsRefused) {
  EXPECT_THAT(LogBuilder().add(Op::kUnsupported, 2, "file", 0, 0, "", "mmap").refusal(),
              HasSubstr("mmap of 'file'"));
  EXPECT_THAT(LogBuilder().write(9, 0, "x").refusal(), HasSubstr("inode 9"));
  EXPECT_THAT(LogBuilder().create(2, "folder/file").refusal(), HasSubstr("folder/file"));
  EXPECT_THAT(LogBuilder().create(2, "a").unlink(2, "b").refusal(), HasSubstr("'b'"));
  EXPECT_THAT(LogBuilder().create(2, "a").create(2, "b").refusal(), HasSubstr("still there"));
  EXPECT_THAT(LogBuilder().add(Op::kStart, 5, "/other").refusal(), HasSubstr("another root"));
}

TEST(DiskHistory, ARootThatWasNotEmptyIsRefused) {
  Buffer log = LogBuilder().bytes();
  LogHeader header;
  std::memcpy(&header, log.data(), sizeof header);
  header.offset = 3;
  std::memcpy(log.data(), &header, sizeof header);
  EXPECT_THAT(History::parse(log).error().message, HasSubstr("3 entries"));
}

TEST(DiskHistory, AnInodeIsUsedAgain) {
  const History history = LogBuilder().create(2, "a").unlink(2, "a").create(2, "b").history();
  EXPECT_EQ(history.objects().size(), 3U);
}

TEST(DiskHistory, AcknowledgementsAreReadWhateverStandsAroundThem) {
  const std::string line(kAck);
  const History history = LogBuilder()
                              .say(line + "\n")
                              .create(2, "file")
                              .say("flu-dvr: {odd} \"" + line + "\" tail}\nsomething else\n" + line)
                              .history();
  ASSERT_EQ(history.acks().size(), 3U);
  const Ack& ack = history.acks()[1];
  EXPECT_EQ(ack.media, "a/{b}");
  EXPECT_EQ(ack.utc, 1700000000.5);
  EXPECT_EQ(ack.start90, 153000000045000);
  EXPECT_EQ(ack.seq, 7U);
  EXPECT_EQ(ack.size, 20480U);
  EXPECT_EQ(ack.data_crc, 4026531840U);
  EXPECT_EQ(history.acks_before(1).size(), 0U);
  EXPECT_EQ(history.acks_before(2).size(), 1U);
  EXPECT_EQ(history.acks_before(3).size(), 1U);
  EXPECT_EQ(history.acks_before(4).size(), 3U);
}

TEST(DiskHistory, AnAcknowledgementThatCannotBeReadIsAnError) {
  EXPECT_THAT(LogBuilder().say("{\"event\":\"dvr_new_fragment\"").refusal(),
              HasSubstr("no acknowledgement can be read"));
  EXPECT_THAT(LogBuilder().say(R"({"event":"dvr_new_fragment","media":"a"})").refusal(),
              HasSubstr("lacks"));
}

TEST(DiskHistory, SyncsThatSaidYesAreCounted) {
  const History history =
      LogBuilder().create(2, "a").sync(2).sync(0).fail_sync(2).sync(2, kLied).history();
  EXPECT_EQ(history.sync_count(), 3U);
}

}  // namespace
}  // namespace flu::disk
