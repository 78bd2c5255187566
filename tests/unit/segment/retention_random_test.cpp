// Archives as chance makes them: what holds of every plan.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "libcommon/segment/retention.h"

namespace flu::segment {
namespace {

constexpr Hour kFirst = 498'000;

// Everything of an archive that could go at once, and whether it may.
struct Piece {
  std::size_t stream = 0;
  Hour hour = 0;
  std::uint16_t blob = 0;
  TimeRange time;
  std::uint64_t bytes = 0;
  bool may_go = false;
  bool is_gone = false;
};

class RandomArchive {
 public:
  explicit RandomArchive(unsigned seed) : random_(seed) {
    const unsigned streams = 1 + below(4);
    for (unsigned i = 0; i < streams; ++i) add_stream(i);
    std::uint64_t bytes = 0;
    for (const Piece& piece : pieces) bytes += piece.bytes;
    input.disk = {bytes + below(1000), below(2000)};
    input.now = start_of(kFirst + below(60));
    if (below(4) == 0) input.needed = below(3000);
    input.blobs_of = [this](std::size_t stream, Hour hour) {
      std::vector<ArchiveBlob> out;
      for (const Piece& piece : pieces) {
        if (piece.stream == stream && piece.hour == hour) {
          out.push_back({piece.blob, piece.time, piece.bytes});
        }
      }
      return out;
    };
  }

  void apply(const CleanPlan& plan) {
    for (const Deletion& deletion : plan.deletions) {
      for (Piece& piece : pieces) {
        const bool is_it = piece.stream == deletion.stream && piece.hour == deletion.hour &&
                           (!deletion.blob || *deletion.blob == piece.blob);
        if (!is_it) continue;
        EXPECT_FALSE(piece.is_gone) << "twice";
        EXPECT_TRUE(piece.may_go) << "locked, or being recorded";
        piece.is_gone = true;
      }
    }
  }

  [[nodiscard]] std::uint64_t left(std::size_t stream) const {
    std::uint64_t out = 0;
    for (const Piece& piece : pieces) {
      if (piece.stream == stream && !piece.is_gone) out += piece.bytes;
    }
    return out;
  }
  [[nodiscard]] std::uint64_t freed() const {
    std::uint64_t out = 0;
    for (const Piece& piece : pieces) {
      if (piece.is_gone) out += piece.bytes;
    }
    return out;
  }
  [[nodiscard]] bool has_more(std::size_t stream) const {
    return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
      return piece.stream == stream && piece.may_go && !piece.is_gone;
    });
  }

  CleanInput input;
  std::vector<Piece> pieces;

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  void add_stream(std::size_t number) {
    StreamArchive stream;
    if (below(2) == 0) stream.limits.depth = std::chrono::minutes(1 + below(3000));
    if (below(2) == 0) stream.limits.max_bytes = 1 + below(5000);
    if (below(2) == 0) stream.limits.max_usage = 1 + below(100);
    for (unsigned i = below(4); i > 0; --i) {
      const media::Timestamp from =
          start_of(kFirst) + media::Ticks(std::int64_t{90'000} * below(150'000));
      stream.locks.apply(
          {LockOp::kLock, i, {from, from + media::Ticks(90'000 * (1 + below(9000)))}, {}});
    }
    const unsigned count = below(40);
    for (unsigned i = 0; i < count; ++i) {
      if (below(4) != 0) add_hour(stream, number, kFirst + i, i + 1 == count && below(2) == 0);
    }
    input.streams.push_back(std::move(stream));
  }

  void add_hour(StreamArchive& stream, std::size_t number, Hour hour, bool is_open) {
    const unsigned blobs = below(3) == 0 ? 1 + below(5) : 1;
    const media::Ticks length = kHourTicks / blobs;
    ArchiveHour out{hour, {start_of(hour), start_of(hour) + length * blobs}, 0, blobs, is_open};
    for (unsigned i = 0; i < blobs; ++i) {
      Piece piece{number, hour, static_cast<std::uint16_t>(i), {}, 1 + below(300)};
      piece.time = {start_of(hour) + length * i, start_of(hour) + length * (i + 1)};
      piece.may_go = !stream.locks.overlaps(piece.time) && !(is_open && i + 1 == blobs);
      out.bytes += piece.bytes;
      pieces.push_back(piece);
    }
    stream.hours.push_back(out);
  }

  std::mt19937 random_;
};

void check_limits(const RandomArchive& archive, const CleanPlan& plan) {
  const CleanInput& input = archive.input;
  const std::uint64_t used = input.disk.used - archive.freed();
  bool is_disk_short = false;
  bool is_full_short = false;
  std::set<std::size_t> short_streams;
  for (const Shortfall& each : plan.shortfalls) {
    if (each.stream) short_streams.insert(*each.stream);
    is_disk_short |= each.reason == CleanReason::kDisk;
    is_full_short |= each.reason == CleanReason::kFull;
  }
  for (std::size_t i = 0; i < input.streams.size(); ++i) {
    const ArchiveLimits& limits = input.streams[i].limits;
    const bool has_more = archive.has_more(i);
    if (limits.max_bytes && archive.left(i) > *limits.max_bytes) {
      EXPECT_FALSE(has_more);
      EXPECT_EQ(short_streams.count(i), 1U);
    }
    const auto size = input.disk.used + input.disk.available;
    if (limits.max_usage && used > size * *limits.max_usage / 100) {
      EXPECT_FALSE(has_more);
      EXPECT_TRUE(is_disk_short);
    }
    if (archive.freed() < input.needed) {
      EXPECT_FALSE(has_more);
      EXPECT_TRUE(is_full_short);
    }
  }
  for (const Piece& piece : archive.pieces) {
    const auto depth = input.streams[piece.stream].limits.depth;
    const bool is_old = depth && piece.time.to <= input.now - *depth;
    EXPECT_TRUE(piece.is_gone || !piece.may_go || !is_old);
  }
}

void check_order(const RandomArchive& archive, const CleanPlan& plan) {
  for (const Piece& older : archive.pieces) {
    if (older.is_gone || !older.may_go) continue;
    for (const Piece& newer : archive.pieces) {
      if (newer.stream != older.stream || !newer.is_gone) continue;
      EXPECT_LE(newer.time.to, older.time.to) << "something older could have gone";
    }
  }
  EXPECT_TRUE(
      std::is_sorted(plan.deletions.begin(), plan.deletions.end(),
                     [](const Deletion& a, const Deletion& b) { return a.time.to < b.time.to; }));
}

// Nothing goes without need.
void check_thrift(const RandomArchive& archive, const CleanPlan& plan) {
  for (const Deletion& each : plan.deletions) {
    if (each.reason == CleanReason::kAge) {
      const auto depth = archive.input.streams[each.stream].limits.depth;
      EXPECT_LE(each.time.to, archive.input.now - *depth);
    } else {
      EXPECT_GT(each.over, 0U);
    }
  }
}

TEST(RetentionRandom, LocksHoldLimitsHoldAndTheOldestGoesFirst) {
  for (unsigned seed = 0; seed < 3000 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    RandomArchive archive(seed);
    const CleanPlan plan = plan_cleaning(archive.input);
    archive.apply(plan);
    check_limits(archive, plan);
    check_order(archive, plan);
    check_thrift(archive, plan);
  }
}

}  // namespace
}  // namespace flu::segment
