#include "tools/serve/tls/ticket_secret.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using std::chrono::hours;

const MonotonicTime kStart{hours(24)};

TEST(TicketSecret, AllWhoHaveItChangeItAlike) {
  TicketSecret one({1, 2, 3}, kStart);
  TicketSecret two = one;
  EXPECT_FALSE(one.advance(kStart + hours(11)));
  EXPECT_EQ(one.key(), two.key());
  EXPECT_TRUE(one.advance(kStart + hours(12)));
  EXPECT_NE(one.key(), two.key());
  EXPECT_TRUE(one.advance(kStart + hours(24)));
  EXPECT_TRUE(two.advance(kStart + hours(35)));  // one that slept
  EXPECT_EQ(one.key(), two.key());
}

TEST(TicketSecret, NoTwoServersHaveTheSame) {
  EXPECT_NE(TicketSecret::make_random(kStart).key(), TicketSecret::make_random(kStart).key());
}

TEST(TicketSecret, TheWholeKeyIsMadeOfIt) {
  const io::TlsTicketKey key = TicketSecret({1}, kStart).key();
  const io::TlsTicketKey other = TicketSecret({2}, kStart).key();
  for (std::size_t part = 0; part < key.size(); part += 16) {
    EXPECT_FALSE(std::equal(key.begin() + part, key.begin() + part + 16, other.begin() + part));
  }
}

}  // namespace
}  // namespace flu::serve
