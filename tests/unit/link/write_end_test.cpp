#include "libcommon/link/write_end.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>

#include "libcommon/base/bytes.h"

namespace flu::link {
namespace {

struct Ends {
  UniqueFd read;
  UniqueFd write;
};

Ends make_pipe() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<std::size_t> write_some(WriteEnd& end, Buffer& bytes) {
  iovec part{bytes.data(), bytes.size()};
  return end.write({&part, 1});
}

bool is_blocking(int fd) {
  return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

TEST(WriteEnd, NeverBlocksAndLeavesASharedPipeBlocking) {
  Ends ends = make_pipe();
  const int shared = ::dup(ends.write.get());
  WriteEnd end(std::move(ends.write), "pipe");
  Buffer bytes(1 << 20);
  EXPECT_GT(write_some(end, bytes).value(), 0U);
  EXPECT_EQ(write_some(end, bytes).value(), 0U);  // full
  EXPECT_TRUE(is_blocking(shared));
  static_cast<void>(::close(shared));
}

TEST(WriteEnd, ClosedReaderIsACleanEnd) {
  ::signal(SIGPIPE, SIG_IGN);
  Ends ends = make_pipe();
  WriteEnd end(std::move(ends.write), "pipe");
  ends.read.reset();
  Buffer bytes(10);
  const auto done = write_some(end, bytes);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(done.error().message, "pipe: closed by its reader");
}

TEST(WriteEnd, WritesSocketsWithoutChangingThem) {
  std::array<int, 2> fds{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  UniqueFd peer(fds[1]);
  WriteEnd end(UniqueFd{fds[0]}, "socket");
  Buffer bytes(1 << 20);
  EXPECT_GT(write_some(end, bytes).value(), 0U);
  EXPECT_EQ(write_some(end, bytes).value(), 0U);
  EXPECT_TRUE(is_blocking(end.fd()));
  peer.reset();
  EXPECT_EQ(write_some(end, bytes).error().code, ErrorCode::kCancelled);
}

TEST(WriteEnd, KeepsAFilesPosition) {
  std::string path = testing::TempDir() + "write_end_XXXXXX";
  UniqueFd file(::mkstemp(path.data()));
  ASSERT_TRUE(file);
  ASSERT_EQ(::write(file.get(), "abc", 3), 3);
  WriteEnd end(UniqueFd(::dup(file.get())), "file");
  EXPECT_TRUE(end.is_file());
  Buffer bytes{'d'};
  EXPECT_EQ(write_some(end, bytes).value(), 1U);
  std::array<char, 8> read{};
  EXPECT_EQ(::pread(file.get(), read.data(), read.size(), 0), 4);
  EXPECT_STREQ(read.data(), "abcd");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace flu::link
