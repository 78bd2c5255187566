#include "libcommon/config/mpegts_pids.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/config/server_config.h"

namespace flu::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

MpegtsPids pids_of(const std::string& words) {
  const auto loaded = load_config("stream a { url fake://fake; mpegts_pids " + words + "; }");
  EXPECT_FALSE(loaded.diagnostics.has_errors());
  return loaded.server.streams.at(0).serving.mpegts_pids;
}

std::vector<std::string> errors_of(const std::string& words) {
  std::vector<std::string> out;
  const auto loaded = load_config("stream a { url fake://fake; mpegts_pids " + words + "; }");
  for (const auto& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) out.push_back(to_text(diagnostic, "f"));
  }
  return out;
}

TEST(MpegtsPids, AllThreeKindsOfNumbers) {
  EXPECT_EQ(
      pids_of("pmt=4095 sdt=0x12 v1=211 v2=212 a0=220 t0=16#fb"),
      (MpegtsPids{
          {"pmt", 4095}, {"sdt", 0x12}, {"v1", 211}, {"v2", 212}, {"a0", 220}, {"t0", 0xFB}}));
}

TEST(MpegtsPids, ABaseMayBeThePidOfAnother) {
  EXPECT_EQ(pids_of("a0=220 v1=220"), (MpegtsPids{{"a0", 220}, {"v1", 220}}));
}

TEST(MpegtsPids, WhatIsWrongIsSaid) {
  EXPECT_THAT(errors_of("x1=300"), ElementsAre(HasSubstr("expected pmt=, sdt=, v1=")));
  EXPECT_THAT(errors_of("v64=300"), ElementsAre(HasSubstr("expected pmt=")));
  EXPECT_THAT(errors_of("v01=300"), ElementsAre(HasSubstr("expected pmt=")));
  EXPECT_THAT(errors_of(""), ElementsAre(HasSubstr("found nothing")));
  EXPECT_THAT(errors_of("211"), ElementsAre(HasSubstr("expected pmt=")));
  EXPECT_THAT(errors_of("v1=8191"),
              ElementsAre("f:1: mpegts_pids in stream 'a': v1 is from 32 to 8190 (0x20 to 0x1ffe), "
                          "found '8191'"));
  EXPECT_THAT(errors_of("v1=0x"), ElementsAre(HasSubstr("found '0x'")));
  EXPECT_THAT(errors_of("v1=16#xy"), ElementsAre(HasSubstr("found '16#xy'")));
  EXPECT_THAT(errors_of("v0=8160"), ElementsAre(HasSubstr("v0 is from 31 to 8127")));
  EXPECT_THAT(errors_of("v1=300 a1=300"),
              ElementsAre(HasSubstr("v1 and a1 have the same PID, 300")));
  EXPECT_THAT(errors_of("v1=300 v1=301"), ElementsAre(HasSubstr("v1 is given twice")));
}

}  // namespace
}  // namespace flu::config
