// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/serve/live/pictures.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "libcommon/io/unix_socket.h"
#include "libcommon/store/window_names.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

Response no_pictures() {
  return error_response(404,
                        "No JPEG pictures are made of this stream: its configuration has no "
                        "'thumbnails'. A still of it is at preview.mp4.");
}

}  // namespace

Pictures::Pictures(boost::asio::io_context& loop, const service::RunDir& run_dir)
    : run_dir_(run_dir), timer_(loop) {}

Pictures::Entry& Pictures::find(const std::string& stream, MonotonicTime now) {
  auto place = streams_.find(stream);
  if (place == streams_.end()) {
    auto path = store::in_folder(run_dir_.live(stream), store::kThumbnailFile);
    place = streams_.emplace(stream, std::make_unique<Entry>(std::move(path))).first;
    schedule();
  }
  Entry& entry = *place->second;
  entry.used_at = now;
  entry.newest.refresh(now);
  return entry;
}

std::optional<Response> Pictures::jpeg(const std::string& stream,
                                       const service::StreamOptions& options, MonotonicTime now) {
  Entry& entry = find(stream, now);
  if (options.has_thumbnails) ask(stream, entry, now);
  if (entry.newest.picture() != nullptr) return entry.newest.answer();
  return options.has_thumbnails ? std::nullopt : std::optional(no_pictures());
}

bool Pictures::add_client(const std::shared_ptr<Connection>& connection, const std::string& stream,
                          const service::StreamOptions& options, MonotonicTime now) {
  auto first = jpeg(stream, options, now);
  if (!first) return false;
  if (first->status != 200) {
    connection->respond(std::move(*first));
    return true;
  }
  Entry& entry = find(stream, now);
  entry.seen_at = now;
  entry.endless.show(entry.newest.picture());
  entry.endless.add_client(connection);
  return true;
}

bool Pictures::has_clients(std::string_view stream) const {
  const auto place = streams_.find(stream);
  return place != streams_.end() && place->second->endless.has_clients();
}

// flu-thumb forgets it after a while: told again each second that somebody looks. Without one
// there is nobody to tell.
void Pictures::ask(const std::string& stream, Entry& entry, MonotonicTime now) {
  constexpr std::chrono::seconds kAgain{1};
  if (now - entry.asked_at < kAgain) return;
  entry.asked_at = now;
  const std::string message = nlohmann::json{{"want", stream}}.dump();
  for (int attempt = 0; attempt < 2; ++attempt) {  // it may have been another one before
    if (!thumb_) {
      auto socket = io::connect_unix(run_dir_.thumb_socket(), io::UnixType::kSeqPacket);
      if (!socket) return;
      thumb_ = std::move(*socket);
    }
    if (io::send_message(thumb_.get(), as_bytes(message))) return;
    thumb_.reset();
  }
}

void Pictures::schedule() {
  if (is_scheduled_ || streams_.empty()) return;
  is_scheduled_ = true;
  timer_.expires_after(kThumbnailCheck);
  timer_.async_wait([this](const auto& ec) {
    if (ec) return;
    is_scheduled_ = false;
    tick();
    schedule();
  });
}

void Pictures::tick() {
  const MonotonicTime now = monotonic_now();
  std::erase_if(streams_, [&](const auto& named) {
    Entry& entry = *named.second;
    if (!entry.endless.has_clients()) return now - entry.used_at > kIdleStream;
    entry.used_at = now;
    entry.newest.refresh(now);
    ask(named.first, entry, now);
    const auto& picture = entry.newest.picture();
    if (picture != nullptr) entry.seen_at = now;
    entry.endless.show(picture);
    if (now - entry.seen_at > kFeedLost) entry.endless.end();
    return false;
  });
}

}  // namespace flu::serve
