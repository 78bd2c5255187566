#include "libcommon/io/beneath.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"

namespace flu::io {
namespace {

namespace fs = std::filesystem;

class BeneathTest : public testing::Test {
 protected:
  BeneathTest() {
    fs::create_directories(root_ + "/sub");
    EXPECT_TRUE(replace_file(root_ + "/sub/logo.png", Buffer{1, 2}));
    EXPECT_TRUE(replace_file(dir_ / "secret", Buffer{3}));
  }

  TemporaryFolder dir_;
  std::string root_ = dir_ / "www";
};

TEST_F(BeneathTest, OpensFilesOfTheFolder) {
  const auto file = open_beneath(root_, "sub/logo.png");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*pread_up_to(file->get(), 10, 0, "logo"), (Buffer{1, 2}));
  EXPECT_TRUE(open_beneath(root_, "sub/../sub/logo.png"));
}

TEST_F(BeneathTest, NothingLeadsOut) {
  fs::create_symlink("../secret", root_ + "/link");
  fs::create_symlink(dir_ / "secret", root_ + "/absolute");
  for (const std::string& path :
       {std::string("../secret"), std::string("sub/../../secret"), dir_ / "secret",
        std::string("link"), std::string("absolute"), std::string("/etc/passwd")}) {
    EXPECT_FALSE(open_beneath(root_, path)) << path;
  }
}

TEST_F(BeneathTest, WhatIsNoFileIsRefused) {
  EXPECT_FALSE(open_beneath(root_, "sub"));
  EXPECT_FALSE(open_beneath(root_, "."));
  EXPECT_FALSE(open_beneath(root_, ""));
  EXPECT_EQ(open_beneath(root_, "nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(open_beneath(root_ + "x", "logo.png").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace flu::io
