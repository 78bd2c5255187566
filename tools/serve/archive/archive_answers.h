#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/media/time.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/store/archive_reader.h"
#include "tools/serve/archive/archive_list.h"
#include "tools/serve/archive/archive_shelf.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/route.h"

namespace flu::serve {

// A request for something of an archive, with all that has to be known of the stream as it is live:
// it is answered on another thread.
struct ArchiveQuestion {
  std::string root;
  Route route;
  std::string query;  // of recording_status.json
  media::Timestamp now{0};
  media::Timestamp began{0};  // the viewer's session
  bool is_live = false;       // more is coming
  std::uint32_t target_duration = 0;
  Records window;                                      // of the live stream; empty: it does not run
  std::map<std::uint32_t, media::Tracks> live_tracks;  // of the window, by init_hash
  PidWishes pids;
};

struct ArchiveAnswer {
  Response response;
  std::shared_ptr<const SentSegment> segment;  // to be kept
  std::string trouble;                         // for the log
};

// What the client is told; `trouble`, for the log, says more where it is ours.
Response refusal_of(const Error& error, std::string& trouble);

// 503: there is no thread for it.
Response unreadable_now();

// Answers what is asked of archives. Reads disks: not for the thread that serves.
class ArchiveAnswers {
 public:
  ArchiveAnswer answer(const ArchiveQuestion& question);

 private:
  struct Named {
    std::string root;
    std::string stream;
    std::unique_ptr<ArchiveShelf> shelf;
  };

  Result<ArchiveShelf*> shelf_of(const ArchiveQuestion& question);

  std::list<Named> shelves_;  // newest use first
};

}  // namespace flu::serve
