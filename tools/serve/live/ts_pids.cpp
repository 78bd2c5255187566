#include "tools/serve/live/ts_pids.h"

#include <set>

#include <fmt/format.h>

#include "libcommon/manifest/track_choice.h"

namespace flu::serve {
namespace {

constexpr std::uint64_t kFirstFree = 0x20;
constexpr std::uint64_t kEnd = 0x1FFF;  // stuffing

class Assignment {
 public:
  explicit Assignment(const PidWishes& wishes) : wishes_(&wishes) {}

  // That of `key`, if it is wished.
  [[nodiscard]] std::uint16_t wish(const std::string& key) const {
    const auto found = wishes_->find(key);
    return found == wishes_->end() ? std::uint16_t{0} : found->second;
  }
  // `wanted`, or the next that is free.
  std::uint16_t take(std::uint64_t wanted) {
    std::uint64_t pid = wanted >= kFirstFree && wanted < kEnd ? wanted : kFirstFree;
    while (used_.count(static_cast<std::uint16_t>(pid)) > 0) {
      if (++pid == kEnd) pid = kFirstFree;
    }
    used_.insert(static_cast<std::uint16_t>(pid));
    return static_cast<std::uint16_t>(pid);
  }
  void reserve(std::uint16_t pid) { used_.insert(pid); }

 private:
  const PidWishes* wishes_;
  std::set<std::uint16_t> used_;
};

}  // namespace

container::TsWriterOptions assign_pids(const PidWishes& wishes, const media::Tracks& all) {
  container::TsWriterOptions options;
  Assignment assignment(wishes);
  for (const auto& [key, pid] : wishes) {
    if (!key.ends_with('0') || key.size() > 2) assignment.reserve(pid);  // not of a base
  }
  assignment.reserve(options.sdt_pid);
  const auto or_wish = [&](const char* key, std::uint16_t usual) {
    const std::uint16_t wish = assignment.wish(key);
    return wish != 0 ? wish : assignment.take(usual);
  };
  options.pmt_pid = or_wish("pmt", options.pmt_pid);
  if (const std::uint16_t sdt = assignment.wish("sdt"); sdt != 0) options.sdt_pid = sdt;
  options.splice_pid = assignment.take(options.splice_pid);

  std::map<std::uint32_t, std::string> names;
  for (const media::Track& track : all) names[track.id] = manifest::write_track_names(all, {track});
  for (const media::Track& track : all) {
    const std::string& name = names[track.id];
    const std::uint16_t wish = assignment.wish(name);
    const std::uint16_t base = assignment.wish(name.substr(0, 1) + "0");
    if (wish != 0) {
      options.track_pids[track.id] = wish;
    } else if (base != 0) {
      options.track_pids[track.id] = assignment.take(base + std::stoul(name.substr(1)));
    }
  }
  for (const media::Track& track : all) {
    if (options.track_pids.count(track.id) > 0) continue;
    options.track_pids[track.id] = assignment.take(std::uint64_t{options.first_pid} + track.id - 1);
  }
  return options;
}

std::string write_pids(const PidWishes& wishes) {
  std::string out;
  for (const auto& [key, pid] : wishes) out += fmt::format("{}={},", key, pid);
  return out;
}

}  // namespace flu::serve
