#include "libcommon/manifest/mpd.h"

#include <string>

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr Timestamp kStart{158'741'550'000'090};  // 2025-11-22T07:03:20.001Z

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Mpd::Representation representation(std::vector<Mpd::Segment> segments) {
  Mpd::Representation out;
  out.id = "v1";
  out.codecs = "avc1.64000c";
  out.bandwidth = 800'000;
  out.video = {320, 180, 1, 1, 25, 1, false};
  out.frame_rate = {30'000, 1001};
  out.initialization = "tracks-v1/init-0123456789abcdef.mp4";
  out.media = "tracks-v1/$Time$.m4s";
  out.segments = std::move(segments);
  return out;
}

Mpd one_period(std::vector<Mpd::Segment> segments) {
  Mpd mpd;
  mpd.published = kStart + Ticks{360'000};
  mpd.update_period = Ticks{180'000};
  mpd.depth = Ticks{1'800'000};
  mpd.delay = Ticks{1'080'000};
  mpd.min_buffer = mpd.max_segment = Ticks{360'090};
  mpd.clock = "../flu/time";
  Mpd::AdaptationSet set;
  set.id = 1;
  set.role = "main";
  set.representations = {representation(std::move(segments))};
  mpd.periods = {{kStart, std::nullopt, {std::move(set)}}};
  return mpd;
}

std::string timeline(std::vector<Mpd::Segment> segments) {
  const std::string text = write_mpd(one_period(std::move(segments)));
  const auto begin = text.find("<S ");
  const auto end = text.find("</SegmentTimeline>");
  std::string out;
  for (const char c : text.substr(begin, end - begin)) {
    if (c != '\n') out += c;
  }
  while (has(out, "  ")) out.erase(out.find("  "), 1);
  return out;
}

TEST(Mpd, SaysWhatALivePlayerNeeds) {
  const std::string text = write_mpd(one_period({{kStart, Ticks{360'000}}}));
  EXPECT_TRUE(has(text,
                  "type=\"dynamic\" availabilityStartTime=\"1970-01-01T00:00:00Z\" "
                  "publishTime=\"2025-11-22T07:03:24.001Z\""))
      << text;
  EXPECT_TRUE(has(text,
                  "minimumUpdatePeriod=\"PT2S\" timeShiftBufferDepth=\"PT20S\" "
                  "suggestedPresentationDelay=\"PT12S\""))
      << text;
  EXPECT_TRUE(has(text, "minBufferTime=\"PT4.001S\""));
  EXPECT_TRUE(has(text, "utc:http-iso:2014\" value=\"../flu/time\""));
  EXPECT_FALSE(has(text, "mediaPresentationDuration"));
  EXPECT_TRUE(has(text, "frameRate=\"30000/1001\""));
  EXPECT_TRUE(has(text, "width=\"320\" height=\"180\" sar=\"1:1\""));
}

// What a player adds up, Period@start + (@t - presentationTimeOffset) / timescale, is @t in UTC.
TEST(Mpd, PeriodsDoNotMoveTimes) {
  const std::string text = write_mpd(one_period({{kStart, Ticks{360'000}}}));
  EXPECT_TRUE(has(text, "<Period id=\"158741550000090\" start=\"PT1763795000.001S\">")) << text;
  EXPECT_TRUE(has(text, "presentationTimeOffset=\"158741550000090\""));
  EXPECT_EQ(period_start(kStart + Ticks{89}), kStart);
  EXPECT_EQ(period_start(kStart + Ticks{90}), kStart + Ticks{90});
}

TEST(Mpd, TimelineRepeatsWhatIsEqual) {
  const Ticks d{360'000};
  EXPECT_EQ(timeline({{kStart, d}, {kStart + d, d}, {kStart + d * 2, d}}),
            "<S t=\"158741550000090\" d=\"360000\" r=\"2\"/> ");
  EXPECT_EQ(timeline({{kStart, d}, {kStart + d, d / 2}, {kStart + d * 3 / 2, d}}),
            "<S t=\"158741550000090\" d=\"360000\"/> <S d=\"180000\"/> <S d=\"360000\"/> ");
  EXPECT_EQ(timeline({{kStart, d}, {kStart + d * 2, d}}),
            "<S t=\"158741550000090\" d=\"360000\"/> <S t=\"158741550720090\" d=\"360000\"/> ");
}

TEST(Mpd, EachSegmentLastsUntilTheNext) {
  const Ticks d{360'000};
  std::vector<Mpd::Segment> segments{{kStart, d},
                                     {kStart + d + Ticks{7}, d},
                                     {kStart + d * 2 - Ticks{20}, d},
                                     {kStart + d * 4, d}};
  join_segments(segments);
  EXPECT_EQ(segments[0].duration, d + Ticks{7});
  EXPECT_EQ(segments[1].duration, d - Ticks{27});
  EXPECT_EQ(segments[2].duration, d * 2 + Ticks{20});
  EXPECT_EQ(segments[3].duration, d);
}

TEST(Mpd, AnEndedStreamHasALength) {
  Mpd mpd = one_period({{kStart, Ticks{360'000}}});
  mpd.has_ended = true;
  mpd.periods[0].duration = Ticks{360'000};
  const std::string text = write_mpd(mpd);
  EXPECT_TRUE(has(text, "type=\"static\""));
  EXPECT_TRUE(has(text, "mediaPresentationDuration=\"PT1763795004.001S\"")) << text;
  EXPECT_FALSE(has(text, "minimumUpdatePeriod"));
  EXPECT_FALSE(has(text, "UTCTiming"));
}

TEST(Mpd, SoundSaysItsLanguageAndWhatItIsFor) {
  Mpd mpd = one_period({{kStart, Ticks{360'000}}});
  Mpd::AdaptationSet& set = mpd.periods[0].sets[0];
  set.kind = media::TrackKind::kAudio;
  set.language = "de";
  set.channels = 6;
  set.accessibility = "description";
  set.representations[0].video = {};
  set.representations[0].frame_rate = {};
  set.representations[0].sample_rate = 48'000;
  const std::string text = write_mpd(mpd);
  EXPECT_TRUE(has(text, "contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"de\"")) << text;
  EXPECT_TRUE(has(text, "audio_channel_configuration:2011\" value=\"6\""));
  EXPECT_TRUE(has(text,
                  "<Accessibility schemeIdUri=\"urn:mpeg:dash:role:2011\" "
                  "value=\"description\"/>"));
  EXPECT_TRUE(has(text, "audioSamplingRate=\"48000\""));
  EXPECT_FALSE(has(text, " width="));
}

TEST(Mpd, TheQueryIsCarriedToEachAddress) {
  const std::string text = write_mpd(one_period({{kStart, Ticks{360'000}}}));
  const std::string with = add_mpd_query(text, "token=a&x=$1");
  EXPECT_TRUE(has(with, "init-0123456789abcdef.mp4?token=a&amp;x=$$1\"")) << with;
  EXPECT_TRUE(has(with, "/$Time$.m4s?token=a&amp;x=$$1\""));
  EXPECT_TRUE(has(with, "value=\"../flu/time\""));
  EXPECT_TRUE(with.ends_with("</MPD>\n"));
  EXPECT_EQ(add_mpd_query(text, ""), text);
}

TEST(Mpd, AddressesAreEscaped) {
  Mpd mpd = one_period({{kStart, Ticks{360'000}}});
  mpd.periods[0].sets[0].representations[0].media = "tracks-v1/$Time$.m4s?token=\"a\"&b=<1>";
  const std::string text = write_mpd(mpd);
  EXPECT_TRUE(has(text, "token=&quot;a&quot;&amp;b=&lt;1&gt;\"")) << text;
}

}  // namespace
}  // namespace flu::manifest
