#include "tools/serve/pages/logo.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"

namespace flu::serve {
namespace {

using testing::HasSubstr;

const std::string kPng = "\x89PNG\r\n\x1A\n...";

TEST(Logo, StandsInThePageAsTheConfigSays) {
  EXPECT_EQ(put_logo("<p>{{logo}}</p>", {}), "<p></p>");
  EXPECT_EQ(
      put_logo("<p>{{logo}}</p>", {"/w", "a\".png", {{"left", 0}, {"top", 5}, {"width", 100}}}),
      R"(<p><img id="logo" src="logo" alt="" data-left="0" data-top="5" width="100"></p>)");
  EXPECT_EQ(put_logo("no place", {"/w", "a.png", {}}), "no place");
}

TEST(Logo, IsTheImageAndNothingElse) {
  const io::TemporaryFolder dir;
  const std::string root = dir / "www";
  std::filesystem::create_directories(root);
  ASSERT_TRUE(io::replace_file(root + "/a.png", as_bytes(kPng)));
  ASSERT_TRUE(io::replace_file(root + "/page.html", as_bytes("<script>")));
  ASSERT_TRUE(io::replace_file(dir / "out.png", as_bytes(kPng)));
  const Response image = logo_response({root, "a.png", {}});
  EXPECT_EQ(image.status, 200U);
  EXPECT_EQ(image.content_type, "image/png");
  EXPECT_EQ(as_text(image.body.bytes), kPng);
  EXPECT_THAT(image.extra, HasSubstr("nosniff"));
  for (const char* path : {"", "page.html", "../out.png", "gone.png", "."}) {
    EXPECT_EQ(logo_response({root, path, {}}).status, 404U) << path;
  }
}

TEST(Logo, ImagesAreKnownByTheirStart) {
  EXPECT_EQ(image_type(as_bytes(kPng)), "image/png");
  EXPECT_EQ(image_type(as_bytes("\xFF\xD8\xFF\xE0")), "image/jpeg");
  EXPECT_EQ(image_type(as_bytes("GIF89a")), "image/gif");
  EXPECT_EQ(image_type(as_bytes("RIFF1234WEBPVP8 ")), "image/webp");
  for (const char* text : {"", "<svg xmlns=", "RIFF", "RIFF1234WAVE", "\x89PNX", "<html>"}) {
    EXPECT_EQ(image_type(as_bytes(text)), "") << text;
  }
}

}  // namespace
}  // namespace flu::serve
