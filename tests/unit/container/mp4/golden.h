#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/sha256.h"

namespace flu::container {

// Sixteen bytes a line, so that a change shows in a diff.
inline std::string to_lines(Bytes bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    text += to_hex(bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at))) + "\n";
  }
  return text;
}

// Compares with tests/data/flu/NAME; with FLU_ACCEPT=1 writes it and skips, so that nobody takes
// the run for a pass.
inline void expect_golden(const std::string& name, Bytes bytes) {
  const std::string path = FLU_TEST_DATA "/flu/" + name;
  const char* accept = std::getenv("FLU_ACCEPT");
  if (accept != nullptr && std::string_view(accept) == "1") {
    std::ofstream(path, std::ios::binary) << to_lines(bytes);
    GTEST_SKIP() << "rewrote " << path;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(to_lines(bytes), expected) << path;
}

}  // namespace flu::container
