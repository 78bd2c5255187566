// usage: power_cut_check LOG COUNT SEED [ARCHIVE]
//        power_cut_check --state LOG CUT SEED MODE FOLDER
// Does an archive survive a power cut? LOG was written by a recorder under disk_shim.cpp, with
// `--status` so that it told what is safe; ARCHIVE is its root below FLU_DISK_ROOT, "." when not
// given. CUT is how many of the log's records happened, or `end`. Makes COUNT cuts at random, each
// in all modes of power_cut.h, and checks what is left (archive_check.h). Exit code 0: all held,
// and there was something to hold; 1: not, with a line for each that says with which --state its
// folder is made to look at.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <span>

#include <fmt/format.h>

#include "tests/support/archive_check.h"
#include "tests/support/power_cut.h"

namespace flu::disk {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFailures = 10;

class WorkFolder {
 public:
  WorkFolder() {
    const bool has_memory = fs::is_directory("/dev/shm");
    std::string name = has_memory ? "/dev/shm/flu-cut.XXXXXX" : "/tmp/flu-cut.XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  fmt::print(stderr, "power_cut_check: not a number: {}\n", text);
  std::exit(2);
}

struct Sums {
  std::size_t states = 0;
  std::size_t failures = 0;
  std::size_t segments = 0;
  std::size_t acknowledged = 0;
  std::size_t damaged = 0;
  std::size_t dropped_bytes = 0;
};

// Half of the cuts are behind an acknowledgement or a sync's end, where a promise is young.
std::vector<std::size_t> choose_cuts(const History& history, std::size_t count,
                                     std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> out;
  const auto& acks = history.acks();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t near = acks[random() % acks.size()].at + 1 + random() % 6;
    const std::size_t anywhere = random() % (history.record_count() + 1);
    out.push_back(std::min(i % 2 == 0 ? near : anywhere, history.record_count()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

int check(const std::string& log, std::size_t count, std::uint64_t seed,
          const std::string& archive) {
  auto read = History::read(log);
  if (!read) {
    fmt::print(stderr, "power_cut_check: {}\n", read.error().message);
    return 1;
  }
  const History& history = *read;
  if (history.acks().empty() || history.sync_count() == 0 || count == 0) {
    fmt::print(stderr, "power_cut_check: {}: {} acknowledgements, {} syncs: nothing to check\n",
               log, history.acks().size(), history.sync_count());
    return 1;
  }
  const WorkFolder work;
  fs::create_directory(work / "cache");
  PowerCut power_cut(history, work / "cache");
  Sums sums;
  for (const std::size_t cut : choose_cuts(history, count, seed)) {
    for (const Mode mode : kModes) {
      const auto counts = [&]() -> Result<ArchiveCounts> {
        FLU_TRY(power_cut.make_state(cut, seed, mode, work / "state"));
        return check_archive(work / "state/" + archive, work / "memory", history.acks_before(cut));
      }();
      ++sums.states;
      if (counts) {
        sums.segments += counts->segments;
        sums.acknowledged += counts->acknowledged;
        sums.damaged += counts->damaged;
        sums.dropped_bytes += counts->dropped_bytes;
      } else if (++sums.failures <= kMaxFailures) {
        fmt::print("FAIL: {}\n  power_cut_check --state {} {} {} {} FOLDER\n",
                   counts.error().message, log, cut, seed, to_string(mode));
      }
      fs::remove_all(work / "state");
      fs::remove_all(work / "memory");
    }
  }
  fmt::print(
      "{} records, {} syncs, {} acknowledgements; {} states: {} failures, {} segments read, {} "
      "acknowledged, {} records damaged, {} bytes dropped\n",
      history.record_count(), history.sync_count(), history.acks().size(), sums.states,
      sums.failures, sums.segments, sums.acknowledged, sums.damaged, sums.dropped_bytes);
  if (sums.acknowledged == 0) fmt::print("FAIL: nothing was ever checked\n");
  return sums.failures == 0 && sums.acknowledged > 0 ? 0 : 1;
}

int make_state(std::span<char*> words) {
  auto history = History::read(words[0]);
  if (!history) {
    fmt::print(stderr, "power_cut_check: {}\n", history.error().message);
    return 1;
  }
  const auto mode = std::find_if(kModes.begin(), kModes.end(),
                                 [&](Mode each) { return to_string(each) == words[3]; });
  if (mode == kModes.end()) {
    fmt::print(stderr, "power_cut_check: no such mode: {}\n", words[3]);
    return 2;
  }
  PowerCut power_cut(*history);
  const std::string_view end = "end";
  const std::size_t cut = words[1] == end ? history->record_count() : number(words[1]);
  const auto made = power_cut.make_state(cut, number(words[2]), *mode, words[4]);
  if (!made) fmt::print(stderr, "power_cut_check: {}\n", made.error().message);
  return made ? 0 : 1;
}

}  // namespace
}  // namespace flu::disk

int main(int count, char** words) {
  using flu::disk::check;
  using flu::disk::make_state;
  using flu::disk::number;
  const std::span<char*> given(words + 1, static_cast<std::size_t>(count - 1));
  if (given.size() == 6 && given[0] == std::string_view("--state")) {
    return make_state(given.subspan(1));
  }
  if (given.size() == 3 || given.size() == 4) {
    return check(given[0], number(given[1]), number(given[2]), given.size() == 4 ? given[3] : ".");
  }
  fmt::print(stderr,
             "usage: power_cut_check LOG COUNT SEED [ARCHIVE]\n"
             "       power_cut_check --state LOG CUT SEED MODE FOLDER\n");
  return 2;
}
