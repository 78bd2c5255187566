#include "libcommon/event/types.h"

#include <algorithm>
#include <array>

namespace flu::event {
namespace {

constexpr auto kDebug = Level::kDebug;
constexpr auto kInfo = Level::kInfo;
constexpr auto kAlert = Level::kAlert;

constexpr std::array kTypes{
    Type{kServerStarted, kInfo, "the supervisor works, fresh or as the successor of a killed one"},
    Type{kServerStopped, kInfo, "everything has ended, as it was asked to"},
    Type{kListenerStart, kInfo, "a port is listened on"},
    Type{kListenerFailure, kAlert, "a port cannot be listened on"},
    Type{kConfigReloaded, kInfo, "another config is in force"},
    Type{kConfigRefused, kAlert, "a config with mistakes was not taken"},
    Type{kApiDenied, kAlert, "a request to the HTTP API came with a wrong login, or without one"},
    Type{kStreamStarted, kInfo, "a stream takes frames from now on"},
    Type{kStreamStop, kInfo, "a stream was told to stop"},
    Type{kStreamStopped, kInfo, "a stream has stopped"},
    Type{kStreamReconfigured, kInfo, "a running stream has other settings"},
    Type{kStreamMediaInfo, kInfo, "a stream is made of other tracks than before"},
    Type{kStreamBackup, kInfo, "the backup plays, for want of a source"},
    Type{kStreamForceCloseGop, kAlert, "a segment ended without a key frame"},
    Type{kStreamRtSync, kInfo, "the source's time jumped and is mapped anew"},
    Type{kStreamBrokenSource, kAlert, "no source works: a stream is given up or started anew"},
    Type{kStreamMotionStarted, kInfo, "a camera sees motion"},
    Type{kStreamMotionStopped, kInfo, "a camera sees no motion any more"},
    Type{kStreamJpeg, kDebug, "a thumbnail was made"},
    Type{kSourceReady, kInfo, "the first frames of a source"},
    Type{kSourceLost, kAlert, "a source that played is lost"},
    Type{kSourceSwitch, kInfo, "another source plays"},
    Type{kFramesTimedOut, kAlert, "a source is silent, but not given up yet"},
    Type{kFramesRestored, kInfo, "a silent source sends frames again"},
    Type{kSegmentLost, kAlert, "a segment could not be written"},
    Type{kWindowFull, kAlert, "no room for the live window: fewer segments are kept"},
    Type{kWindowRestored, kInfo, "there is room for the live window again"},
    Type{kSessionOpened, kDebug, "somebody began to watch"},
    Type{kSessionClosed, kDebug, "somebody watches no more"},
    Type{kFileOpened, kDebug, "a file is watched"},
    Type{kFileClosed, kDebug, "a file is not watched any more"},
    Type{kPublishStarted, kInfo, "somebody publishes into a stream"},
    Type{kPublishStopped, kInfo, "a publisher left, with what it sent"},
    Type{kPushStarted, kInfo, "a stream is sent elsewhere"},
    Type{kDvrNewFragment, kDebug, "a segment was recorded"},
    Type{kDvrDeletedFragments, kDebug, "old recordings were removed"},
    Type{kDvrNewBlob, kDebug, "an hour of recording began"},
    Type{kDvrFailed, kAlert, "a stream, or a whole disk, cannot be recorded"},
    Type{kDvrResumed, kInfo, "what could not be recorded is recorded again"},
    Type{kDvrReplicationStarted, kInfo, "an archive is being copied"},
    Type{kDvrHourReplicationStarted, kDebug, "an hour of an archive is being copied"},
    Type{kDvrHourReplicationDone, kDebug, "an hour of an archive is copied"},
    Type{kDvrReplicationProgress, kDebug, "how far the copy of an archive is"},
    Type{kDvrReplicationDone, kInfo, "an archive is copied"},
    Type{kUnitStarted, kDebug, "a process was started"},
    Type{kUnitEnded, kInfo, "a process has ended"},
    Type{kUnitKilled, kAlert, "a process that was silent or did not end was killed"},
    Type{kServeUpgraded, kInfo, "flu-serve was replaced, and its clients stayed"},
    Type{kUpgradeFailed, kAlert, "flu-serve was not replaced: the old one serves on"},
    Type{kWorkerEnded, kAlert, "a worker of flu-serve has ended and is replaced"},
};

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kAlert: return "alert";
  }
  return "info";
}

std::optional<Level> parse_level(std::string_view name) {
  for (const Level level : {kDebug, kInfo, kAlert}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

std::span<const Type> all_types() {
  return kTypes;
}

const Type* find_type(std::string_view name) {
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const Type& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : found;
}

Level level_of(std::string_view name) {
  const Type* const type = find_type(name);
  return type == nullptr ? kInfo : type->level;
}

}  // namespace flu::event
