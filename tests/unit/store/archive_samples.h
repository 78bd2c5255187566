#pragma once

#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/crc32c.h"
#include "libcommon/base/sha256.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/store/archive_reader.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/archive_writer.h"
#include "libcommon/store/window_names.h"

namespace flu::store {

constexpr segment::Hour kSampleHour = 498'000;  // 2026-10-24 00:00

struct SampleSegment {
  segment::IndexRecord record;
  Buffer bytes;
  Buffer init;
};

// The number-th segment of 4 s from the start of kSampleHour on.
inline SampleSegment sample_segment(unsigned number, std::string_view init = "tracks") {
  SampleSegment out;
  out.init.assign(init.begin(), init.end());
  ByteWriter writer(out.bytes);
  writer.u32(24);
  writer.bytes(as_bytes("moof"));
  writer.zeros(16);
  const std::size_t media = 500 + number % 7;
  writer.u32(static_cast<std::uint32_t>(8 + media));
  writer.bytes(as_bytes("mdat"));
  for (std::size_t i = 0; i < media; ++i) writer.u8(static_cast<std::uint8_t>(number + i));
  out.record.start = segment::start_of(kSampleHour) + media::Ticks(std::int64_t{number} * 360'000);
  out.record.duration = 360'000;
  out.record.seq = number + 1;
  out.record.size = static_cast<std::uint32_t>(out.bytes.size());
  out.record.moof_size = 24;
  out.record.data_crc = crc32c(Bytes(out.bytes).subspan(32));
  out.record.init_hash = init_hash_of(sha256(out.init));
  return out;
}

// A root and a state folder of a test's own.
class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest() {
    std::string name = (std::filesystem::temp_directory_path() / "flu-archive.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string root_path() const { return folder_ / "root"; }
  [[nodiscard]] std::string memory() const { return folder_ / "state"; }

  ArchiveRoot open_root() {
    auto root = ArchiveRoot::open(root_path(), memory());
    EXPECT_TRUE(root) << root.error().message;
    return std::move(*root);
  }

  static ArchiveWriter open_writer(const ArchiveRoot& root, const std::string& owner = "a",
                                   std::uint64_t max_blob_bytes = kMaxBlobBytes) {
    auto writer = ArchiveWriter::open(root, "cams/1", {owner, max_blob_bytes});
    EXPECT_TRUE(writer) << writer.error().message;
    return std::move(*writer);
  }

  static void add(ArchiveWriter& writer, const SampleSegment& segment) {
    const auto done = writer.append(segment.record, segment.bytes, segment.init);
    ASSERT_TRUE(done) << done.error().message;
  }

  // A whole group; how many segments it acknowledged.
  static std::size_t commit(ArchiveWriter& writer) {
    EXPECT_TRUE(writer.sync_media());
    EXPECT_TRUE(writer.write_records());
    EXPECT_TRUE(writer.sync_records());
    return writer.acknowledge().size();
  }

  // Those segments, all of them acknowledged, and their hours closed.
  void record(std::initializer_list<unsigned> numbers,
              const std::function<SampleSegment(unsigned)>& make) {
    const ArchiveRoot root = open_root();
    ArchiveWriter writer = open_writer(root);
    for (const unsigned number : numbers) add(writer, make(number));
    commit(writer);
    ASSERT_TRUE(writer.close_before(kSampleHour + 10));
  }

  ArchiveReader open_reader() {
    auto opened = ArchiveReader::open(root_path(), "cams/1");
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }

  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return std::filesystem::path(root_path()) / "cams+1" / name;
  }

  std::filesystem::path folder_;
};

}  // namespace flu::store
