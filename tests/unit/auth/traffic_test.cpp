#include "tools/auth/traffic.h"

#include <chrono>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::auth {
namespace {

using nlohmann::json;

// As it comes over a socket.
json parsed(const json& value) {
  return json::parse(value.dump());
}

const MonotonicTime kOnce = MonotonicTime{} + std::chrono::seconds(1);

TEST(Traffic, AddsUpTheWorkers) {
  Traffic traffic;
  traffic.add(0, parsed({{"a", {100, 5000}}}));
  traffic.add(1, parsed({{"a", {50, 6000}}, {"b", {10, 100}}}));
  const json out = traffic.to_json(kOnce, {{"a", 3}, {"c", 1}});
  EXPECT_EQ(out["clients"], 4);
  EXPECT_EQ(out["streams"]["a"]["clients"], 3);
  EXPECT_EQ(out["streams"]["a"]["bytes"], 150);
  EXPECT_EQ(out["streams"]["a"]["last_access_at"], 6000);
  EXPECT_EQ(out["streams"]["b"]["clients"], 0);
  EXPECT_EQ(out["streams"]["c"]["clients"], 1);
}

TEST(Traffic, WhatAnEndedWorkerSentStaysCounted) {
  Traffic traffic;
  traffic.add(0, parsed({{"a", {100, 5000}}}));
  traffic.drop(0);
  traffic.add(1, parsed({{"a", {30, 7000}}}));
  EXPECT_EQ(traffic.to_json(kOnce, {})["streams"]["a"]["bytes"], 130);
}

TEST(Traffic, TheRateIsThatOfTheLastSeconds) {
  Traffic traffic;
  MonotonicTime now{};
  std::uint64_t bytes = 0;
  for (int i = 0; i < 60; ++i) {
    now += std::chrono::seconds(1);
    bytes += 125'000;  // 1 Mbit
    traffic.add(0, parsed({{"a", {bytes, 1}}}));
    traffic.to_json(now, {});
  }
  const auto rate = traffic.to_json(now, {})["streams"]["a"]["output_kbit"].get<double>();
  EXPECT_NEAR(rate, 1000, 50);
  for (int i = 0; i < 100; ++i) {
    now += std::chrono::seconds(1);
    traffic.to_json(now, {});
  }
  EXPECT_EQ(traffic.to_json(now, {})["output_kbit"], 0);
}

TEST(Traffic, WhoAsksIsTheLastAccessAtOnce) {
  Traffic traffic;
  traffic.touch("a", 5000);
  traffic.add(0, parsed({{"a", {100, 4000}}}));
  EXPECT_EQ(traffic.to_json(kOnce, {})["streams"]["a"]["last_access_at"], 5000);
}

TEST(Traffic, WhatIsNoReportIsPassedOver) {
  Traffic traffic;
  traffic.add(0, parsed({{"a", "x"}, {"b", {1, 2, 3}}, {"c", {-1, 2}}}));
  traffic.add(0, json::array());
  EXPECT_TRUE(traffic.to_json(kOnce, {})["streams"].empty());
}

}  // namespace
}  // namespace flu::auth
