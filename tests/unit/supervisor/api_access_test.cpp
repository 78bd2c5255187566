#include "tools/supervisor/api_access.h"

#include <gtest/gtest.h>

namespace flu::supervisor {
namespace {

constexpr const char* kGood = "Basic YWRtaW46YTpi";   // admin, a:b
constexpr const char* kWrong = "Basic YWRtaW46YQ==";  // admin, a

unsigned status_of(const config::ServerConfig& server, const Asker& asker) {
  const auto refusal = refuse_change(server, asker);
  if (!refusal) return 200;
  EXPECT_FALSE(refusal->reason.empty());
  return refusal->status;
}

config::ServerConfig with_login() {
  config::ServerConfig server;
  server.edit_auth = config::Login{"admin", "a:b"};
  return server;
}

TEST(ApiAccess, TheLoginOpensFromAnywhere) {
  EXPECT_EQ(status_of(with_login(), {kGood, "10.0.0.1", true, false}), 200U);
  EXPECT_EQ(status_of(with_login(), {kWrong, "127.0.0.1", false, false}), 401U);
  EXPECT_EQ(status_of(with_login(), {"", "127.0.0.1", false, false}), 401U);
  EXPECT_EQ(status_of(with_login(), {"Bearer x", "127.0.0.1", false, false}), 401U);
}

TEST(ApiAccess, TheLoginForReadingChangesNothing) {
  auto server = with_login();
  server.view_auth = config::Login{"admin", "a"};
  EXPECT_EQ(status_of(server, {kWrong, "127.0.0.1", false, false}), 401U);
}

TEST(ApiAccess, WithoutALoginOnlyFromThisMachine) {
  const config::ServerConfig open;
  EXPECT_EQ(status_of(open, {"", "127.0.0.1", false, false}), 200U);
  EXPECT_EQ(status_of(open, {"", "::1", false, false}), 200U);
  EXPECT_EQ(status_of(open, {"", "::ffff:127.0.0.1", false, false}), 200U);
  EXPECT_EQ(status_of(open, {"", "192.168.0.1", false, false}), 403U);
  EXPECT_EQ(status_of(open, {kGood, "192.168.0.1", false, false}), 403U);
  EXPECT_EQ(status_of(open, {"", "127.0.0.1", true, false}), 403U);
  EXPECT_EQ(status_of(open, {"", "", false, false}), 403U);
}

TEST(ApiAccess, PagesOfOtherSitesChangeNothing) {
  EXPECT_EQ(status_of(with_login(), {kGood, "127.0.0.1", true, true}), 403U);
}

TEST(ApiAccess, KnowsThisMachine) {
  EXPECT_TRUE(is_loopback("127.8.9.1"));
  EXPECT_FALSE(is_loopback("128.0.0.1"));
  EXPECT_FALSE(is_loopback("::"));
  EXPECT_FALSE(is_loopback("::ffff:10.0.0.1"));
}

}  // namespace
}  // namespace flu::supervisor
