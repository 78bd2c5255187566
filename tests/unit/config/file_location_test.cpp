#include "libcommon/config/file_location.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/config/plan.h"

namespace flu::config {
namespace {

using testing::HasSubstr;

bool has_error(const LoadedConfig& config, const std::string& text) {
  return std::any_of(
      config.diagnostics.all().begin(), config.diagnostics.all().end(), [&](const Diagnostic& d) {
        return d.severity == Severity::kError && d.message.find(text) != std::string::npos;
      });
}

TEST(FileLocation, PathStaysInside) {
  EXPECT_TRUE(check_location_path("vod/a.mp4"));
  EXPECT_TRUE(check_location_path("vod/a/b c.mp4"));
  for (const char* path :
       {"", "vod", "vod/", "/vod/a.mp4", "/a.mp4", "vod/../a.mp4", "../vod/a", "vod/a/.."}) {
    EXPECT_FALSE(check_location_path(path)) << path;
  }
}

TEST(FileLocation, SourcesAndBackupGetTheirDirectories) {
  const LoadedConfig config = load_config(
      "stream a { url file://vod/x.mp4; backup spare/y.mp4; }\n"
      "file vod { path /one; paths \"/two words\" /three; }\nfile spare { path /four; }\n"
      "file unused { path /five; }\n");
  ASSERT_FALSE(config.diagnostics.has_errors());
  ASSERT_EQ(config.server.streams.size(), 1U);
  EXPECT_THAT(explain(config.server.streams[0], ""),
              HasSubstr("flu-ingest --loop --location vod=/one --location 'vod=/two words' "
                        "--location vod=/three --location spare=/four --backup "
                        "file://spare/y.mp4 file://vod/x.mp4 | flu-segment"));
}

TEST(FileLocation, MissingLocationIsAnErrorWithItsNeighbour) {
  const LoadedConfig config =
      load_config("file vod { path /one; }\nstream a { url file://vid/x.mp4; }\n");
  EXPECT_TRUE(has_error(config, "there is no 'file vid { path DIRECTORY; }', did you mean 'vod'"));
}

TEST(FileLocation, AbsoluteBackupIsAnError) {
  const std::string vod = "file vod { path /one; }\n";
  for (const char* path : {"/one/x.mp4", "vod/../x.mp4", "x.mp4", "file:///x.mp4"}) {
    const LoadedConfig config =
        load_config(vod + "stream a { url fake://fake; backup " + path + "; }\n");
    EXPECT_TRUE(has_error(config, "neither absolute nor with '..'")) << path;
  }
}

TEST(FileLocation, PrefixIsDeclaredOnce) {
  EXPECT_TRUE(has_error(load_config("file vod { path /a; }\nfile vod { path /b; }\n"),
                        "declared in line 1"));
  EXPECT_TRUE(has_error(load_config("file a/b { path /a; }\n"), "expected a prefix"));
}

}  // namespace
}  // namespace flu::config
