#include "tools/serve/api/audience_table.h"

#include <chrono>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::serve {
namespace {

using nlohmann::json;

TEST(AudienceTable, AddsUpTheWorkers) {
  AudienceTable table;
  table.add(0, {{"a", {2, 100, 5000}}});
  table.add(1, {{"a", {1, 50, 6000}}, {"b", {4, 10, 100}}});
  const json out = table.to_json(MonotonicTime{} + std::chrono::seconds(1));
  EXPECT_EQ(out["clients"], 7);
  EXPECT_EQ(out["streams"]["a"]["clients"], 3);
  EXPECT_EQ(out["streams"]["a"]["bytes"], 150);
  EXPECT_EQ(out["streams"]["a"]["last_access_at"], 6000);
}

TEST(AudienceTable, WhatAnEndedWorkerSentStaysCounted) {
  AudienceTable table;
  table.add(0, {{"a", {2, 100, 5000}}});
  table.drop(0);
  table.add(0, {{"a", {1, 30, 7000}}});
  const json out = table.to_json(MonotonicTime{} + std::chrono::seconds(1));
  EXPECT_EQ(out["streams"]["a"]["clients"], 1);
  EXPECT_EQ(out["streams"]["a"]["bytes"], 130);
}

TEST(AudienceTable, TheRateIsThatOfTheLastSeconds) {
  AudienceTable table;
  MonotonicTime now{};
  std::uint64_t bytes = 0;
  for (int i = 0; i < 60; ++i) {
    now += std::chrono::seconds(1);
    bytes += 125'000;  // 1 Mbit
    table.add(0, {{"a", {1, bytes, 1}}});
    table.to_json(now);
  }
  const auto rate = table.to_json(now)["streams"]["a"]["output_kbit"].get<double>();
  EXPECT_NEAR(rate, 1000, 50);
  for (int i = 0; i < 100; ++i) {
    now += std::chrono::seconds(1);
    table.to_json(now);
  }
  EXPECT_EQ(table.to_json(now)["output_kbit"], 0);
}

TEST(AudienceTable, WhatIsNoReportIsPassedOver) {
  AudienceTable table;
  table.add(0, {{"a", "x"}, {"b", {1, 2}}});
  EXPECT_TRUE(table.to_json(monotonic_now())["streams"].empty());
}

}  // namespace
}  // namespace flu::serve
