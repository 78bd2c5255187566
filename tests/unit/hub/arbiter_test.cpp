#include "tools/segment/arbiter.h"

#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using container::ProducerClass;

TEST(MayTakeOver, FollowsTheTableOfClassesAndStarts) {
  struct Case {
    const char* what;
    Claim playing;
    bool is_silent;
    Claim candidate;
    bool may;
  };
  const Case cases[] = {
      {"higher class, older",
       {ProducerClass::kBackup, 9},
       false,
       {ProducerClass::kSource, 1},
       true},
      {"higher class, newer",
       {ProducerClass::kSource, 1},
       false,
       {ProducerClass::kPublisher, 2},
       true},
      {"lower class, newer",
       {ProducerClass::kSource, 1},
       false,
       {ProducerClass::kBackup, 2},
       false},
      {"lower class, silent",
       {ProducerClass::kPublisher, 1},
       true,
       {ProducerClass::kSource, 2},
       false},
      {"newer source", {ProducerClass::kSource, 1}, false, {ProducerClass::kSource, 2}, true},
      {"older source", {ProducerClass::kSource, 2}, false, {ProducerClass::kSource, 1}, false},
      {"the same source again",
       {ProducerClass::kSource, 2},
       false,
       {ProducerClass::kSource, 2},
       true},
      {"newer backup", {ProducerClass::kBackup, 1}, false, {ProducerClass::kBackup, 2}, true},
      {"publisher talks",
       {ProducerClass::kPublisher, 1},
       false,
       {ProducerClass::kPublisher, 2},
       false},
      {"publisher silent",
       {ProducerClass::kPublisher, 1},
       true,
       {ProducerClass::kPublisher, 2},
       true},
      {"older publisher",
       {ProducerClass::kPublisher, 2},
       true,
       {ProducerClass::kPublisher, 1},
       false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(may_take_over(one.playing, one.is_silent, one.candidate), one.may) << one.what;
  }
}

}  // namespace
}  // namespace flu::hub
