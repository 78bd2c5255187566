#include "tools/supervisor/journal.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace flu::supervisor {
namespace {

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "flu-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(JournalTest, WritesALineAnEvent) {
  Journal journal(folder_ + "/events.jsonl");
  nlohmann::json heard;
  journal.on_event([&](const nlohmann::json& event) { heard = event; });
  journal.add("source_lost", {{"media", "a"}});
  journal.add("late", {{"utc_ms", 5}});
  std::ifstream file(folder_ + "/events.jsonl");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  const auto event = nlohmann::json::parse(line);
  EXPECT_EQ(event["event"], "source_lost");
  EXPECT_EQ(event["media"], "a");
  EXPECT_GT(event["utc_ms"], 0);
  EXPECT_EQ(heard["utc_ms"], 5);
  EXPECT_EQ(journal.latest().size(), 2U);
}

TEST_F(JournalTest, KeepsMemoryAndFilesBounded) {
  Journal journal(folder_ + "/events.jsonl");
  const std::string long_text(10'000, 'x');
  for (int i = 0; i < 1500; ++i) journal.add("e", {{"text", long_text}});
  EXPECT_EQ(journal.latest().size(), 1000U);
  std::uintmax_t total = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) total += entry.file_size();
  EXPECT_LE(total, 2U * (4U << 20));
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/events.jsonl.1"));
}

TEST_F(JournalTest, BrokenTextIsNoFault) {
  Journal journal(folder_ + "/events.jsonl");
  journal.add("e", {{"text", "\xFF\xFE"}});
  journal.add("e", "no object");
  EXPECT_EQ(journal.latest().size(), 2U);
}

}  // namespace
}  // namespace flu::supervisor
