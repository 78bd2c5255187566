// usage: archive_rehearsal ROOT MEMORY GROUPS [hasty]
// Records GROUPS groups of made-up segments of two streams as a recorder does, over some hours and
// with a few restarts, and tells on standard error what is safe. To be run under disk_shim.cpp:
// what the tests of power cuts are tested with. `hasty` tells before it is so, which
// power_cut_check has to find.
#include <cstdlib>
#include <random>
#include <span>
#include <string>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/crc32c.h"
#include "libcommon/base/sha256.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/archive_writer.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

constexpr segment::Hour kFirstHour = 498'000;
constexpr std::int64_t kDuration = 10 * 60 * 90'000 + 1;  // six of them an hour
constexpr std::uint64_t kMaxBlob = 150'000;
constexpr std::array<const char*, 2> kStreams{"cams/1", "hall"};

struct Sample {
  segment::IndexRecord record;
  Buffer bytes;
  Buffer init;
};

Sample make_sample(std::uint32_t seq, std::mt19937& random) {
  Sample out;
  const std::string init = fmt::format("tracks {}", seq / 40);
  out.init.assign(init.begin(), init.end());
  const std::size_t media = 5'000 + random() % 20'000;
  ByteWriter writer(out.bytes);
  writer.u32(24);
  writer.bytes(as_bytes("moof"));
  writer.zeros(16);
  writer.u32(static_cast<std::uint32_t>(8 + media));
  writer.bytes(as_bytes("mdat"));
  for (std::size_t i = 0; i < media; ++i) writer.u8(static_cast<std::uint8_t>(random()));
  out.record.start = segment::start_of(kFirstHour) + media::Ticks(seq * kDuration);
  out.record.duration = kDuration;
  out.record.seq = seq;
  out.record.size = static_cast<std::uint32_t>(out.bytes.size());
  out.record.moof_size = 24;
  out.record.data_crc = crc32c(Bytes(out.bytes).subspan(32));
  out.record.init_hash = init_hash_of(sha256(out.init));
  return out;
}

void tell(const std::string& stream, std::span<const segment::IndexRecord> records) {
  for (const auto& record : records) {
    fmt::print(
        stderr,
        R"(rehearsal: {{"type":"event","event":"dvr_new_fragment","media":"{}","utc":{:.3f},)"
        R"("start90":{},"seq":{},"size":{},"data_crc":{}}})"
        "\n",
        stream, static_cast<double>(record.start.count()) / 90'000, record.start.count(),
        record.seq, record.size, record.data_crc);
  }
}

class Rehearsal {
 public:
  Rehearsal(const std::string& root, const std::string& memory, bool is_hasty)
      : root_(root), memory_(memory), is_hasty_(is_hasty) {}

  Result<void> run(unsigned groups) {
    unsigned done = 0;
    while (done < groups) {
      FLU_TRY_ASSIGN(const ArchiveRoot root, ArchiveRoot::open(root_, memory_));
      std::vector<ArchiveWriter> writers;
      for (const char* stream : kStreams) {
        FLU_TRY_ASSIGN(auto writer, ArchiveWriter::open(root, stream, {"here", kMaxBlob}));
        writers.push_back(std::move(writer));
      }
      const unsigned until = std::min(groups, done + 5 + static_cast<unsigned>(random_() % 20));
      for (; done < until; ++done) FLU_TRY(record_group(root, writers, done));
    }
    return {};
  }

 private:
  Result<void> record_group(const ArchiveRoot& root, std::span<ArchiveWriter> writers,
                            unsigned group) {
    const auto count = static_cast<unsigned>(1 + random_() % 3);
    std::vector<std::vector<segment::IndexRecord>> appended(writers.size());
    for (unsigned i = 0; i < count; ++i, ++seq_) {
      const Sample sample = make_sample(seq_, random_);
      for (std::size_t w = 0; w < writers.size(); ++w) {
        FLU_TRY_ASSIGN(const auto record,
                       writers[w].append(sample.record, sample.bytes, sample.init));
        appended[w].push_back(record);
      }
    }
    // One barrier for all streams. Not at first, since it hides what each of them did not sync.
    const bool is_together = group >= 20 && random_() % 3 == 0;
    for (auto& writer : writers) {
      FLU_TRY(writer.sync_media());
      FLU_TRY(writer.write_records());
      if (!is_together && !is_hasty_) FLU_TRY(writer.sync_records());
    }
    if (is_together && !is_hasty_) FLU_TRY(root.sync());
    for (std::size_t w = 0; w < writers.size(); ++w) {
      tell(kStreams.at(w), appended[w]);
      if (is_hasty_) FLU_TRY(writers[w].sync_records());
      writers[w].acknowledge();
      FLU_TRY(writers[w].close_before(segment::hour_of(
          segment::start_of(kFirstHour) + media::Ticks(std::int64_t{seq_} * kDuration))));
    }
    return {};
  }

  std::string root_;
  std::string memory_;
  bool is_hasty_;
  std::mt19937 random_{7};  // NOLINT: the same each time
  std::uint32_t seq_ = 1;
};

}  // namespace
}  // namespace flu::store

int main(int count, char** words) {
  if (count < 4) {
    fmt::print(stderr, "usage: archive_rehearsal ROOT MEMORY GROUPS [hasty]\n");
    return 2;
  }
  flu::store::Rehearsal rehearsal(words[1], words[2],
                                  count > 4 && std::string(words[4]) == "hasty");
  const auto done = rehearsal.run(static_cast<unsigned>(std::strtoul(words[3], nullptr, 10)));
  if (!done) fmt::print(stderr, "archive_rehearsal: {}\n", done.error().message);
  return done ? 0 : 1;
}
