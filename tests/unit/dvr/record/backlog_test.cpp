#include "tools/dvr/record/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Item item(const std::string& stream, unsigned seq) {
  Item out;
  out.stream = stream;
  out.record.seq = seq;
  out.record.size = 100;
  out.record.duration = 10;
  return out;
}

std::vector<std::uint32_t> numbers(const std::vector<Item>& items) {
  std::vector<std::uint32_t> out;
  for (const Item& each : items) out.push_back(each.record.seq);
  return out;
}

TEST(Backlog, GivesWhatItWasGivenInOrder) {
  Backlog backlog({1000, 1000});
  for (unsigned i = 1; i <= 3; ++i) backlog.add(item("a", i));
  auto taken = backlog.take({});
  EXPECT_THAT(numbers(taken), ElementsAre(1, 2, 3));
  EXPECT_EQ(backlog.bytes(), 300U) << "until they are done";
  for (const Item& each : taken) backlog.done(each);
  EXPECT_EQ(backlog.bytes(), 0U);
}

TEST(Backlog, WhatFailedStandsBeforeWhatCameMeanwhile) {
  Backlog backlog({1000, 1000});
  backlog.add(item("a", 1));
  auto taken = backlog.take({});
  backlog.add(item("a", 2));
  backlog.back(std::move(taken));
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(1, 2));
}

TEST(Backlog, AStreamThatWaitsHoldsUpNoOther) {
  Backlog backlog({1000, 1000});
  backlog.add(item("a", 1));
  backlog.add(item("b", 2));
  EXPECT_THAT(numbers(backlog.take({"a"})), ElementsAre(2));
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(1));
}

TEST(Backlog, TheOldestAreGivenUpBeyondTheBytesOfAll) {
  Backlog backlog({250, 1000});
  backlog.add(item("a", 1));
  backlog.add(item("b", 2));
  backlog.add(item("b", 3));
  EXPECT_EQ(backlog.bytes(), 200U);
  EXPECT_THAT(backlog.take_given_up(), ElementsAre(Pair("a", 1)));
  EXPECT_THAT(backlog.take_given_up(), IsEmpty());
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(2, 3));
}

TEST(Backlog, AStreamGivesUpItsOwnOldest) {
  Backlog backlog({100'000, 25});
  backlog.add(item("b", 9));
  for (unsigned i = 1; i <= 4; ++i) backlog.add(item("a", i));
  EXPECT_THAT(backlog.take_given_up(), ElementsAre(Pair("a", 2)));
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(9, 3, 4));
}

TEST(Backlog, WhatIsBeingWrittenCountsButStays) {
  Backlog backlog({100'000, 25});
  backlog.add(item("a", 1));
  backlog.add(item("a", 2));
  auto taken = backlog.take({});
  backlog.add(item("a", 3));
  backlog.add(item("a", 4));
  EXPECT_THAT(backlog.take_given_up(), ElementsAre(Pair("a", 1)));
  backlog.back(std::move(taken));
  EXPECT_THAT(backlog.take_given_up(), ElementsAre(Pair("a", 1)));
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(2, 4));
}

TEST(Backlog, AStreamIsDropped) {
  Backlog backlog({1000, 1000});
  backlog.add(item("a", 1));
  backlog.add(item("b", 2));
  backlog.drop("a");
  EXPECT_EQ(backlog.bytes(), 100U);
  EXPECT_THAT(numbers(backlog.take({})), ElementsAre(2));
}

}  // namespace
}  // namespace flu::dvr
