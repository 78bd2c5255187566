#include "tools/serve/api/api_views.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

json streams() {
  return json::parse(R"({"streams": [
    {"name": "ort", "static": true, "bitrate": 3690400, "retries": 2, "error_rate": 1.6,
     "started_utc_ms": 1493279194382, "retry_limit": 10, "clients_timeout": 60,
     "source_timeout": 30, "url": "udp://239.0.0.1:1234",
     "sources": [{"url": "udp://239.0.0.1:1234", "options": [["priority", "1"]]},
                 {"url": "file:///spare.ts", "options": []}],
     "media_info": {"width": 320, "height": 240, "streams": [{"track_id": "v1"}]}},
    {"name": "off", "static": true, "sources": [], "started_utc_ms": null, "bitrate": null}]})");
}

ApiMoment always(int age) {
  return {2'000'000'000'000, [age](std::string_view) { return std::optional(milliseconds(age)); }};
}

TEST(ApiViews, MediaHasTheDocumentedFields) {
  const json clients = json::parse(
      R"({"streams": {"ort": {"clients": 3, "output_kbit": 4002, "last_access_at": 1493279230436}}})");
  const json media = media_view(streams(), clients, always(113));
  ASSERT_EQ(media.size(), 2U);
  EXPECT_EQ(media[0]["entry"], "stream");
  const json& value = media[0]["value"];
  EXPECT_EQ(value["name"], "ort");
  EXPECT_EQ(value["urls"][0],
            json::parse(R"({"value": "udp://239.0.0.1:1234", "options": [["priority", "1"]]})"));
  const json& stats = value["stats"];
  for (const char* name :
       {"alive", "bitrate", "bufferings", "client_count", "dash", "hds", "hls", "input_error_rate",
        "last_access_at", "media_info", "out_bandwidth", "push_stats", "remote", "retry_count",
        "running", "start_running_at", "ts_delay", "url"}) {
    EXPECT_TRUE(stats.contains(name)) << name;
  }
  EXPECT_EQ(stats["alive"], true);
  EXPECT_EQ(stats["bitrate"], 3690);
  EXPECT_EQ(stats["client_count"], 3);
  EXPECT_EQ(stats["out_bandwidth"], 4002);
  EXPECT_EQ(stats["ts_delay"], 113);
  EXPECT_EQ(stats["retry_count"], 2);
  EXPECT_EQ(stats["input_error_rate"], 2);
  EXPECT_EQ(stats["start_running_at"], 1493279194382);
  EXPECT_EQ(stats["media_info"]["streams"][0]["track_id"], "v1");
  const json& options = value["options"];
  for (const char* name :
       {"static", "retry_limit", "clients_timeout", "source_timeout", "pushes", "publish_enabled",
        "add_audio_only", "dash_off", "dvr_protected", "hds_off", "hls_off", "m4s_off",
        "mpegts_off", "pulse_off", "rtmp_off", "rtsp_off", "webrtc_off"}) {
    EXPECT_TRUE(options.contains(name)) << name;
  }
  EXPECT_EQ(options["source_timeout"], 30);
}

TEST(ApiViews, AStreamThatDoesNotRunSaysSo) {
  const json media = media_view(streams(), json::object(), always(113));
  const json& stats = media[1]["value"]["stats"];
  EXPECT_EQ(stats["alive"], false);
  EXPECT_EQ(stats["running"], false);
  EXPECT_EQ(stats["bitrate"], 0);
  EXPECT_EQ(stats["url"], "");
  EXPECT_FALSE(stats.contains("ts_delay"));
}

TEST(ApiViews, AStreamThatLostItsSourceTellsWhenItsLastFrameWas) {
  json lost = streams();
  lost["streams"][0]["last_utc_ms"] = 2'000'000'000'000 - 7000;
  const ApiMoment moment{2'000'000'000'000,
                         [](std::string_view) { return std::optional<milliseconds>(); }};
  const json media = media_view(lost, json::object(), moment);
  EXPECT_EQ(media[0]["value"]["stats"]["ts_delay"], 7000);
  EXPECT_EQ(media[0]["value"]["stats"]["alive"], false);
  const json never = media_view(streams(), json::object(), moment);
  EXPECT_FALSE(never[0]["value"]["stats"].contains("ts_delay"));
}

TEST(ApiViews, ServerCounts) {
  const json server = json::parse(R"({"program_version": "1.2", "hostname": "h", "uptime": 5})");
  const json clients = json::parse(R"({"clients": 4, "output_kbit": 9})");
  EXPECT_EQ(server_view(server, streams(), clients, always(4000)),
            json::parse(R"({"version": "1.2", "hostname": "h", "uptime": 5, "total_clients": 4,
                            "total_streams": 2, "online_streams": 1, "input_kbit": 3690,
                            "output_kbit": 9})"));
  EXPECT_EQ(server_view(server, streams(), clients, always(6000))["online_streams"], 0);
}

TEST(ApiViews, CodingsHaveTheDocumentedNames) {
  const json info = media_info_view(json::parse(
      R"({"media_info": {"streams": [{"codec": "mpeg2video"}, {"codec": "mp2"}, {"codec": "h264"}]}})"));
  EXPECT_EQ(info["streams"][0]["codec"], "mp2v");
  EXPECT_EQ(info["streams"][1]["codec"], "mp2a");
  EXPECT_EQ(info["streams"][2]["codec"], "h264");
  EXPECT_TRUE(media_info_view(json::object())["streams"].empty());
}

TEST(ApiViews, StateOfAnotherVersionIsNoFault) {
  for (const char* text : {"{}", R"({"streams": 5})", R"({"streams": [{}]})",
                           R"({"streams": [{"name": 5, "sources": 7, "bitrate": "x"}]})"}) {
    const json odd = json::parse(text);
    media_view(odd, odd, always(1));
    server_view(odd, odd, odd, always(1));
    EXPECT_EQ(find_stream(odd, "a"), nullptr);
  }
}

}  // namespace
}  // namespace flu::serve
