#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "tests/support/disk_log.h"

// What a log of disk_shim says, in a form in which a power cut can be thought of at any of its
// records. Refused where the log does not hold all that happened below the root.
namespace flu::disk {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

// An entry of a folder; folders are known by number, so that renaming one changes nothing in it.
struct Name {
  std::size_t folder = 0;
  std::string text;
  // clang-tidy 14 takes the generated comparison with 0 for a pointer's.
  auto operator<=>(const Name&) const = default;  // NOLINT(modernize-use-nullptr)
};

// To the content of a file: kWrite, kTruncate or kZero.
struct ContentChange {
  std::size_t at = 0;  // number of the record
  Op op{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Bytes data;                       // of the log
  bool is_lost = false;             // the disk said yes and lost it
  bool keeps_size = false;          // of kZero
  std::size_t durable_at = kNever;  // the record of the sync that made it so
};

// To the entries of folders: kCreate, kMkdir, kRename, kUnlink, kRmdir or kLink.
struct NameChange {
  std::size_t at = 0;
  Op op{};
  std::size_t object = 0;
  Name name;
  Name to;  // of kRename
  std::size_t durable_at = kNever;
};

struct Object {
  bool is_folder = false;
  std::vector<ContentChange> changes;
};

// A segment that the recorder said is safe.
struct Ack {
  std::size_t at = 0;
  std::string media;
  double utc = 0;
  std::int64_t start90 = 0;
  std::uint32_t seq = 0;
  std::uint32_t size = 0;
  std::uint32_t data_crc = 0;
};

class History {
 public:
  static Result<History> read(const std::string& path);
  static Result<History> parse(Buffer log);

  // The cut n is after the first n records; up to this many.
  [[nodiscard]] std::size_t record_count() const { return record_count_; }
  // The first is the root.
  [[nodiscard]] const std::vector<Object>& objects() const { return objects_; }
  [[nodiscard]] const std::vector<NameChange>& names() const { return names_; }
  // All, in order of `at`.
  [[nodiscard]] const std::vector<Ack>& acks() const { return acks_; }
  [[nodiscard]] std::vector<Ack> acks_before(std::size_t cut) const;
  // Of calls that returned success, so that a test sees that there were some.
  [[nodiscard]] std::size_t sync_count() const { return sync_count_; }

 private:
  friend class HistoryParser;

  Buffer log_;
  std::size_t record_count_ = 0;
  std::size_t sync_count_ = 0;
  std::vector<Object> objects_;
  std::vector<NameChange> names_;
  std::vector<Ack> acks_;
};

// The acknowledgements in what was said at once, whatever else is on their lines.
Result<std::vector<Ack>> parse_acks(std::string_view text);

}  // namespace flu::disk
