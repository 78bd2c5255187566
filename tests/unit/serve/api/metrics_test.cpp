#include "tools/serve/api/metrics.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const json& server, const json& streams, const json& clients) {
  const ApiMoment moment{0, [](std::string_view name) -> std::optional<std::chrono::milliseconds> {
                           if (name != "ort") return std::nullopt;
                           return std::chrono::milliseconds(1500);
                         }};
  return metrics_text(server, streams, clients, moment);
}

TEST(Metrics, EachNameHasItsHeadOnce) {
  const json hub{{"name", "segment@ort"}, {"counters", {{"frames", 7}, {"bytes", 900}}}};
  const json streams{{"streams",
                      {{{"name", "ort"}, {"state", "running"}, {"bitrate", 5}, {"units", {hub}}},
                       {{"name", "b"}, {"state", "waiting"}, {"bitrate", nullptr}}}}};
  const json clients{{"streams", {{"ort", {{"clients", 3}, {"bytes", 11}}}}}};
  const std::string text = text_of({{"program_version", "1.0"}, {"uptime", 9}}, streams, clients);
  EXPECT_THAT(text, HasSubstr("# HELP flu_stream_up 1 while frames come.\n"
                              "# TYPE flu_stream_up gauge\n"
                              "flu_stream_up{stream=\"ort\"} 1\n"
                              "flu_stream_up{stream=\"b\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("flu_stream_input_frames_total{stream=\"ort\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("flu_stream_clients{stream=\"ort\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("flu_stream_frame_age_seconds{stream=\"ort\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("flu_build_info{version=\"1.0\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("flu_stream_input_bits_per_second{stream=\"b\"}")));
  EXPECT_THAT(text, Not(HasSubstr("flu_stream_retries_total")));
}

TEST(Metrics, CertificatesAreToldWhereThereIsHttps) {
  json counters{{"tls_handshakes", 4}, {"tls_failed", 1}};
  const auto text = [&] {
    return text_of({{"units", {{{"name", "serve"}, {"counters", counters}}}}}, {}, {});
  };
  EXPECT_THAT(text(), Not(HasSubstr("flu_tls")));
  counters["certificates"] = {{{"file", "a.crt"}, {"valid_until", 1700000000}},
                              {{"file", "b.crt"}}};
  EXPECT_THAT(text(), HasSubstr("flu_tls_handshakes_total 4\n"));
  EXPECT_THAT(text(), HasSubstr("flu_tls_certificate_valid_until_seconds{certificate=\"a.crt\"} "
                                "1700000000\n"));
  EXPECT_THAT(text(), Not(HasSubstr("b.crt")));
}

TEST(Metrics, LabelsAreEscaped) {
  const std::string text = text_of({{"program_version", "a\"b\\c\nd"}}, {}, {});
  EXPECT_THAT(text, HasSubstr("version=\"a\\\"b\\\\c\\nd\""));
}

TEST(Metrics, WhatIsOfAnotherKindIsLeftOut) {
  const std::string text =
      text_of({{"uptime", "x"}, {"units", {5, {{"name", "serve"}, {"counters", 5}}}}},
              {{"streams", {{{"name", 5}, {"units", 5}}}}}, json::array());
  EXPECT_THAT(text, Not(HasSubstr("flu_uptime_seconds")));
  EXPECT_THAT(text, Not(HasSubstr("flu_http_workers")));
}

}  // namespace
}  // namespace flu::serve
