#include "tests/support/power_cut.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::disk {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::size_t kWorthALink = std::size_t{128} << 10U;
// Nobody else gives a file this time: where it is gone, somebody wrote to the copy in the cache.
constexpr timespec kUntouched{1'000'000'001, 123};

// splitmix64: the same numbers everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool is_hit(unsigned percent) { return below(100) < percent; }
  // How likely it is that something survives: also hardly and nearly always, so that one file
  // reached the disk and another did not.
  unsigned odds() {
    constexpr std::array<unsigned, 5> kOdds{0, 10, 50, 90, 100};
    return kOdds.at(below(kOdds.size()));
  }

 private:
  std::uint64_t state_;
};

std::uint64_t mixed(std::uint64_t seed, std::uint64_t more) {
  return Dice(seed ^ (more * 0xd1342543de82ef95U + 1)).next();
}

void extend(Buffer& file, std::uint64_t size) {
  if (file.size() < size) file.resize(size);
}

void apply(const ContentChange& change, Buffer& file) {
  const std::uint64_t end = change.offset + change.length;
  switch (change.op) {
    case Op::kTruncate: file.resize(change.offset); break;
    case Op::kZero: {
      if (!change.keeps_size) extend(file, end);
      const auto from = std::min<std::uint64_t>(change.offset, file.size());
      const auto to = std::min<std::uint64_t>(end, file.size());
      std::fill(file.begin() + static_cast<std::ptrdiff_t>(from),
                file.begin() + static_cast<std::ptrdiff_t>(to), std::uint8_t{0});
      break;
    }
    default:
      extend(file, end);
      std::copy(change.data.begin(), change.data.end(),
                file.begin() + static_cast<std::ptrdiff_t>(change.offset));
  }
}

enum class Sector { kOld, kNew, kZeros, kGarbage };

Sector choose_sector(Dice& dice, Mode mode) {
  if (mode != Mode::kTorn || dice.is_hit(60)) return dice.is_hit(50) ? Sector::kNew : Sector::kOld;
  return dice.is_hit(50) ? Sector::kZeros : Sector::kGarbage;
}

void tear(const ContentChange& write, Buffer& file, Dice& dice, Mode mode) {
  const std::uint64_t end = write.offset + write.length;
  for (std::uint64_t at = write.offset; at < end;) {
    const std::uint64_t next = std::min(end, (at / kSector + 1) * kSector);
    const Sector sector = choose_sector(dice, mode);
    if (sector != Sector::kOld) extend(file, next);
    for (; at < next; ++at) {
      if (sector == Sector::kNew) file[at] = write.data[at - write.offset];
      if (sector == Sector::kZeros) file[at] = 0;
      if (sector == Sector::kGarbage) file[at] = static_cast<std::uint8_t>(dice.next());
    }
  }
}

void maybe_apply(const ContentChange& change, Buffer& file, Dice& dice, Mode mode, unsigned odds) {
  if (dice.is_hit(odds)) return apply(change, file);
  if (change.op != Op::kWrite) return;
  if (dice.is_hit(50)) return tear(change, file, dice, mode);
  if (mode != Mode::kOrdered && dice.is_hit(25)) extend(file, change.offset + change.length);
}

// False: it does not fit to what is there, since something before it was lost. That cannot be with
// what is durable: the history has seen to it that what it stands on is durable, too.
bool apply_name(const NameChange& change, std::vector<std::map<std::string, std::size_t>>& tree,
                bool is_durable) {
  auto& names = tree[change.name.folder];
  const auto found = names.find(change.name.text);
  const bool is_there = found != names.end() && found->second == change.object;
  switch (change.op) {
    case Op::kUnlink:
    case Op::kRmdir:
      if (!is_there) return false;
      if (change.op == Op::kRmdir && !is_durable && !tree[change.object].empty()) return false;
      names.erase(found);
      return true;
    case Op::kRename:
      if (!is_there) return false;
      names.erase(found);
      tree[change.to.folder][change.to.text] = change.object;
      return true;
    default:
      if (found != names.end()) return false;
      names[change.name.text] = change.object;
      return true;
  }
}

}  // namespace

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::kLostAll: return "lost-all";
    case Mode::kKeptAll: return "kept-all";
    case Mode::kOrdered: return "ordered";
    case Mode::kAny: return "any";
    case Mode::kTorn: return "torn";
  }
  return "?";
}

PowerCut::PowerCut(const History& history, std::string cache_folder)
    : history_(history),
      cache_folder_(std::move(cache_folder)),
      images_(history.objects().size()) {}

Result<void> PowerCut::make_state(std::size_t cut, std::uint64_t seed, Mode mode,
                                  const std::string& folder) {
  if (cut > history_.record_count()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("cut {} of {} records", cut, history_.record_count()));
  }
  if (cut < last_cut_) images_.assign(images_.size(), Image());
  last_cut_ = cut;
  const Wanted wanted{cut, mixed(mixed(seed, cut), static_cast<std::uint64_t>(mode)), mode};
  FLU_TRY_ASSIGN(const std::vector<Entries> names, choose_names(wanted));
  std::map<std::size_t, std::string> made;
  return make_folder(0, folder, wanted, names, made);
}

Result<std::vector<PowerCut::Entries>> PowerCut::choose_names(const Wanted& wanted) const {
  std::vector<Entries> tree(history_.objects().size());
  Dice dice(mixed(wanted.seed, kNever));
  const auto is_open = [&](const NameChange& change) { return change.durable_at >= wanted.cut; };
  const auto& all = history_.names();
  const auto end = std::partition_point(
      all.begin(), all.end(), [&](const NameChange& change) { return change.at < wanted.cut; });
  const auto open = static_cast<std::uint64_t>(std::count_if(all.begin(), end, is_open));
  const std::uint64_t prefix = dice.below(open + 1);
  const unsigned odds = dice.odds();
  std::uint64_t number = 0;
  for (auto change = all.begin(); change != end; ++change) {
    const bool is_durable = !is_open(*change);
    bool is_chosen = is_durable || wanted.mode == Mode::kKeptAll;
    if (!is_chosen) {
      if (wanted.mode == Mode::kOrdered) {
        is_chosen = number < prefix;
      } else if (wanted.mode != Mode::kLostAll) {
        is_chosen = dice.is_hit(odds);
      }
      ++number;
    }
    if (is_chosen && !apply_name(*change, tree, is_durable) && is_durable) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("record {}: what was made durable does not fit", change->at));
    }
  }
  return tree;
}

void PowerCut::advance(std::size_t object, std::size_t cut) {
  const auto& changes = history_.objects()[object].changes;
  Image& image = images_[object];
  for (; image.next < changes.size(); ++image.next) {
    const ContentChange& change = changes[image.next];
    if (change.at >= cut) break;
    if (change.is_lost) continue;
    if (change.durable_at >= cut) break;
    apply(change, image.bytes);
  }
}

std::optional<Buffer> PowerCut::choose_content(std::size_t object, const Wanted& wanted) {
  const auto& changes = history_.objects()[object].changes;
  advance(object, wanted.cut);
  const Image& image = images_[object];
  const auto happened = static_cast<std::size_t>(
      std::partition_point(changes.begin(), changes.end(),
                           [&](const ContentChange& c) { return c.at < wanted.cut; }) -
      changes.begin());
  if (wanted.mode == Mode::kKeptAll) {
    // What a disk lost is still in memory, so it counts from the beginning.
    const bool is_any_lost =
        std::any_of(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(image.next),
                    [](const ContentChange& change) { return change.is_lost; });
    if (!is_any_lost && image.next == happened) return std::nullopt;
    Buffer out = is_any_lost ? Buffer() : image.bytes;
    for (std::size_t at = is_any_lost ? 0 : image.next; at < happened; ++at) {
      apply(changes[at], out);
    }
    return out;
  }
  if (image.next == happened) return std::nullopt;
  Dice dice(mixed(wanted.seed, object));
  const unsigned odds = dice.odds();
  Buffer out = image.bytes;
  for (std::size_t at = image.next; at < happened; ++at) {
    const ContentChange& change = changes[at];
    if (change.is_lost) continue;
    if (change.durable_at < wanted.cut) {
      apply(change, out);
    } else if (wanted.mode != Mode::kLostAll) {
      maybe_apply(change, out, dice, wanted.mode, odds);
    }
  }
  return out;
}

Result<void> PowerCut::make_folder(std::size_t object, const std::string& path,
                                   const Wanted& wanted, const std::vector<Entries>& names,
                                   std::map<std::size_t, std::string>& made) {
  if (::mkdir(path.c_str(), 0750) != 0) return io::fail_system("mkdir", path, errno);
  for (const auto& [name, inside] : names[object]) {
    const std::string below = fmt::format("{}/{}", path, name);
    if (const auto first = made.find(inside); first != made.end()) {
      if (::link(first->second.c_str(), below.c_str()) != 0) {
        return io::fail_system("link", below, errno);
      }
      continue;
    }
    made[inside] = below;
    if (history_.objects()[inside].is_folder) {
      FLU_TRY(make_folder(inside, below, wanted, names, made));
    } else {
      FLU_TRY(make_file(inside, below, wanted));
    }
  }
  return {};
}

Result<void> PowerCut::make_file(std::size_t object, const std::string& path,
                                 const Wanted& wanted) {
  const std::optional<Buffer> content = choose_content(object, wanted);
  const Buffer& image = images_[object].bytes;
  const bool is_linked = !content && !cache_folder_.empty() && image.size() >= kWorthALink;
  if (is_linked) return link_cached(object, path);
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(path, O_WRONLY | O_CREAT | O_EXCL));
  return io::write_all(file.get(), content ? *content : image, path);
}

Result<void> PowerCut::link_cached(std::size_t object, const std::string& path) {
  Image& image = images_[object];
  const std::string copy = fmt::format("{}/{}", cache_folder_, object);
  struct stat status {};
  const bool is_whole = image.cached == image.next && ::stat(copy.c_str(), &status) == 0 &&
                        status.st_mtim.tv_sec == kUntouched.tv_sec &&
                        status.st_mtim.tv_nsec == kUntouched.tv_nsec;
  if (!is_whole) {
    ::unlink(copy.c_str());
    FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(copy, O_WRONLY | O_CREAT | O_EXCL));
    FLU_TRY(io::write_all(file.get(), image.bytes, copy));
    const std::array<timespec, 2> times{kUntouched, kUntouched};
    if (::futimens(file.get(), times.data()) != 0) return io::fail_system("touch", copy, errno);
    image.cached = image.next;
  }
  if (::link(copy.c_str(), path.c_str()) != 0) return io::fail_system("link", path, errno);
  return {};
}

}  // namespace flu::disk
