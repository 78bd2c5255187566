#include "tests/support/disk_rules.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace flu::disk {
namespace {

constexpr std::size_t kMaxScript = 4096;
constexpr long kSlice = 5;  // ms; a rule that is gone ends its delays this soon
constexpr int kExitCode = 97;

struct Script {
  std::array<char, kMaxScript> text{};
  std::size_t size = 0;
  std::uint64_t version = 0;  // another one each time that it is written
};

bool read_script(Script& out) {
  const char* const path = std::getenv("FLU_DISK_SCRIPT");
  if (path == nullptr) return false;
  const auto file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  if (file < 0) return false;
  struct stat status {};
  ::syscall(SYS_newfstatat, file, "", &status, AT_EMPTY_PATH);
  const long count = ::syscall(SYS_read, file, out.text.data(), out.text.size());
  ::syscall(SYS_close, file);
  if (count < 0 || static_cast<std::size_t>(count) == out.text.size()) die("cannot read", path);
  out.size = static_cast<std::size_t>(count);
  out.version = static_cast<std::uint64_t>(status.st_ino) * 0x9e3779b97f4a7c15U ^
                static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'007U ^
                static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
  return true;
}

// Counts the calls that a line with `after` or `times` matched, since the script was written.
class Counters {
 public:
  long count(std::uint64_t key, bool is_new_call) {
    key |= 1;
    for (std::size_t at = 0; at < keys_.size(); ++at) {
      std::uint64_t held = keys_[at].load();
      if (held == 0 && keys_[at].compare_exchange_strong(held, key)) held = key;
      if (held == key) return is_new_call ? ++counts_[at] : counts_[at].load();
    }
    die("too many scripts with after and times", "");
  }

 private:
  std::array<std::atomic<std::uint64_t>, 512> keys_{};
  std::array<std::atomic<long>, 512> counts_{};
};
Counters counters;

std::string_view next_word(std::string_view& line) {
  const auto from = line.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return line = {};
  const auto to = std::min(line.find_first_of(" \t\r", from), line.size());
  const std::string_view word = line.substr(from, to - from);
  line.remove_prefix(to);
  return word;
}

[[noreturn]] void bad_rule(std::string_view line) {
  std::array<char, 200> text{};
  line.copy(text.data(), text.size() - 1);
  die("FLU_DISK_SCRIPT: no such rule", text.data());
}

long number(std::string_view word, std::string_view line) {
  long value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 0) bad_rule(line);
  return value;
}

int error_named(std::string_view word, std::string_view line) {
  struct Named {
    std::string_view name;
    int value;
  };
  constexpr std::array<Named, 12> kNamed{{{"EIO", EIO},
                                          {"ENOSPC", ENOSPC},
                                          {"EROFS", EROFS},
                                          {"EDQUOT", EDQUOT},
                                          {"EACCES", EACCES},
                                          {"EMFILE", EMFILE},
                                          {"ENFILE", ENFILE},
                                          {"ENOMEM", ENOMEM},
                                          {"EINTR", EINTR},
                                          {"EFBIG", EFBIG},
                                          {"ENODEV", ENODEV},
                                          {"ENOENT", ENOENT}}};
  for (const Named& known : kNamed) {
    if (known.name == word) return known.value;
  }
  bad_rule(line);
}

constexpr std::array<std::string_view, 14> kOps{
    "open",  "openread", "write", "truncate", "allocate",  "rename", "unlink",
    "mkdir", "rmdir",    "link",  "fsync",    "fdatasync", "syncfs", "sync_file_range"};

bool names(std::string_view list, std::string_view op, std::string_view line) {
  bool is_named = false;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const std::string_view word = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (word != "any" && std::find(kOps.begin(), kOps.end(), word) == kOps.end()) bad_rule(line);
    is_named = is_named || word == op || word == "any";
  }
  return is_named;
}

struct Judgement {
  Fault fault;
  long delay = 0;             // ms
  std::uint64_t version = 0;  // of the script
};

struct Call {
  std::string_view op, path, other;
  bool is_new = true;
};

bool is_sync(std::string_view op) {
  return op == "fsync" || op == "fdatasync" || op == "syncfs";
}

// One line of the script. Where an earlier line has given a fault, only the delay is taken.
void apply(std::string_view line, std::uint64_t key, const Call& call, Judgement& out) {
  std::string_view rest = line.substr(0, std::min(line.find('#'), line.size()));
  const std::string_view list = next_word(rest);
  if (list.empty()) return;
  bool matches = names(list, call.op, line);
  long after = 0;
  long times = -1;
  std::string_view word = next_word(rest);
  for (;; word = next_word(rest)) {
    if (word == "path") {
      const std::string_view part = next_word(rest);
      if (part.empty()) bad_rule(line);
      matches = matches && (call.path.find(part) != std::string_view::npos ||
                            call.other.find(part) != std::string_view::npos);
    } else if (word == "after") {
      after = number(next_word(rest), line);
    } else if (word == "times") {
      times = number(next_word(rest), line);
    } else {
      break;
    }
  }
  const bool takes_value = word == "delay" || word == "fail" || word == "short";
  const std::string_view value = takes_value ? next_word(rest) : std::string_view();
  Judgement wanted;
  if (word == "delay") {
    wanted.delay = number(value, line);
  } else if (word == "fail") {
    wanted.fault.error = error_named(value, line);
  } else if (word == "short" && number(value, line) > 0 && list == "write") {
    wanted.fault.short_bytes = number(value, line);
  } else if ((word == "lose" && list == "write") || word == "lie") {
    wanted.fault.is_lie = true;
    if (word == "lie") {
      for (const std::string_view op : kOps) {
        if (!is_sync(op) && names(list, op, line)) bad_rule(line);
      }
    }
  } else {
    bad_rule(line);
  }
  if (!next_word(rest).empty()) bad_rule(line);
  if (!matches) return;
  if (after > 0 || times >= 0) {
    const long count = counters.count(key, call.is_new);
    const long first = std::max(after, 1L);
    if (count < first || (times >= 0 && count >= first + times)) return;
  }
  out.delay = std::max(out.delay, wanted.delay);
  const bool is_free =
      out.fault.error == 0 && out.fault.short_bytes < 0 && !out.fault.is_lie && wanted.delay == 0;
  if (is_free && word != "delay") out.fault = wanted.fault;
}

Judgement judge(const Call& call) {
  Judgement out;
  Script script;
  if (!read_script(script)) return out;
  out.version = script.version;
  std::string_view text(script.text.data(), script.size);
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    apply(text.substr(0, end), script.version + number * 0x100000001b3U, call, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

long now_ms() {
  timespec now{};
  ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

Fault suffer(std::string_view op, std::string_view path, std::string_view other) {
  Call call{op, path, other};
  Judgement found = judge(call);
  const long began = now_ms();
  // A signal does not end it: who waits for a disk cannot be woken.
  while (now_ms() - began < found.delay) {
    const long left = std::min(kSlice, found.delay - (now_ms() - began));
    const timespec slice{0, std::max(left, 1L) * 1'000'000};
    ::syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &slice, nullptr);
    call.is_new = false;
    const std::uint64_t before = found.version;
    if (const Judgement now = judge(call); now.version != before) {
      call.is_new = true;
      found = judge(call);
    }
  }
  return found.fault;
}

void die(const char* what, const char* about) {
  std::array<iovec, 5> parts{};
  std::size_t count = 0;
  for (const char* text : {"disk_shim: ", what, ": ", about, "\n"}) {
    parts[count++] = {const_cast<char*>(text), std::strlen(text)};
  }
  ::syscall(SYS_writev, STDERR_FILENO, parts.data(), parts.size());
  ::syscall(SYS_exit_group, kExitCode);
  std::abort();
}

}  // namespace flu::disk
