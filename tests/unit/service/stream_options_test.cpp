#include "libcommon/service/stream_options.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::service {
namespace {

using nlohmann::json;

TEST(StreamOptions, ReadsWhatTheSupervisorWrites) {
  const StreamOptions options = parse_stream_options({{"name", "a"},
                                                      {"on_demand", true},
                                                      {"title", "Первый"},
                                                      {"url_prefix", "http://cdn/x//"},
                                                      {"add_audio_only", true},
                                                      {"prepush", 2500U},
                                                      {"provider", "P"},
                                                      {"dvr_root", "/storage"},
                                                      {"mpegts_pids", {{"v1", 211U}, {"x", 8191U}}},
                                                      {"hls_off", true},
                                                      {"dash_off", true},
                                                      {"mpegts_off", true},
                                                      {"mseld_off", true}});
  EXPECT_EQ(options, (StreamOptions{true,
                                    "Первый",
                                    "http://cdn/x",
                                    true,
                                    std::chrono::milliseconds(2500),
                                    "P",
                                    {{"v1", 211}},
                                    true,
                                    true,
                                    true,
                                    true,
                                    "/storage",
                                    false,
                                    {}}));
}

TEST(StreamOptions, ALogoIsAnImageAndItsPlace) {
  const json logo = json::parse(R"({"root": "/w", "path": "a.png", "left": 0, "width": 10,
                                    "top": -1, "height": "5", "onerror": 1})");
  const StreamOptions options = parse_stream_options({{"thumbnails", true}, {"logo", logo}});
  EXPECT_TRUE(options.has_thumbnails);
  EXPECT_EQ(options.logo, (LogoOptions{"/w", "a.png", {{"left", 0}, {"width", 10}}}));
  EXPECT_EQ(parse_stream_options({{"logo", "a.png"}}).logo, LogoOptions{});
}

TEST(StreamOptions, WhatIsNotThereIsTheDefault) {
  EXPECT_EQ(parse_stream_options(json::object()), StreamOptions{});
  EXPECT_EQ(parse_stream_options(
                {{"title", 7}, {"hls_off", "yes"}, {"on_demand", json()}, {"url_prefix", "/"}}),
            StreamOptions{});
}

}  // namespace
}  // namespace flu::service
