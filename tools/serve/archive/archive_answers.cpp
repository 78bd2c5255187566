// Tested by tests/e2e/serve/archive-hls.sh
#include "tools/serve/archive/archive_answers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/store/lock_file.h"
#include "tools/serve/archive/archive_playlists.h"
#include "tools/serve/archive/recording_status.h"
#include "tools/serve/http/gzip.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/segment_answer.h"
#include "tools/serve/live/site_answers.h"

namespace flu::serve {
namespace {

Response playlist_response(std::string text, const Route& route) {
  Response response;
  response.content_type = "application/vnd.apple.mpegurl";
  // A timeshifted one is the viewer's own.
  response.cache_control = route.archive->is_timeshift() ? "no-store" : "public, max-age=1";
  response.body = make_body(std::move(text));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  if (response.body.bytes.size() >= kMinPacked) {
    response.packed = make_body(gzip(response.body.bytes));
  }
  return response;
}

Result<StatusFacts> read_facts(ArchiveShelf& shelf, const StatusAsk& ask,
                               const ArchiveQuestion& question) {
  StatusFacts facts;
  if (ask.wants_hours || ask.is_brief()) {
    FLU_TRY_ASSIGN(facts.hours, of_disk(shelf.reader().hours(*ask.range)));
  }
  if (ask.is_brief()) {
    facts.ranges = brief_ranges(facts.hours, *ask.range);
  } else if (ask.wants_ranges) {
    FLU_TRY_ASSIGN(facts.ranges, of_disk(shelf.reader().ranges(*ask.range)));
  }
  if (ask.wants_locks) {
    FLU_TRY_ASSIGN(const auto file,
                   of_disk(store::LockFile::open(question.root, question.route.stream)));
    FLU_TRY_ASSIGN(const auto log, of_disk(file.list()));
    for (const segment::Lock& lock : log.set.locks()) {
      if (lock.range.from < ask.range->to && lock.range.to > ask.range->from) {
        facts.locks.push_back(lock.range);
      }
    }
  }
  return facts;
}

Result<Response> status_answer(ArchiveShelf* shelf, const ArchiveQuestion& question) {
  const std::string& stream = question.route.stream;
  FLU_TRY_ASSIGN(const StatusAsk ask, parse_status_ask(question.query, question.now));
  Response response;
  response.content_type = "application/json";
  if (!ask.range) {
    std::optional<segment::TimeRange> extent;
    if (shelf != nullptr) {
      FLU_TRY_ASSIGN(extent, of_disk(shelf->reader().extent()));
    }
    response.body = make_body(write_extent(stream, extent));
    return response;
  }
  StatusFacts facts;
  if (shelf != nullptr) {
    FLU_TRY_ASSIGN(facts, read_facts(*shelf, ask, question));
  }
  response.body = make_body(write_status(stream, ask, facts));
  return response;
}

Result<std::shared_ptr<const SentSegment>> make(ArchiveShelf& shelf,
                                                const segment::IndexRecord& record,
                                                const media::Tracks& all,
                                                const media::Tracks& tracks,
                                                const ArchiveQuestion& question) {
  FLU_TRY_ASSIGN(Buffer stored, shelf.reader().read_segment(record));
  FLU_TRY_ASSIGN(SentSegment made,
                 make_sent_segment(make_body(std::move(stored)), record,
                                   {all, tracks, question.route.format, question.pids}));
  return std::make_shared<const SentSegment>(std::move(made));
}

Response segment_answer(ArchiveShelf& shelf, const ArchiveQuestion& question,
                        ArchiveAnswer& answer) {
  const Route& route = question.route;
  const auto record = shelf.find(route.time);
  if (!record) return refusal_of(record.error(), answer.trouble);
  if (!*record) return no_such_segment();
  const media::Tracks* const all = shelf.tracks_of(**record);
  if (all == nullptr) return unreadable();
  const auto selection = select_for_segment(*all, route);
  if (!selection) return refusal_of(selection.error(), answer.trouble);
  auto made = make(shelf, **record, *all, selection->tracks, question);
  if (made) {
    answer.segment = *made;
    return segment_response(*made, route.format);
  }
  if (made.error().code == ErrorCode::kNotFound) return no_such_segment();  // cleaned meanwhile
  answer.trouble = made.error().message;
  return unreadable();
}

Response init_answer(ArchiveShelf& shelf, const Route& route, ArchiveAnswer& answer) {
  auto init = shelf.init(route);
  if (!init) return refusal_of(init.error(), answer.trouble);
  return *init ? init_response(std::move(**init)) : no_such_init();
}

}  // namespace

Response refusal_of(const Error& error, std::string& trouble) {
  switch (error.code) {
    case ErrorCode::kNotFound: return error_response(404, error.message);
    case ErrorCode::kUnsupported: return error_response(415, error.message);
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kLimitExceeded: return error_response(400, error.message);
    default: break;
  }
  trouble = error.message;
  return error_response(500, "The archive cannot be read.");
}

Response unreadable_now() {
  return busy("The archive cannot be read now.");
}

Result<ArchiveShelf*> ArchiveAnswers::shelf_of(const ArchiveQuestion& question) {
  const std::string& stream = question.route.stream;
  const auto known = std::find_if(shelves_.begin(), shelves_.end(), [&](const Named& named) {
    return named.stream == stream && named.root == question.root;
  });
  auto reader = store::ArchiveReader::open(question.root, stream);  // it may have been taken away
  if (!reader) {
    if (known != shelves_.end()) shelves_.erase(known);
    if (reader.error().code == ErrorCode::kNotFound) return nullptr;
    return fail(ErrorCode::kUnavailable, reader.error().message);
  }
  if (known != shelves_.end()) {
    shelves_.splice(shelves_.begin(), shelves_, known);
    return known->shelf.get();
  }
  if (shelves_.size() == kMaxOpenArchives) shelves_.pop_back();
  shelves_.push_front({question.root, stream, std::make_unique<ArchiveShelf>(std::move(*reader))});
  return shelves_.front().shelf.get();
}

ArchiveAnswer ArchiveAnswers::answer(const ArchiveQuestion& question) {
  ArchiveAnswer answer;
  auto opened = shelf_of(question);
  if (!opened) {
    answer.response = refusal_of(opened.error(), answer.trouble);
    return answer;
  }
  ArchiveShelf* const shelf = *opened;
  const Route& route = question.route;
  if (route.kind == Route::Kind::kRecordingStatus) {
    auto response = status_answer(shelf, question);
    answer.response =
        response ? std::move(*response) : refusal_of(response.error(), answer.trouble);
  } else if (route.kind == Route::Kind::kPlaylist) {
    auto text = ArchivePlaylists(shelf, question).write();
    answer.response = text ? playlist_response(std::move(*text), route)
                           : refusal_of(text.error(), answer.trouble);
  } else if (shelf == nullptr) {
    answer.response = route.kind == Route::Kind::kInit ? no_such_init() : no_such_segment();
  } else if (route.kind == Route::Kind::kInit) {
    answer.response = init_answer(*shelf, route, answer);
  } else {
    answer.response = segment_answer(*shelf, question, answer);
  }
  if (shelf != nullptr && answer.trouble.empty()) answer.trouble = shelf->take_trouble();
  return answer;
}

}  // namespace flu::serve
