#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace flu::event {

// How much an event matters: debug happens all the time, info is the life of a stream, alert is
// for whoever has to do something.
enum class Level { kDebug, kInfo, kAlert };

std::string_view to_string(Level level);
std::optional<Level> parse_level(std::string_view name);

// Every event that there is, by its name in the journal, in JSON and in filters.

// the server
inline constexpr std::string_view kServerStarted = "server_started";
inline constexpr std::string_view kServerStopped = "server_stopped";
inline constexpr std::string_view kListenerStart = "listener_start";
inline constexpr std::string_view kListenerFailure = "listener_failure";
inline constexpr std::string_view kConfigReloaded = "config_reloaded";
inline constexpr std::string_view kConfigRefused = "config_refused";
inline constexpr std::string_view kApiDenied = "api_denied";
// a stream as a whole
inline constexpr std::string_view kStreamStarted = "stream_started";
inline constexpr std::string_view kStreamStop = "stream_stop";
inline constexpr std::string_view kStreamStopped = "stream_stopped";
inline constexpr std::string_view kStreamReconfigured = "stream_reconfigured";
inline constexpr std::string_view kStreamMediaInfo = "stream_media_info";
inline constexpr std::string_view kStreamBackup = "stream_backup";
inline constexpr std::string_view kStreamForceCloseGop = "stream_force_close_gop";
inline constexpr std::string_view kStreamRtSync = "stream_rt_sync";
inline constexpr std::string_view kStreamBrokenSource = "stream_broken_source";
inline constexpr std::string_view kStreamMotionStarted = "stream_motion_started";
inline constexpr std::string_view kStreamMotionStopped = "stream_motion_stopped";
inline constexpr std::string_view kStreamJpeg = "stream_jpeg";
// its source
inline constexpr std::string_view kSourceReady = "source_ready";
inline constexpr std::string_view kSourceLost = "source_lost";
inline constexpr std::string_view kSourceSwitch = "source_switch";
inline constexpr std::string_view kFramesTimedOut = "frames_timed_out";
inline constexpr std::string_view kFramesRestored = "frames_restored";
// its live window
inline constexpr std::string_view kSegmentLost = "segment_lost";
inline constexpr std::string_view kWindowFull = "window_full";
inline constexpr std::string_view kWindowRestored = "window_restored";
// viewers, publishers and what is sent elsewhere
inline constexpr std::string_view kSessionOpened = "session_opened";
inline constexpr std::string_view kSessionClosed = "session_closed";
inline constexpr std::string_view kFileOpened = "file_opened";
inline constexpr std::string_view kFileClosed = "file_closed";
inline constexpr std::string_view kPublishStarted = "publish_started";
inline constexpr std::string_view kPublishStopped = "publish_stopped";
inline constexpr std::string_view kPushStarted = "push_started";
// the archive
inline constexpr std::string_view kDvrNewFragment = "dvr_new_fragment";
inline constexpr std::string_view kDvrDeletedFragments = "dvr_deleted_fragments";
inline constexpr std::string_view kDvrNewBlob = "dvr_new_blob";
inline constexpr std::string_view kDvrFailed = "dvr_failed";
inline constexpr std::string_view kDvrResumed = "dvr_resumed";
inline constexpr std::string_view kDvrReplicationStarted = "dvr_replication_started";
inline constexpr std::string_view kDvrHourReplicationStarted = "dvr_hour_replication_started";
inline constexpr std::string_view kDvrHourReplicationDone = "dvr_hour_replication_done";
inline constexpr std::string_view kDvrReplicationProgress = "dvr_replication_progress";
inline constexpr std::string_view kDvrReplicationDone = "dvr_replication_done";
// the programs
inline constexpr std::string_view kUnitStarted = "unit_started";
inline constexpr std::string_view kUnitEnded = "unit_ended";
inline constexpr std::string_view kUnitKilled = "unit_killed";
inline constexpr std::string_view kServeUpgraded = "serve_upgraded";
inline constexpr std::string_view kUpgradeFailed = "upgrade_failed";
inline constexpr std::string_view kWorkerEnded = "worker_ended";

struct Type {
  std::string_view name;
  Level level = Level::kInfo;
  std::string_view meaning;  // for people
};

std::span<const Type> all_types();
const Type* find_type(std::string_view name);  // nullptr: not one of ours
Level level_of(std::string_view name);         // kInfo where the name is not known

}  // namespace flu::event
