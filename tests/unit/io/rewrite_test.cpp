#include "libcommon/io/rewrite.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"

namespace flu::io {
namespace {

std::string content_of(const std::string& path) {
  const auto content = read_file(path, 1000);
  return content ? std::string(as_text(*content)) : content.error().message;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

TEST(RewriteFile, KeepsTheMode) {
  const TemporaryFolder folder;
  const std::string path = folder / "flu.conf";
  ASSERT_TRUE(replace_file(path, as_bytes("old")));
  ASSERT_EQ(::chmod(path.c_str(), 0604), 0);
  ASSERT_TRUE(rewrite_file(path, as_bytes("new")));
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(mode_of(path), 0604U);
}

TEST(RewriteFile, FollowsSymbolicLinks) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "real"));
  ASSERT_TRUE(replace_file(folder / "real/flu.conf", as_bytes("old")));
  const std::string link = folder / "link.conf";
  std::filesystem::create_symlink("real/flu.conf", link);
  ASSERT_TRUE(rewrite_file(link, as_bytes("new")));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(content_of(folder / "real/flu.conf"), "new");
}

TEST(RewriteFile, LeavesNothingBeside) {
  const TemporaryFolder folder;
  const std::string path = folder / "flu.conf";
  ASSERT_TRUE(replace_file(path, as_bytes("old")));
  ASSERT_TRUE(replace_file(folder / ".flu.conf.new", as_bytes("of one that was killed")));
  ASSERT_TRUE(rewrite_file(path, as_bytes("new")));
  EXPECT_FALSE(std::filesystem::exists(folder / ".flu.conf.new"));
}

TEST(RewriteFile, WhatIsNotThereOrNoFileIsRefused) {
  const TemporaryFolder folder;
  EXPECT_FALSE(rewrite_file(folder / "none", as_bytes("x")));
  ASSERT_TRUE(make_directories(folder / "directory"));
  EXPECT_FALSE(rewrite_file(folder / "directory", as_bytes("x")));
}

}  // namespace
}  // namespace flu::io
