#include "libcommon/config/network.h"

#include <gtest/gtest.h>

namespace flu::config {
namespace {

TEST(Network, ShorthandFillsWithZeros) {
  EXPECT_EQ(parse_network("10/8")->to_text(), "10.0.0.0/8");
  EXPECT_EQ(parse_network("192.168/16")->to_text(), "192.168.0.0/16");
  EXPECT_EQ(parse_network("172.16/24")->to_text(), "172.16.0.0/24");
  EXPECT_EQ(parse_network("10.0.0.0/8")->to_text(), "10.0.0.0/8");
  EXPECT_EQ(parse_network("1.2.3.4")->to_text(), "1.2.3.4/32");
  EXPECT_EQ(parse_network("0/0")->to_text(), "0.0.0.0/0");
}

TEST(Network, ContainsItsAddressesOnly) {
  const Network network = parse_network("10.10/16").value();
  EXPECT_TRUE(network.contains(parse_ipv4("10.10.255.1").value()));
  EXPECT_FALSE(network.contains(parse_ipv4("10.11.0.0").value()));
  EXPECT_TRUE(parse_network("0/0")->contains(0xFFFFFFFF));
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* text : {"", "10", "10.0", "256.0.0.1", "1.2.3.4.5", "1.2.3.4/33", "a/8",
                           "1..2/8", "1.2.3.4/", "/8", "1.2.3.0001", "-1/8"}) {
    EXPECT_FALSE(parse_network(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace flu::config
