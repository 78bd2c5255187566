#include "tools/serve/http/access_log.h"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

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
  log->add({"::1", &request, 404, 30, std::chrono::milliseconds(7)},
           WallTime(std::chrono::seconds(784'111'777)));
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text,
            "::1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a\\x22\\x0a\\x80 HTTP/1.1\" 404 30 \"-\" "
            "\"\\x5cx\" 7\n");
  ::unlink(path.c_str());
}

TEST(AccessLog, ABadPathIsToldAtTheStart) {
  EXPECT_FALSE(AccessLog::open("/nowhere/access.log"));
}

}  // namespace
}  // namespace flu::serve
