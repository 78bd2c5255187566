// Tested by tests/e2e/dvr/export.sh
#include "tools/dvr/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/service/table.h"
#include "libcommon/store/archive_reader.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/movie_export.h"
#include "tools/dvr/clean_limits.h"
#include "tools/dvr/range_text.h"
#include "tools/dvr/stream_names.h"

namespace flu::dvr {
namespace {

using nlohmann::json;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kProgressPeriod{200};

bool is_standard_output(const Options& options) {
  return options.output.empty() || options.output == "-";
}

Result<media::Ticks> parse_timelapse(const std::string& text) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds > 86'400) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("--timelapse: expected seconds, at most a day, found '{}'", printable(text)));
  }
  return media::Ticks(std::chrono::seconds(seconds));
}

Result<store::ExportWish> wish_of(const Options& options) {
  store::ExportWish wish;
  FLU_TRY_ASSIGN(wish.range, parse_range(options));
  wish.is_precise = options.is_precise;
  if (!options.timelapse.empty()) {
    FLU_TRY_ASSIGN(wish.timelapse, parse_timelapse(options.timelapse));
  }
  if (!options.tracks.empty()) {
    const auto choice = manifest::parse_track_choice(options.tracks);
    if (!choice) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--tracks: expected names such as v1a1, found '{}'",
                              printable(options.tracks)));
    }
    wish.choose = [choice = *choice](const media::Tracks& tracks) {
      return manifest::select_tracks(tracks, choice);
    };
  }
  wish.texts.title = options.title.empty() ? options.names.front() : options.title;
  wish.texts.comment = options.comment;
  wish.texts.date = time_text(wish.range.from);
  return wish;
}

Result<void> check_output(const Options& options) {
  if (is_standard_output(options)) {
    if (::isatty(STDOUT_FILENO) != 1) return {};
    return fail(ErrorCode::kInvalidArgument,
                "standard output is a terminal: name a file with --output, or redirect it");
  }
  if (!options.output.ends_with(".mp4")) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: expected a name that ends with .mp4", printable(options.output)));
  }
  if (!options.may_overwrite && ::access(options.output.c_str(), F_OK) == 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: is there already; --overwrite replaces it", options.output));
  }
  return {};
}

// How far it is, on a terminal, several times a second.
class Progress {
 public:
  explicit Progress(std::uint64_t size) : size_(size), is_shown_(::isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (has_shown_) fmt::print(stderr, "\r\033[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::uint64_t done) {
    const MonotonicTime now = monotonic_now();
    if (!is_shown_ || now - last_ < kProgressPeriod) return;
    last_ = now;
    has_shown_ = true;
    fmt::print(stderr, "\r\033[K{} % of {}", done * 100 / std::max<std::uint64_t>(size_, 1),
               service::size_text(static_cast<double>(size_)));
    std::fflush(stderr);
  }

 private:
  std::uint64_t size_;
  bool is_shown_;
  bool has_shown_ = false;
  MonotonicTime last_{};
};

Result<void> write_to(int fd, const store::MovieExport& movie, std::string_view name) {
  Progress progress(movie.size());
  for (std::uint64_t at = 0; at < movie.size(); at += kPieceBytes) {
    FLU_TRY_ASSIGN(const Buffer piece, movie.read(at, kPieceBytes));
    FLU_TRY(io::write_all(fd, piece, name));
    progress.at(at + piece.size());
  }
  return {};
}

Result<void> write_as(const std::string& fresh, const std::string& path,
                      const store::MovieExport& movie) {
  FLU_TRY_ASSIGN(const UniqueFd file,
                 io::open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644));
  FLU_TRY(write_to(file.get(), movie, fresh));
  if (::fsync(file.get()) != 0) return io::fail_system("fsync", fresh, errno);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return io::fail_system("rename", fresh, errno);
  const std::string parent = std::filesystem::path(path).parent_path();
  return store::sync_folder(parent.empty() ? "." : parent);
}

// Whole or not at all, also after a power cut.
Result<void> write_file(const std::string& path, const store::MovieExport& movie) {
  const std::string fresh = path + ".part";
  auto written = write_as(fresh, path, movie);
  if (!written) ::unlink(fresh.c_str());
  return written;
}

std::string words_of(const store::ExportReport& report) {
  std::string words;
  if (report.holes > 0) words += fmt::format(", holes passed over: {}", report.holes);
  if (report.damaged > 0) {
    words += fmt::format(", segments left out: {} ({})", report.damaged, report.trouble);
  }
  for (const media::CodecId codec : report.left_out) {
    words += fmt::format(", {} left out: MP4 has no place for it", to_string(codec));
  }
  return words;
}

void tell(const Request& request, const store::MovieExport& movie) {
  const store::ExportReport& report = movie.report();
  const std::string& stream = request.options.names.front();
  if (request.common.is_json && !is_standard_output(request.options)) {
    json out = range_json(report.recorded);
    out["stream"] = stream;
    out["file"] = request.options.output;
    out["bytes"] = movie.size();
    out["segments"] = report.segments;
    out["damaged"] = report.damaged;
    out["holes"] = report.holes;
    out["left_out"] = json::array();
    for (const media::CodecId codec : report.left_out) out["left_out"].push_back(to_string(codec));
    fmt::print("{}\n", out.dump());
    return;
  }
  const auto seconds = std::chrono::round<std::chrono::seconds>(report.duration).count();
  fmt::print(stderr, "flu-dvr: {} from {}, {}, {}{}\n", stream, time_text(report.recorded.from),
             service::duration_text(seconds), service::size_text(static_cast<double>(movie.size())),
             words_of(report));
}

}  // namespace

Result<void> export_movie(const Request& request) {
  const Options& options = request.options;
  FLU_TRY_ASSIGN(const store::ExportWish wish, wish_of(options));
  FLU_TRY(check_output(options));
  FLU_TRY(streams_of(options));
  FLU_TRY_ASSIGN(store::ArchiveReader archive,
                 store::ArchiveReader::open(options.root, options.names.front()));
  auto movie = store::MovieExport::plan(archive, wish);
  if (!movie) {
    return tl::unexpected<Error>(std::move(movie).error().with_context(options.names.front()));
  }
  if (is_standard_output(options)) {
    FLU_TRY(write_to(STDOUT_FILENO, *movie, "standard output"));
  } else {
    FLU_TRY(write_file(options.output, *movie));
  }
  tell(request, *movie);
  return {};
}

}  // namespace flu::dvr
