#include "libcommon/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"

namespace flu::io {
namespace {

using testing::HasSubstr;

Buffer bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(File, IsReplacedAsAWhole) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  ASSERT_TRUE(replace_file(path, bytes("old")));
  ASSERT_TRUE(replace_file(path, bytes("new text")));
  EXPECT_EQ(read_file(path, 100), bytes("new text"));
  EXPECT_EQ(read_file(path + ".new", 100).error().code, ErrorCode::kNotFound);
}

TEST(File, ReadingStopsAtTheLimit) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  ASSERT_TRUE(replace_file(path, Buffer(1000, 7)));
  EXPECT_EQ(read_file(path, 1000)->size(), 1000U);
  const auto refused = read_file(path, 999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(refused.error().message, HasSubstr("larger than 999 bytes"));
}

TEST(File, IsNotNewerThanNow) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  EXPECT_EQ(modified_at(path), std::nullopt);
  const WallTime before = wall_now();
  ASSERT_TRUE(replace_file(path, bytes("text")));
  const auto time = modified_at(path);
  ASSERT_TRUE(time);
  EXPECT_GE(*time, before - std::chrono::seconds(1));  // the kernel's clock is a coarse one
  EXPECT_LE(*time, wall_now());
  const std::array<timespec, 2> later{timespec{4'000'000'000, 0}, timespec{4'000'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), later.data(), 0), 0);
  const auto clamped = modified_at(path);  // before the clock is read again
  ASSERT_TRUE(clamped);
  EXPECT_LE(*clamped, wall_now());
}

TEST(File, ErrorsNameTheFile) {
  const auto refused = open_file("/nowhere/at/all", O_RDONLY);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "open /nowhere/at/all: no such file or directory");
}

TEST(File, IsWrittenAndReadAtAnOffset) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const auto fd = open_file(path, O_RDWR | O_CREAT);
  ASSERT_TRUE(fd);
  ASSERT_TRUE(write_all(fd->get(), bytes("0123456789"), path));
  ASSERT_TRUE(pwrite_all(fd->get(), bytes("abc"), 4, path));
  EXPECT_EQ(pread_up_to(fd->get(), 5, 3, path), bytes("3abc7"));
  EXPECT_EQ(pread_up_to(fd->get(), 100, 8, path), bytes("89"));
  EXPECT_EQ(pread_up_to(fd->get(), 100, 50, path), Buffer{});
}

TEST(File, DirectoriesAreMadeOnTheWay) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "a/b/c"));
  ASSERT_TRUE(make_directories(folder / "a/b/c"));
  ASSERT_TRUE(replace_file(folder / "a/file", {}));
  EXPECT_FALSE(make_directories(folder / "a/file/d"));
}

}  // namespace
}  // namespace flu::io
