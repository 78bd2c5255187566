#include "tests/support/power_cut.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"
#include "tests/unit/support/log_builder.h"

namespace flu::disk {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;
using State = std::map<std::string, std::string>;  // path to content; of folders "/"

constexpr std::uint64_t kSeeds = 60;
constexpr std::uint64_t kRoot = LogBuilder::kRoot;

State read_state(const std::string& folder) {
  State out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().lexically_relative(folder);
    if (entry.is_directory()) {
      out[path] = "/";
      continue;
    }
    const auto content = io::read_file(entry.path(), 1U << 30U);
    EXPECT_TRUE(content);
    out[path] = as_text(*content);
  }
  return out;
}

class PowerCutTest : public testing::Test {
 protected:
  State state(PowerCut& power_cut, std::size_t cut, std::uint64_t seed, Mode mode) {
    const std::string folder = folder_ / "state";
    std::filesystem::remove_all(folder);
    const auto made = power_cut.make_state(cut, seed, mode, folder);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return read_state(folder);
  }
  State state(const History& history, Mode mode, std::uint64_t seed = 1) {
    PowerCut power_cut(history);
    return state(power_cut, history.record_count(), seed, mode);
  }
  std::set<State> states(const History& history, Mode mode) {
    PowerCut power_cut(history);
    std::set<State> out;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      out.insert(state(power_cut, history.record_count(), seed, mode));
    }
    return out;
  }

  io::TemporaryFolder folder_;
};

TEST_F(PowerCutTest, WhatWasSyncedIsThereInEveryMode) {
  const History history =
      LogBuilder().create(2, "a").write(2, 0, "safe").sync(2).sync(kRoot).history();
  for (const Mode mode : kModes) {
    EXPECT_THAT(states(history, mode), ElementsAre(State{{"a", "safe"}})) << to_string(mode);
  }
}

TEST_F(PowerCutTest, SyncOfTheFileSystemIsForAll) {
  const History history =
      LogBuilder().mkdir(3, "d").create(2, "d/a").write(2, 0, "safe").sync(0).history();
  EXPECT_THAT(state(history, Mode::kLostAll), ElementsAre(Pair("d", "/"), Pair("d/a", "safe")));
}

TEST_F(PowerCutTest, UnsyncedDataMayBeThereOrNot) {
  const History history = LogBuilder().create(2, "a").sync(kRoot).write(2, 0, "data").history();
  EXPECT_EQ(state(history, Mode::kLostAll), (State{{"a", ""}}));
  EXPECT_EQ(state(history, Mode::kKeptAll), (State{{"a", "data"}}));
  EXPECT_THAT(states(history, Mode::kOrdered),
              UnorderedElementsAre(State{{"a", ""}}, State{{"a", "data"}}));
  EXPECT_THAT(states(history, Mode::kAny),
              UnorderedElementsAre(State{{"a", ""}}, State{{"a", "data"}},
                                   State{{"a", std::string(4, '\0')}}));
}

TEST_F(PowerCutTest, AFileIsAbsentWhileItsFolderIsNotSynced) {
  const History history = LogBuilder().create(2, "a").write(2, 0, "data").sync(2).history();
  EXPECT_THAT(state(history, Mode::kLostAll), IsEmpty());
  EXPECT_THAT(states(history, Mode::kAny), UnorderedElementsAre(State{}, State{{"a", "data"}}));
  // Nor when the folder itself is not in a folder that was synced.
  const History deep =
      LogBuilder().mkdir(3, "d").create(2, "d/a").write(2, 0, "data").sync(2).sync(3).history();
  EXPECT_THAT(state(deep, Mode::kLostAll), IsEmpty());
  EXPECT_THAT(states(deep, Mode::kAny),
              UnorderedElementsAre(State{}, State{{"d", "/"}, {"d/a", "data"}}));
}

TEST_F(PowerCutTest, AFileComesBackWhereItsUnlinkWasNotSynced) {
  LogBuilder log;
  log.create(2, "a").write(2, 0, "data").sync(2).sync(kRoot).unlink(2, "a");
  EXPECT_EQ(state(log.history(), Mode::kLostAll), (State{{"a", "data"}}));
  EXPECT_THAT(states(log.history(), Mode::kOrdered),
              UnorderedElementsAre(State{}, State{{"a", "data"}}));
  EXPECT_THAT(state(log.sync(kRoot).history(), Mode::kLostAll), IsEmpty());
}

TEST_F(PowerCutTest, ARenameIsThereAsAWholeOrNotAtAll) {
  LogBuilder log;
  log.create(2, "a").write(2, 0, "old").create(3, "new").write(3, 0, "fresh").sync(0);
  log.rename(3, "new", "a");
  const State before{{"a", "old"}, {"new", "fresh"}};
  const State after{{"a", "fresh"}};
  for (const Mode mode : {Mode::kOrdered, Mode::kAny, Mode::kTorn}) {
    EXPECT_THAT(states(log.history(), mode), UnorderedElementsAre(before, after));
  }
  EXPECT_EQ(state(log.history(), Mode::kLostAll), before);
  EXPECT_EQ(state(log.sync(kRoot).history(), Mode::kLostAll), after);
}

TEST_F(PowerCutTest, ARenameBetweenFoldersNeedsBoth) {
  LogBuilder log;
  log.mkdir(3, "d").create(2, "a").sync(0).rename(2, "a", "d/a").sync(3);
  EXPECT_EQ(state(log.history(), Mode::kLostAll), (State{{"a", ""}, {"d", "/"}}));
  EXPECT_EQ(state(log.sync(kRoot).history(), Mode::kLostAll), (State{{"d", "/"}, {"d/a", ""}}));
}

TEST_F(PowerCutTest, WhatASyncedNameStandsOnIsSynced) {
  // The new "a" is safe, so the old one cannot be there any more.
  LogBuilder log;
  log.mkdir(3, "d").create(2, "a").sync(0).rename(2, "a", "d/a").create(4, "a").sync(kRoot);
  EXPECT_EQ(state(log.history(), Mode::kLostAll), (State{{"a", ""}, {"d", "/"}, {"d/a", ""}}));
}

TEST_F(PowerCutTest, WhatWasWrittenDuringASyncIsNotDurableByIt) {
  LogBuilder log;
  log.create(2, "a").sync(kRoot).write(2, 0, "one").begin_sync(2, 5).write(2, 3, "two");
  EXPECT_EQ(state(log.history(), Mode::kLostAll), (State{{"a", ""}}));
  EXPECT_EQ(state(log.end_sync(2, 5).history(), Mode::kLostAll), (State{{"a", "one"}}));
}

TEST_F(PowerCutTest, ADiskThatLiesHasNothing) {
  LogBuilder log;
  log.create(2, "a").sync(kRoot).write(2, 0, "data").sync(2, kLied);
  EXPECT_EQ(state(log.history(), Mode::kLostAll), (State{{"a", ""}}));
  EXPECT_EQ(state(log.sync(2).history(), Mode::kLostAll), (State{{"a", "data"}}));
}

TEST_F(PowerCutTest, ALostWriteIsThereOnlyWhileThePowerIs) {
  const History history = LogBuilder()
                              .create(2, "a")
                              .sync(kRoot)
                              .write(2, 0, "lost", kLied)
                              .write(2, 6, "kept")
                              .sync(2)
                              .history();
  const State without{{"a", std::string(6, '\0') + "kept"}};
  EXPECT_EQ(state(history, Mode::kKeptAll), (State{{"a", std::string("lost\0\0kept", 10)}}));
  for (const Mode mode : {Mode::kLostAll, Mode::kOrdered, Mode::kAny, Mode::kTorn}) {
    EXPECT_THAT(states(history, mode), ElementsAre(without));
  }
}

TEST_F(PowerCutTest, ASyncThatFailedIsNotMendedByTheNext) {
  const History history = LogBuilder()
                              .create(2, "a")
                              .sync(kRoot)
                              .write(2, 0, "one")
                              .fail_sync(2)
                              .write(2, 3, "two")
                              .sync(2)
                              .history();
  EXPECT_EQ(state(history, Mode::kLostAll), (State{{"a", std::string("\0\0\0two", 6)}}));
  EXPECT_EQ(state(history, Mode::kKeptAll), (State{{"a", "onetwo"}}));
}

TEST_F(PowerCutTest, OrderedNamesAreAllUpToSomeMoment) {
  LogBuilder log;
  for (std::uint64_t n = 0; n < 6; ++n) log.create(10 + n, std::string(1, char('a' + int(n))));
  const History history = log.history();
  const auto is_prefix = [](const State& state) {
    return state.empty() || state.rbegin()->first[0] - 'a' + 1 == int(state.size());
  };
  const auto ordered = states(history, Mode::kOrdered);
  EXPECT_EQ(ordered.size(), 7U);
  EXPECT_TRUE(std::all_of(ordered.begin(), ordered.end(), is_prefix));
  const auto any = states(history, Mode::kAny);
  EXPECT_FALSE(std::all_of(any.begin(), any.end(), is_prefix));
}

TEST_F(PowerCutTest, AWriteIsTornBetweenSectorsOnly) {
  const std::string old(2048, 'o');
  const History history = LogBuilder()
                              .create(2, "a")
                              .write(2, 0, old)
                              .sync(0)
                              .write(2, 100, std::string(1500, 'n'))
                              .history();
  bool is_torn = false;
  for (const State& found : states(history, Mode::kOrdered)) {
    const std::string& text = found.at("a");
    ASSERT_EQ(text.size(), 2048U);
    EXPECT_EQ(text.substr(0, 100), old.substr(0, 100));
    EXPECT_EQ(text.substr(1600), old.substr(1600));
    std::string sectors;  // 100 to 511, 512 to 1023, 1024 to 1535, 1536 to 1599
    for (const std::size_t at : {100, 512, 1024, 1536}) {
      const std::size_t end = std::min<std::size_t>((at / 512 + 1) * 512, 1600);
      const std::string sector = text.substr(at, end - at);
      EXPECT_THAT(sector, Each(sector[0]));
      sectors += sector[0];
    }
    EXPECT_EQ(sectors.find_first_not_of("on"), std::string::npos);
    is_torn = is_torn || (sectors != "oooo" && sectors != "nnnn");
  }
  EXPECT_TRUE(is_torn);
}

TEST_F(PowerCutTest, TheHarshestModeHasZerosAndGarbageWhereItTears) {
  const History history = LogBuilder()
                              .create(2, "a")
                              .write(2, 0, "head")
                              .sync(0)
                              .write(2, 4, std::string(3000, 'n'))
                              .history();
  bool has_zeros = false;
  bool has_garbage = false;
  for (const State& found : states(history, Mode::kTorn)) {
    const std::string& text = found.at("a");
    EXPECT_EQ(text.substr(0, 4), "head");
    for (std::size_t at = 512; at + 512 <= text.size(); at += 512) {
      const std::string sector = text.substr(at, 512);
      has_zeros = has_zeros || sector == std::string(512, '\0');
      has_garbage = has_garbage || std::set<char>(sector.begin(), sector.end()).size() > 50;
    }
  }
  EXPECT_TRUE(has_zeros);
  EXPECT_TRUE(has_garbage);
}

TEST_F(PowerCutTest, ASizeThatWasCutMayComeBack) {
  LogBuilder log;
  log.create(2, "a").write(2, 0, "123456").sync(0).truncate(2, 2);
  EXPECT_THAT(states(log.history(), Mode::kAny),
              UnorderedElementsAre(State{{"a", "12"}}, State{{"a", "123456"}}));
  EXPECT_EQ(state(log.sync(2).history(), Mode::kLostAll), (State{{"a", "12"}}));
}

TEST_F(PowerCutTest, ACutIsBeforeWhatComesAfterIt) {
  const History history =
      LogBuilder().create(2, "a").write(2, 0, "1").sync(0).write(2, 1, "2").sync(2).history();
  PowerCut power_cut(history);
  EXPECT_THAT(state(power_cut, 1, 1, Mode::kKeptAll), IsEmpty());
  EXPECT_THAT(state(power_cut, 4, 1, Mode::kLostAll), IsEmpty());  // the sync has not returned
  EXPECT_EQ(state(power_cut, 5, 1, Mode::kLostAll), (State{{"a", "1"}}));
  EXPECT_EQ(state(power_cut, 8, 1, Mode::kLostAll), (State{{"a", "12"}}));
  EXPECT_EQ(state(power_cut, 6, 1, Mode::kLostAll), (State{{"a", "1"}}));  // and back
  EXPECT_FALSE(power_cut.make_state(9, 1, Mode::kAny, folder_ / "late"));
}

TEST_F(PowerCutTest, TheSameSeedGivesTheSame) {
  LogBuilder log;
  for (std::uint64_t n = 0; n < 9; ++n) {
    log.create(10 + n, std::to_string(n)).write(10 + n, 0, std::string(5000, char('a' + int(n))));
  }
  const History history = log.history();
  std::set<State> all;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const State first = state(history, Mode::kTorn, seed);
    EXPECT_EQ(first, state(history, Mode::kTorn, seed));
    all.insert(first);
  }
  EXPECT_EQ(all.size(), 8U);
}

TEST_F(PowerCutTest, TwoNamesAreOneFile) {
  const History history =
      LogBuilder().create(2, "a").add(Op::kLink, 2, "b").write(2, 0, "x").sync(0).history();
  EXPECT_EQ(state(history, Mode::kLostAll), (State{{"a", "x"}, {"b", "x"}}));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "state/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_nlink, 2U);
}

TEST_F(PowerCutTest, WhatACheckDoesToAStateDoesNotComeIntoTheNext) {
  const std::string data(300'000, 'd');
  const History history = LogBuilder().create(2, "a").write(2, 0, data).sync(0).history();
  std::filesystem::create_directory(folder_ / "cache");
  PowerCut power_cut(history, folder_ / "cache");
  for (int turn = 0; turn < 4; ++turn) {
    ASSERT_EQ(state(power_cut, 5, 1, Mode::kLostAll), (State{{"a", data}}));
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / "state/a").c_str(), &status), 0);
    EXPECT_EQ(status.st_nlink, 2U) << "not taken from the cache";
    std::ofstream(folder_ / "state/a", std::ios::in | std::ios::out) << "harm";
  }
}

}  // namespace
}  // namespace flu::disk
