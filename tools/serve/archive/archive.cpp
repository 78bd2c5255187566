// Tested by tests/e2e/serve/archive-hls.sh
#include "tools/serve/archive/archive.h"

#include <sys/stat.h>

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/window_names.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/segment_answer.h"
#include "tools/serve/live/site_answers.h"

namespace flu::serve {
namespace {

constexpr std::string_view kTooMany = "Too many wait for the archive.";

std::string key_of(const Connection& connection, const ArchiveQuestion& question) {
  if (question.route.kind != Route::Kind::kSegment) return {};
  const std::string_view target = connection.request().target;
  return fmt::format("{}\n@{}{}", question.route.stream, target.substr(0, target.find('?')),
                     ending_of(question.route.format, question.pids));
}

}  // namespace

bool is_of_archive(const Route& route) {
  return route.archive || route.kind == Route::Kind::kRecordingStatus;
}

Archive::Archive(boost::asio::io_context& loop, SegmentCache& cache, std::string root)
    : cache_(&cache), root_(std::move(root)), thread_(loop), movies_(loop) {}

const std::string& Archive::root_of(const service::StreamOptions& options) const {
  return options.dvr_root.empty() ? root_ : options.dvr_root;
}

bool Archive::may_have(const Route& route, const service::StreamOptions& options) const {
  const bool is_media = route.kind == Route::Kind::kSegment || route.kind == Route::Kind::kInit;
  if (!is_of_archive(route) && !is_media) return false;
  if (!options.dvr_root.empty()) return true;
  if (root_.empty()) return false;
  // By hand, any name may have an archive: those that have none take no memory.
  struct stat status {};
  const std::string folder = store::in_folder(root_, stream_folder(route.stream));
  return ::stat(store::in_folder(folder, store::kHoursFile).c_str(), &status) == 0;
}

void Archive::ask(const std::shared_ptr<Connection>& connection, ArchiveQuestion question) {
  if (question.route.kind == Route::Kind::kMovie) return movies_.ask(connection, question);
  if (waiting_.size() >= kMaxArchiveRequests) return connection->respond(busy(kTooMany));
  const std::string key = key_of(*connection, question);
  if (!key.empty()) {
    if (const auto cached = cache_->find(key)) {
      return connection->respond(segment_response(cached, question.route.format));
    }
  }
  const std::uint64_t number = ++last_;
  const auto answer = std::make_shared<ArchiveAnswer>();
  const bool is_asked = thread_.run(
      [this, answer, question = std::move(question)] { *answer = answers_.answer(question); },
      [this, answer, number] { answered(number, *answer); });
  if (!is_asked) return connection->respond(unreadable_now());
  waiting_.emplace(number, Waiting{connection, key});
}

void Archive::answered(std::uint64_t number, const ArchiveAnswer& answer) {
  thread_.tell(answer.trouble);
  const auto place = waiting_.find(number);
  if (place == waiting_.end()) return;
  const Waiting waiting = std::move(place->second);
  waiting_.erase(place);
  if (answer.segment && !waiting.key.empty()) cache_->add(waiting.key, answer.segment);
  if (!waiting.connection->is_closed()) waiting.connection->respond(answer.response);
}

void Archive::stop() {
  movies_.stop();
  thread_.stop();
  for (auto& [number, waiting] : std::exchange(waiting_, {})) {
    if (!waiting.connection->is_closed()) waiting.connection->respond(busy("The server stops."));
  }
}

}  // namespace flu::serve
