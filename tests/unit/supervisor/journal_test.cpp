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

TEST_F(JournalTest, IdsGoOnInTheNextJournal) {
  std::int64_t last = 0;
  {
    Journal journal(folder_ + "/events.jsonl");
    journal.add("a", {});
    journal.add("b", {});
    last = journal.latest().back()["event_id"].get<std::int64_t>();
    EXPECT_EQ(journal.latest().front()["event_id"], last - 1);
    EXPECT_GT(last, 1'600'000'000'000);  // also when the files were lost, none comes twice
  }
  // One that was killed while it wrote.
  std::ofstream(folder_ + "/events.jsonl", std::ios::app) << R"({"event":"cut","even)";
  Journal journal(folder_ + "/events.jsonl");
  EXPECT_EQ(journal.latest().size(), 2U);
  journal.add("c", {});
  EXPECT_EQ(journal.latest().back()["event_id"], last + 1);
  const Journal third(folder_ + "/events.jsonl");
  EXPECT_EQ(third.latest().size(), 3U);
  EXPECT_EQ(third.latest().back()["event"], "c");
}

TEST_F(JournalTest, SaysHowMuchAnEventMatters) {
  Journal journal(folder_ + "/events.jsonl");
  journal.add("source_lost", {{"media", "a"}, {"utc_ms", 61'999}});
  const nlohmann::json& event = journal.latest().back();
  EXPECT_EQ(event["level"], "alert");
  EXPECT_EQ(event["utc"], 61);
  EXPECT_TRUE(event["server"].is_string());
}

TEST_F(JournalTest, BrokenTextIsNoFault) {
  Journal journal(folder_ + "/events.jsonl");
  journal.add("e", {{"text", "\xFF\xFE"}});
  journal.add("e", "no object");
  EXPECT_EQ(journal.latest().size(), 2U);
}

}  // namespace
}  // namespace flu::supervisor
