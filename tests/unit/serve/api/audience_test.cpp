#include "tools/serve/api/audience.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

void ask(Audience& audience, const char* stream, const char* client, unsigned status = 200) {
  const auto account = audience.open(stream, client, false);
  account->answered(status);
  account->sent(1000);
}

TEST(Audience, AClientCountsOnceUntilItIsGone) {
  Audience audience;
  ask(audience, "a", "one");
  ask(audience, "a", "one");
  ask(audience, "a", "two");
  const MonotonicTime now = monotonic_now();
  EXPECT_EQ(audience.clients("a", now), 2U);
  EXPECT_EQ(audience.clients("b", now), 0U);
  EXPECT_EQ(audience.clients("a", now + kClientMemory + seconds(1)), 0U);
}

TEST(Audience, OneThatStaysCountsWhileItDoes) {
  Audience audience;
  auto account = audience.open("a", "one", true);
  account->answered(200);
  const MonotonicTime later = monotonic_now() + seconds(1000);
  EXPECT_EQ(audience.clients("a", later), 1U);
  account.reset();
  EXPECT_EQ(audience.clients("a", later), 0U);
}

TEST(Audience, NamesThatAreNotThereTakeNoMemory) {
  Audience audience;
  ask(audience, "nothing", "one", 404);
  EXPECT_TRUE(audience.take_changes(monotonic_now()).empty());
}

TEST(Audience, TellsWhatChangedOnce) {
  Audience audience;
  ask(audience, "a", "one");
  const MonotonicTime now = monotonic_now();
  const auto changes = audience.take_changes(now);
  ASSERT_TRUE(changes.contains("a"));
  EXPECT_EQ(changes["a"][0], 1);
  EXPECT_EQ(changes["a"][1], 1000);
  EXPECT_GT(changes["a"][2], 0);
  EXPECT_TRUE(audience.take_changes(now).empty());
  EXPECT_EQ(audience.take_changes(now + kClientMemory + seconds(1))["a"][0], 0);
}

TEST(Audience, ManyStreamsAreToldInParts) {
  Audience audience;
  for (std::size_t i = 0; i < kAudienceReport + 5; ++i) {
    ask(audience, ("s" + std::to_string(i)).c_str(), "one");
  }
  const MonotonicTime now = monotonic_now();
  EXPECT_EQ(audience.take_changes(now).size(), kAudienceReport);
  EXPECT_EQ(audience.take_changes(now).size(), 5U);
  EXPECT_TRUE(audience.take_changes(now).empty());
}

TEST(Audience, AConnectionMayOutliveIt) {
  std::shared_ptr<Account> account;
  {
    Audience audience;
    account = audience.open("a", "one", true);
    account->answered(200);
  }
  account->sent(5);
}

}  // namespace
}  // namespace flu::serve
