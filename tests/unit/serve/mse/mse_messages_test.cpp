#include "tools/serve/mse/mse_messages.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/serve/mse/mse_samples.h"

namespace flu::serve {
namespace {

TEST(MseMessages, ToleratesWhatClientsMakeOfTracks) {
  EXPECT_EQ(parse_mse_wish("v2a1"), (MseWish{2, 1}));
  EXPECT_EQ(parse_mse_wish("a1v2"), (MseWish{2, 1}));
  EXPECT_EQ(parse_mse_wish("v1null"), (MseWish{1, std::nullopt}));
  EXPECT_EQ(parse_mse_wish("v1a1from=NaN"), (MseWish{1, 1}));
  EXPECT_EQ(parse_mse_wish(""), MseWish{});
  EXPECT_EQ(parse_mse_wish("v99999999999999999999"), MseWish{});
  EXPECT_EQ(parse_mse_wish("v0a0"), MseWish{});
  EXPECT_EQ(mse_wish_of_query("token=x&tracks=v1a2"), (MseWish{1, 2}));
  EXPECT_EQ(mse_wish_of_query("tracks=v1a1from=NaN"), (MseWish{1, 1}));
  EXPECT_EQ(mse_wish_of_query(""), MseWish{});
}

TEST(MseMessages, ChoosesWhatIsThere) {
  MseStream stream(1'000'000);
  set_mse_tracks(stream, mse_tracks());
  const MseProgram& program = *stream.program();
  EXPECT_EQ(select_mse_tracks(program, {}), (MseSelection{1, 3}));
  EXPECT_EQ(select_mse_tracks(program, {2, 3}), (MseSelection{2, 4}));
  EXPECT_EQ(select_mse_tracks(program, {2, std::nullopt}), (MseSelection{2, 0}));
  EXPECT_EQ(select_mse_tracks(program, {std::nullopt, 1}), (MseSelection{0, 3}));
  EXPECT_EQ(select_mse_tracks(program, {7, 7}), (MseSelection{1, 3}));
  set_mse_tracks(stream, {mse_audio(1)});
  EXPECT_EQ(select_mse_tracks(*stream.program(), {1, std::nullopt}), (MseSelection{0, 1}));
}

TEST(MseMessages, AnInitNamesAllTracksAndBringsTheChosen) {
  MseStream stream(1'000'000);
  set_mse_tracks(stream, mse_tracks());
  const auto message =
      nlohmann::json::parse(write_mse_init(stream, *stream.program(), {2, 3}, "0-1"));
  EXPECT_EQ(message["type"], "mse_init_segment");
  EXPECT_EQ(message["session_id"], "0-1");
  const auto& list = message["metadata"]["tracks"];
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(message["metadata"]["streams"], list);
  EXPECT_EQ(list[1]["track_id"], "v2");
  EXPECT_EQ(list[1]["width"], 160);
  EXPECT_EQ(list[1]["fps"], 25.0);
  EXPECT_EQ(list[1]["length_size"], 4);
  EXPECT_EQ(list[2]["sample_rate"], 48'000);
  ASSERT_EQ(message["tracks"].size(), 2U);
  EXPECT_EQ(message["tracks"][0]["id"], 2);
  EXPECT_EQ(message["tracks"][0]["content"], "video");
  EXPECT_EQ(message["tracks"][1]["id"], 3);
  EXPECT_EQ(message["tracks"][1]["mime_type"], "audio/mp4; codecs=\"mp4a.40.2\"");
}

TEST(MseMessages, SaysWhetherWaitingHelps) {
  EXPECT_EQ(nlohmann::json::parse(write_mse_unavailable(true))["static"], false);
  EXPECT_FALSE(nlohmann::json::parse(write_mse_unavailable(false)).contains("static"));
}

}  // namespace
}  // namespace flu::serve
