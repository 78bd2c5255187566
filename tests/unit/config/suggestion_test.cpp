#include "libcommon/config/suggestion.h"

#include <gtest/gtest.h>

namespace flu::config {
namespace {

TEST(Suggestion, FindsTheSlipOfAFinger) {
  EXPECT_EQ(nearest("segmnets", {"segment_count", "segments", "static"}), "segments");
  EXPECT_EQ(nearest("ulr", {"url", "urls", "udp"}), "url");
  EXPECT_EQ(nearest("clents_timeout", {"clients_timeout", "client_timeout"}), "clients_timeout");
}

TEST(Suggestion, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("zebra", {"url", "segments"}), "");
  EXPECT_EQ(nearest("", {"url"}), "");
  EXPECT_EQ(nearest(std::string(1000, 'a'), {"url"}), "");
  EXPECT_EQ(did_you_mean("zebra", {"url"}), "");
}

}  // namespace
}  // namespace flu::config
