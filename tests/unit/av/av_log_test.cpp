#include "libcommon/av/av_log.h"

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/log.h>
}

namespace flu::av {
namespace {

std::string hide(std::string_view url) {
  return "<" + std::string(url.substr(0, url.find("://"))) + ">";
}

TEST(AvLog, EveryUrlOfALineIsHidden) {
  EXPECT_EQ(hide_urls("Opening 'http://u:p@h/x' for reading, not rtsp://a:b@c", hide),
            "Opening '<http>' for reading, not <rtsp>");
  EXPECT_EQ(hide_urls("nothing of it", hide), "nothing of it");
  EXPECT_EQ(hide_urls("", hide), "");
}

TEST(AvLog, TheLastErrorIsKeptWithoutSecrets) {
  take_log(hide);
  av_log(nullptr, AV_LOG_ERROR, "open %s failed\n", "http://u:p@h/");
  av_log(nullptr, AV_LOG_WARNING, "a warning\n");
  EXPECT_EQ(take_last_error(), "open <http> failed");
  EXPECT_EQ(take_last_error(), "");
}

}  // namespace
}  // namespace flu::av
