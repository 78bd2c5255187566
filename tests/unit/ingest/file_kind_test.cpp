#include "tools/ingest/file_kind.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

FileKind kind(std::string_view head) {
  return kind_of_file(as_bytes(head));
}

TEST(FileKind, ContainersAreToldByTheirFirstBytes) {
  EXPECT_EQ(kind(std::string_view("\0\0\0\x18"
                                  "ftypisom",
                                  12)),
            FileKind::kForeign);
  EXPECT_EQ(kind("FLV\x01"), FileKind::kForeign);
  EXPECT_EQ(kind("\x1A\x45\xDF\xA3"), FileKind::kForeign);
  EXPECT_EQ(kind("ID3"), FileKind::kForeign);
  EXPECT_EQ(kind("\xFF\xFB\x90"), FileKind::kForeign);
  EXPECT_EQ(kind(std::string_view("\0\0\1\xBA", 4)), FileKind::kForeign);
}

TEST(FileKind, WhatCannotBeToldIsOurs) {
  EXPECT_EQ(kind(""), FileKind::kTransport);
  EXPECT_EQ(kind("hello, this is a text"), FileKind::kTransport);
  std::string ts;
  for (int i = 0; i < 6; ++i) ts += "\x47" + std::string(187, 'x');
  EXPECT_EQ(kind(ts), FileKind::kTransport);
}

class SourceFile : public testing::Test {
 protected:
  SourceFile() {
    EXPECT_NE(::mkdtemp(root_.data()), nullptr);
    for (const char* name : {"/one", "/two", "/two/sub"}) ::mkdir((root_ + name).c_str(), 0700);
    std::ofstream(root_ + "/secret.mp4") << "secret";
    std::ofstream(root_ + "/two/a.mp4") << "two";
    std::ofstream(root_ + "/two/sub/b.mp4") << "sub";
    EXPECT_EQ(::symlink("../secret.mp4", (root_ + "/two/out.mp4").c_str()), 0);
    EXPECT_EQ(::symlink("sub/b.mp4", (root_ + "/two/in.mp4").c_str()), 0);
  }
  ~SourceFile() override { EXPECT_EQ(std::system(("rm -rf " + root_).c_str()), 0); }

  Result<std::string> read(const std::string& path) {
    SourceUrl url;
    url.text = "file://vod/" + path;
    url.path = path;
    url.directories = {root_ + "/missing", root_ + "/one", root_ + "/two"};
    FLU_TRY_ASSIGN(const UniqueFd fd, open_source_file(url));
    char part[16] = {};
    const ssize_t got = ::read(fd.get(), part, sizeof part);
    return std::string(part, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }

  std::string root_ = "/tmp/flu-location.XXXXXX";
};

TEST_F(SourceFile, FirstDirectoryThatHasIt) {
  EXPECT_EQ(*read("a.mp4"), "two");
  EXPECT_EQ(*read("sub/b.mp4"), "sub");
}

TEST_F(SourceFile, LinkMayLeadWithinButNotOut) {
  EXPECT_EQ(*read("in.mp4"), "sub");
  ASSERT_FALSE(read("out.mp4"));
  EXPECT_EQ(read("out.mp4").error().code, ErrorCode::kDenied);
  EXPECT_FALSE(read("../secret.mp4"));
}

TEST_F(SourceFile, MissingFileIsNamedWithItsLocation) {
  ASSERT_FALSE(read("nope.mp4"));
  EXPECT_EQ(read("nope.mp4").error().code, ErrorCode::kNotFound);
  EXPECT_NE(read("nope.mp4").error().message.find("file://vod/nope.mp4"), std::string::npos);
}

}  // namespace
}  // namespace flu::ingest
