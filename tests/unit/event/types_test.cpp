#include "libcommon/event/types.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace flu::event {
namespace {

TEST(EventTypes, EachNameIsThereOnceAndSaysWhatItMeans) {
  std::set<std::string_view> names;
  for (const Type& type : all_types()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_FALSE(type.meaning.empty()) << type.name;
    EXPECT_EQ(type.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

TEST(EventTypes, AllDocumentedNamesAreKnown) {
  for (const std::string_view name : {"server_started",
                                      "listener_start",
                                      "listener_failure",
                                      "config_reloaded",
                                      "session_opened",
                                      "session_closed",
                                      "file_opened",
                                      "file_closed",
                                      "stream_started",
                                      "stream_stop",
                                      "stream_stopped",
                                      "stream_reconfigured",
                                      "source_ready",
                                      "stream_motion_started",
                                      "stream_motion_stopped",
                                      "stream_media_info",
                                      "source_lost",
                                      "source_switch",
                                      "frames_timed_out",
                                      "frames_restored",
                                      "stream_backup",
                                      "publish_started",
                                      "publish_stopped",
                                      "push_started",
                                      "stream_jpeg",
                                      "dvr_new_fragment",
                                      "dvr_deleted_fragments",
                                      "dvr_new_blob",
                                      "stream_force_close_gop",
                                      "stream_rt_sync",
                                      "dvr_replication_started",
                                      "dvr_hour_replication_started",
                                      "dvr_hour_replication_done",
                                      "dvr_replication_progress",
                                      "dvr_replication_done",
                                      "stream_broken_source"}) {
    EXPECT_NE(find_type(name), nullptr) << name;
  }
}

TEST(EventTypes, LevelsHaveNames) {
  EXPECT_EQ(level_of(kSourceLost), Level::kAlert);
  EXPECT_EQ(level_of(kSourceReady), Level::kInfo);
  EXPECT_EQ(level_of("something of a newer program"), Level::kInfo);
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kAlert}) {
    EXPECT_EQ(parse_level(to_string(level)), level);
  }
  EXPECT_EQ(parse_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace flu::event
