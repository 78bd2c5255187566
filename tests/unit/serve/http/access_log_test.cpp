#include "tools/serve/http/access_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

TEST(AccessLog, NothingOfTheClientEndsALine) {
  std::string path = testing::TempDir() + "access_log_test.XXXXXX";
  const UniqueFd made(::mkstemp(path.data()));
  ASSERT_TRUE(made);
  auto log = AccessLog::open(path);
  ASSERT_TRUE(log) << log.error().message;
  Request request;
  request.method_name = "GET";
  request.target = "/a\"\n\x80";
  request.user_agent = "\\x";
  log->add({"::1", &request, 404, 30, std::chrono::milliseconds(7), "hls", "ab-1"},
           WallTime(std::chrono::seconds(784'111'777)));
  log->flush();
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text,
            "::1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a\\x22\\x0a\\x80 HTTP/1.1\" 404 30 \"-\" "
            "\"\\x5cx\" 7 hls ab-1\n");
  ::unlink(path.c_str());
}

TEST(AccessLog, GoesOnInANewFileWhenTheOldWasMoved) {
  std::string path = testing::TempDir() + "access_log_test.XXXXXX";
  const UniqueFd made(::mkstemp(path.data()));
  auto log = AccessLog::open(path);
  ASSERT_TRUE(log) << log.error().message;
  ASSERT_EQ(::rename(path.c_str(), (path + ".1").c_str()), 0);
  log->flush();
  Request request;
  log->add({"::1", &request, 200, 1, std::chrono::milliseconds(1), "", ""}, WallTime());
  log->flush();
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(text.find(" 1 - -\n"), std::string::npos) << text;
  ::unlink(path.c_str());
  ::unlink((path + ".1").c_str());
}

TEST(AccessLog, NoAnswerWaitsForTheDisk) {
  const io::TemporaryFolder folder;
  const std::string path = folder / "access.log";
  Request request;
  {
    auto log = AccessLog::open(path);
    ASSERT_TRUE(log) << log.error().message;
    log->add({"::1", &request, 200, 1, std::chrono::milliseconds(1), "", ""}, WallTime());
    EXPECT_EQ(std::filesystem::file_size(path), 0U);
  }
  EXPECT_GT(std::filesystem::file_size(path), 50U);  // at the end at the latest
}

TEST(AccessLog, AReaderThatStopsCostsLinesAndNoMemory) {
  const io::TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(AccessLog::open(path));  // nobody reads: told at the start
  const UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
  auto log = AccessLog::open(path);
  ASSERT_TRUE(log) << log.error().message;
  Request request;
  request.target = std::string(10'000, 'a');
  constexpr std::size_t kLines = 300;
  for (unsigned i = 0; i < kLines; ++i) {
    log->add({"::1", &request, 200, i, std::chrono::milliseconds(1), "", ""}, WallTime());
  }
  std::string got;
  std::string piece(1 << 20, 0);
  for (ssize_t n = 1; n > 0; log->flush()) {
    n = ::read(reader.get(), piece.data(), piece.size());
    if (n > 0) got.append(piece, 0, static_cast<std::size_t>(n));
  }
  const std::size_t in_pipe = kLogWriteBytes * 2;  // what the first write left there
  EXPECT_LE(got.size(), kMaxLogGathered + in_pipe);
  EXPECT_GE(got.size(), kMaxLogGathered - in_pipe);
  EXPECT_TRUE(got.starts_with("::1 - "));
  EXPECT_TRUE(got.ends_with(" - -\n"));  // whole lines were left out
}

TEST(AccessLog, ABadPathIsToldAtTheStart) {
  EXPECT_FALSE(AccessLog::open("/nowhere/access.log"));
}

}  // namespace
}  // namespace flu::serve
