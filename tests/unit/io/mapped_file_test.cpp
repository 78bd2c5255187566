#include "libcommon/io/mapped_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"

namespace flu::io {
namespace {

TEST(MappedFile, StaysWhenTheFileIsRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  ASSERT_TRUE(replace_file(path, as_bytes("0123456789")));
  auto fd = open_file(path, O_RDONLY);
  ASSERT_TRUE(fd);
  auto mapped = MappedFile::map(fd->get(), 4, "a");
  ASSERT_TRUE(mapped) << mapped.error().message;
  ::unlink(path.c_str());
  fd->reset();
  const MappedFile moved = std::move(*mapped);
  EXPECT_EQ(as_text(moved.bytes()), "0123");
}

TEST(MappedFile, OneThatIsTooShortIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(replace_file(folder / "a", as_bytes("0123")));
  const auto fd = open_file(folder / "a", O_RDONLY);
  ASSERT_TRUE(fd);
  EXPECT_EQ(MappedFile::map(fd->get(), 5, "a").error().message, "a: 4 bytes, expected 5");
  EXPECT_TRUE(MappedFile::map(fd->get(), 0, "a")->bytes().empty());
}

}  // namespace
}  // namespace flu::io
