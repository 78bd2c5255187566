#include "tools/dvr/record/suspects.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

class SuspectsTest : public ::testing::Test {
 protected:
  SuspectsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "flu-suspects.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    file_ = folder_ / "suspect";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string file_;
};

TEST_F(SuspectsTest, TheSecondDeathSetsAStreamAside) {
  for (int death = 0; death < 2; ++death) {
    Suspects suspects(file_);
    EXPECT_FALSE(suspects.is_set_aside("a/b")) << death;
    suspects.begin("a/b");  // and the process is gone
  }
  const Suspects suspects(file_);
  EXPECT_TRUE(suspects.is_set_aside("a/b"));
  EXPECT_FALSE(suspects.is_set_aside("c"));
}

TEST_F(SuspectsTest, WhatWentWellIsNoSuspect) {
  {
    Suspects suspects(file_);
    suspects.begin("a");
    suspects.end("a");
  }
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(SuspectsTest, AnythingElseInTheFileIsNothing) {
  for (const char* text : {"", "2", "2 a b", "x a", "2 ../a", "-1 a"}) {
    std::ofstream(file_) << text;
    EXPECT_FALSE(Suspects(file_).is_set_aside("a")) << text;
  }
}

}  // namespace
}  // namespace flu::dvr
