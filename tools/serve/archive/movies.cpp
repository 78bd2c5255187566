// Tested by tests/e2e/serve/archive-movie.sh
#include "tools/serve/archive/movies.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/time_text.h"
#include "libcommon/manifest/track_choice.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/site_answers.h"

namespace flu::serve {

// What a movie's client takes: a piece at a time, while the next one is read.
class MovieBody final : public EndlessBody {
 public:
  MovieBody(Movies& movies, const std::shared_ptr<Connection>& connection,
            std::shared_ptr<const store::MovieExport> movie, std::uint64_t first,
            std::uint64_t size)
      : movies_(&movies), state_(std::make_shared<State>()), end_(first + size) {
    state_->connection = connection;
    state_->movie = std::move(movie);
    state_->next = first;
    ++movies_->under_way_;
  }
  ~MovieBody() override { --movies_->under_way_; }
  MovieBody(const MovieBody&) = delete;
  MovieBody& operator=(const MovieBody&) = delete;

  std::size_t next_pieces(std::span<iovec> pieces) override {
    if (current_sent_ == current_.size() && !state_->ready.empty()) {
      current_ = std::exchange(state_->ready, {});
      current_sent_ = 0;
    }
    read_ahead();
    if (current_sent_ == current_.size() || pieces.empty()) return 0;
    pieces[0] = {current_.data() + current_sent_, current_.size() - current_sent_};
    return 1;
  }

  void sent(std::size_t bytes) override { current_sent_ += bytes; }

  [[nodiscard]] bool is_over() const override {
    return state_->has_failed || (state_->next == end_ && !state_->is_reading &&
                                  state_->ready.empty() && current_sent_ == current_.size());
  }

 private:
  // What the thread has to do with it, for as long as either of them lives.
  struct State {
    std::weak_ptr<Connection> connection;
    std::shared_ptr<const store::MovieExport> movie;
    std::uint64_t next = 0;  // that is to be read
    Buffer ready;
    bool is_reading = false;
    bool has_failed = false;
  };

  void read_ahead() {
    if (state_->is_reading || !state_->ready.empty() || state_->next == end_ ||
        state_->has_failed) {
      return;
    }
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kMoviePiece, end_ - state_->next));
    const auto piece = std::make_shared<Result<Buffer>>(Buffer{});
    state_->is_reading = movies_->thread_.run(
        [movie = state_->movie, piece, at = state_->next, size] { *piece = movie->read(at, size); },
        [movies = movies_, state = state_, piece] { arrived(*movies, *state, *piece); });
    state_->has_failed = !state_->is_reading;
  }

  static void arrived(Movies& movies, State& state, Result<Buffer>& piece) {
    state.is_reading = false;
    if (!piece || piece->empty()) {  // the connection ends before its length: the client sees it
      state.has_failed = true;
      if (!piece) movies.thread_.tell(piece.error().message);
    } else {
      state.next += piece->size();
      state.ready = std::move(*piece);
    }
    if (const auto connection = state.connection.lock()) connection->wake();
  }

  Movies* movies_;
  std::shared_ptr<State> state_;
  std::uint64_t end_;
  Buffer current_;
  std::size_t current_sent_ = 0;
};

namespace {

// A name for what is saved: letters of all file systems.
std::string file_name(const Route& route) {
  std::string name = route.stream;
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '-';
        return !is_plain;
      },
      '_');
  return fmt::format("{}-{}-{}.mp4", name, route.archive->from, route.archive->seconds);
}

store::ExportWish wish_of(const Route& route) {
  store::ExportWish wish;
  wish.range.from = ticks_of(route.archive->from);
  wish.range.to = wish.range.from + ticks_of(route.archive->seconds);
  wish.is_precise = route.is_precise;
  if (route.timelapse) wish.timelapse = ticks_of(*route.timelapse);
  wish.choose = [choice = route.choice, filter = route.filter](const media::Tracks& tracks) {
    return manifest::select_tracks(manifest::select_tracks(tracks, choice), filter);
  };
  wish.max_table_bytes = kMaxMovieTables;
  wish.texts.title = route.stream;
  wish.texts.date = time_text(media::to_wall(wish.range.from));
  return wish;
}

Result<store::MovieExport> plan_movie(const ArchiveQuestion& question) {
  FLU_TRY_ASSIGN(store::ArchiveReader archive,
                 store::ArchiveReader::open(question.root, question.route.stream));
  return store::MovieExport::plan(archive, wish_of(question.route));
}

}  // namespace

Movies::Planned Movies::plan(const ArchiveQuestion& question) {
  Planned out;
  auto movie = plan_movie(question);
  if (!movie) {
    out.response = refusal_of(movie.error(), out.trouble);
    return out;
  }
  out.movie = std::make_shared<const store::MovieExport>(std::move(*movie));
  out.trouble = out.movie->report().trouble;
  out.response.content_type = "video/mp4";
  out.response.etag = fmt::format("\"{:08x}-{:x}\"", out.movie->tag(), out.movie->size());
  out.response.allows_ranges = true;
  out.response.length = out.movie->size();
  out.response.extra =
      fmt::format("Content-Disposition: inline; filename=\"{}\"\r\n", file_name(question.route));
  return out;
}

void Movies::ask(const std::shared_ptr<Connection>& connection, const ArchiveQuestion& question) {
  if (under_way_ + waiting_.size() >= kMaxMovies) {
    return connection->respond(busy("Too many movies are made of archives."));
  }
  const std::uint64_t number = ++last_;
  const auto result = std::make_shared<Planned>();
  const bool is_asked =
      thread_.run([result, question] { *result = plan(question); },
                  [this, result, number] { planned(number, std::move(*result)); });
  if (!is_asked) return connection->respond(unreadable_now());
  waiting_.emplace(number, connection);
}

void Movies::planned(std::uint64_t number, Planned planned) {
  thread_.tell(planned.trouble);
  const auto place = waiting_.find(number);
  if (place == waiting_.end()) return;
  const std::shared_ptr<Connection> connection = std::move(place->second);
  waiting_.erase(place);
  if (connection->is_closed()) return;
  if (planned.movie == nullptr) return connection->respond(std::move(planned.response));
  connection->respond_long(
      std::move(planned.response), [&](std::uint64_t first, std::uint64_t size) {
        return std::make_unique<MovieBody>(*this, connection, planned.movie, first, size);
      });
}

void Movies::stop() {
  thread_.stop();
  for (auto& [number, connection] : std::exchange(waiting_, {})) {
    if (!connection->is_closed()) connection->respond(busy("The server stops."));
  }
}

}  // namespace flu::serve
