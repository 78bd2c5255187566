#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "libcommon/store/window_reader.h"
#include "libcommon/store/window_writer.h"

namespace flu::store {

// A folder of its own and segments of four seconds.
class WindowFixture : public testing::Test {
 protected:
  static constexpr std::int64_t kBase = 158'741'550'000'000;
  static constexpr std::uint32_t kTarget = 360'000;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "window.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] WindowWriter open_writer(std::uint32_t playlist = 3, std::uint32_t kept = 3) const {
    WindowSettings settings;
    settings.playlist_segments = playlist;
    settings.kept_segments = kept;
    settings.target = media::Ticks(kTarget);
    auto writer = WindowWriter::open(folder_, settings);
    EXPECT_TRUE(writer) << (writer ? "" : writer.error().message);
    return std::move(*writer);
  }

  static segment::IndexRecord record(std::uint32_t number, std::uint32_t duration = kTarget) {
    segment::IndexRecord out;
    out.seq = 100 + number;
    out.start = media::Timestamp(kBase + std::int64_t{number} * kTarget);
    out.duration = duration;
    out.size = 1000;
    out.sap = 1;
    return out;
  }

  void append(WindowWriter& writer, const segment::IndexRecord& record) const {
    const std::string path = in_folder(folder_, segment_file(record.start));
    ASSERT_TRUE(io::replace_file(path, as_bytes("segment")));
    const auto done = writer.append(record);
    ASSERT_TRUE(done) << done.error().message;
  }

  [[nodiscard]] bool has(std::string_view file) const {
    return std::filesystem::exists(in_folder(folder_, file));
  }
  [[nodiscard]] std::string index() const { return in_folder(folder_, kWindowIndexFile); }

  std::string folder_;
};

}  // namespace flu::store
