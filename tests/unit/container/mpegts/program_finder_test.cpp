#include "libcommon/container/mpegts/program_finder.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {
namespace {

using Pids = std::vector<std::uint16_t>;

Pat pat_of(std::vector<PatProgram> programs, std::uint8_t version = 0) {
  Pat pat;
  pat.version = version;
  pat.programs = std::move(programs);
  return pat;
}

Pmt pmt_of(std::uint16_t program) {
  Pmt pmt;
  pmt.program = program;
  return pmt;
}

TEST(ProgramFinder, TakesTheFirstThatHasMedia) {
  ProgramFinder finder(0);
  EXPECT_TRUE(finder.on_pat(pat_of({{1, 0x20}, {2, 0x21}, {3, 0x22}})));
  EXPECT_EQ(finder.pmt_pids(), (Pids{0x20, 0x21, 0x22}));
  EXPECT_FALSE(finder.on_pmt(pmt_of(2), 0x21, true));  // 1 may come yet
  EXPECT_FALSE(finder.on_pmt(pmt_of(1), 0x20, false));
  EXPECT_TRUE(finder.on_pmt(pmt_of(2), 0x21, true));
  EXPECT_EQ(finder.chosen(), 2);
  EXPECT_EQ(finder.pmt_pids(), Pids{0x21});
  EXPECT_FALSE(finder.on_pmt(pmt_of(1), 0x20, true));
}

TEST(ProgramFinder, DoesNotWaitForeverForAMissingPmt) {
  ProgramFinder finder(0);
  const Pat pat = pat_of({{1, 0x20}, {2, 0x21}});
  for (int i = 0; i < kPatsToWait; ++i) {
    EXPECT_FALSE(finder.on_pmt(pmt_of(2), 0x21, true)) << i;
    finder.on_pat(pat);
  }
  EXPECT_TRUE(finder.on_pmt(pmt_of(2), 0x21, true));
}

TEST(ProgramFinder, TheOneAskedFor) {
  ProgramFinder finder(2);
  finder.on_pat(pat_of({{1, 0x20}, {2, 0x21}}));
  EXPECT_EQ(finder.pmt_pids(), Pids{0x21});
  EXPECT_TRUE(finder.on_pmt(pmt_of(2), 0x21, false));
}

TEST(ProgramFinder, TwoProgramsOnOnePid) {
  ProgramFinder finder(2);
  finder.on_pat(pat_of({{1, 0x20}, {2, 0x20}}));
  EXPECT_FALSE(finder.on_pmt(pmt_of(1), 0x20, true));
  EXPECT_FALSE(finder.on_pmt(pmt_of(9), 0x20, true));
  EXPECT_TRUE(finder.on_pmt(pmt_of(2), 0x20, true));
}

TEST(ProgramFinder, AWrongNumberInTheOnlyPmtOfAPid) {
  ProgramFinder finder(0);
  finder.on_pat(pat_of({{1, 0x20}}));
  EXPECT_TRUE(finder.on_pmt(pmt_of(7), 0x20, true));
  EXPECT_EQ(finder.chosen(), 1);
}

TEST(ProgramFinder, FollowsThePmtToAnotherPid) {
  ProgramFinder finder(0);
  finder.on_pat(pat_of({{1, 0x20}}));
  EXPECT_TRUE(finder.on_pmt(pmt_of(1), 0x20, true));
  EXPECT_FALSE(finder.on_pat(pat_of({{1, 0x20}})));
  EXPECT_TRUE(finder.on_pat(pat_of({{1, 0x30}}, 1)));
  EXPECT_EQ(finder.pmt_pids(), Pids{0x30});
  EXPECT_EQ(finder.chosen(), 1);
}

TEST(ProgramFinder, ChoosesAnewWhenItsProgramIsGone) {
  ProgramFinder finder(0);
  finder.on_pat(pat_of({{1, 0x20}}));
  finder.on_pmt(pmt_of(1), 0x20, true);
  EXPECT_TRUE(finder.on_pat(pat_of({{5, 0x25}}, 1)));
  EXPECT_EQ(finder.chosen(), std::nullopt);
  EXPECT_TRUE(finder.on_pmt(pmt_of(5), 0x25, true));
}

TEST(ProgramFinder, APatOfSeveralSections) {
  ProgramFinder finder(0);
  Pat first = pat_of({{1, 0x20}});
  first.last_section = 1;
  Pat second = pat_of({{2, 0x21}});
  second.section = second.last_section = 1;
  finder.on_pat(first);
  finder.on_pat(second);
  finder.on_pat(first);
  EXPECT_EQ(finder.pmt_pids(), (Pids{0x20, 0x21}));
}

TEST(ProgramFinder, TheNextPatIsNotYetValid) {
  ProgramFinder finder(0);
  Pat next = pat_of({{1, 0x20}});
  next.is_current = false;
  EXPECT_FALSE(finder.on_pat(next));
  EXPECT_TRUE(finder.pmt_pids().empty());
}

TEST(ProgramFinder, ProgramsAreBounded) {
  ProgramFinder finder(0);
  Pat pat;
  pat.last_section = 1;
  for (std::uint16_t i = 1; i <= kMaxPrograms + 1; ++i) {
    pat.programs.push_back({i, static_cast<std::uint16_t>(0x20 + i)});
  }
  finder.on_pat(pat);
  EXPECT_EQ(finder.pmt_pids().size(), kMaxPrograms);
}

}  // namespace
}  // namespace flu::container::mpegts
