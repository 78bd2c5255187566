// Tested by tests/e2e/demux/files-ffprobe.sh
#include "tools/demux/demux.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "libcommon/av/av_log.h"
#include "libcommon/av/byte_input.h"
#include "libcommon/av/input.h"
#include "libcommon/av/tls_policy.h"
#include "libcommon/av/unit_maker.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/config/secret.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/io/file.h"
#include "libcommon/link/unit_writer.h"
#include "libcommon/manifest/playlist_gate.h"
#include "libcommon/media/recording.h"
#include "libcommon/service/secret_words.h"
#include "tools/demux/playlist_url.h"
#include "tools/demux/protect.h"
#include "tools/demux/target.h"
#include "tools/demux/tls_reason.h"

namespace flu::demux {
namespace {

std::atomic<bool> stopped{false};

void on_signal(int) {
  stopped = true;
}

// A stop is a clean end, whatever is waited for.
void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  (void)::sigaction(SIGTERM, &action, nullptr);
  (void)::sigaction(SIGINT, &action, nullptr);
}

// Standard output, which may wait: what is read waits with it.
class OutputSink final : public link::Sink {
 public:
  bool has_room() override { return true; }
  Result<> append(Buffer header, Buffer payload) override {
    std::array<iovec, 2> parts{iovec{header.data(), header.size()},
                               iovec{payload.data(), payload.size()}};
    errno = 0;
    const std::size_t count = payload.empty() ? 1 : 2;
    auto written = io::write_all(STDOUT_FILENO, std::span(parts).first(count), "standard output");
    // The reader has had enough.
    if (!written && errno == EPIPE) return fail(ErrorCode::kCancelled, "the reader went away");
    return written;
  }
  Result<> flush() override { return {}; }
};

container::StreamHead make_head() {
  container::StreamHead head;
  head.start_us = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  head.clock = container::ClockQuality::kUnknown;
  head.times = container::TimeBase::kSource;
  return head;
}

class Output {
 public:
  Output() : writer_(make_head(), sink_) {}

  // In front of the frames: what comes is not live.
  void tell_recording() { tells_recording_ = true; }

  Result<> write(media::Unit unit) {
    if (std::holds_alternative<media::Sample>(unit)) ++samples_;
    link::FragmentContext context;
    context.arrival = wall_now();
    const bool is_start = std::holds_alternative<media::TracksChanged>(unit);
    FLU_TRY(writer_.write(std::move(unit), context));
    if (!is_start || !std::exchange(tells_recording_, false)) return {};
    media::Event event;
    event.scheme = media::kRecordingScheme;
    return writer_.write(std::move(event), context);
  }
  Result<> flush() { return writer_.flush(); }
  Result<> end() { return writer_.end(); }
  [[nodiscard]] std::uint64_t samples() const { return samples_; }

 private:
  OutputSink sink_;
  link::UnitWriter writer_;
  std::uint64_t samples_ = 0;
  bool tells_recording_ = false;
};

bool is_end(const Error& error) {
  return error.code == ErrorCode::kCancelled;
}

Result<> take_units(av::UnitMaker& maker, const Target& target, Output& output) {
  for (const std::string& note : maker.take_notes()) log_alert("{}: {}", target.text, note);
  while (auto unit = maker.next()) FLU_TRY(output.write(std::move(*unit)));
  return {};
}

Result<> copy_packets(av::Input& input, av::UnitMaker& maker, const Target& target,
                      Output& output) {
  std::size_t known = 0;
  while (true) {
    for (; known < input.stream_count(); ++known) maker.know(input.stream(known));
    auto packet = input.read();
    if (!packet) return tl::unexpected<Error>(std::move(packet).error());
    if (!*packet) return {};
    for (; known < input.stream_count(); ++known) maker.know(input.stream(known));
    if ((*packet)->is_first) maker.know(input.stream((*packet)->stream));
    maker.feed(**packet);
    FLU_TRY(take_units(maker, target, output));
  }
}

Result<> copy_container(const Target& target, const manifest::PlaylistGate& gate, Output& output) {
  FLU_TRY_ASSIGN(const auto input, av::Input::open(target.input));
  if (gate.is_recording()) output.tell_recording();
  av::UnitMaker maker({target.input.is_live, input->may_get_streams(), target.ts.allow_subtitles});
  const Result<> copied = copy_packets(*input, maker, target, output);
  // Whatever ended it, what came before is whole.
  maker.finish();
  FLU_TRY(take_units(maker, target, output));
  FLU_TRY(output.flush());
  FLU_TRY(copied);
  if (output.samples() > 0) return {};
  return fail(ErrorCode::kMalformed, maker.has_tracks()
                                         ? "no frames in it"
                                         : "nothing in it that can be carried: " + maker.found());
}

Result<> copy_transport(const Target& target, Output& output) {
  constexpr std::size_t kChunk = std::size_t{64} << 10;
  FLU_TRY_ASSIGN(const auto input, av::ByteInput::open(target.input));
  container::TsReader reader(target.ts);
  Buffer chunk(kChunk);
  while (true) {
    FLU_TRY_ASSIGN(const std::size_t got, input->read(chunk));
    if (got == 0) reader.flush();
    reader.feed(Bytes(chunk).first(got));
    while (auto unit = reader.next()) FLU_TRY(output.write(std::move(*unit)));
    if (got == 0) break;
  }
  if (output.samples() > 0) return {};
  return fail(ErrorCode::kMalformed,
              reader.has_program() ? "the MPEG-TS holds no frames" : "what comes is not MPEG-TS");
}

// Says what is wrong with a path before libav says something of it.
Result<> check_file(const Target& target) {
  const std::string path = target.input.url.substr(5);  // behind "file:"
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return fail(errno == EACCES ? ErrorCode::kDenied : ErrorCode::kNotFound,
                errno == EACCES ? "permission denied" : "no such file or directory");
  }
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::kInvalidArgument, "is a directory");
  return {};
}

Result<> copy(Target& target, Output& output) {
  if (target.is_file) FLU_TRY(check_file(target));
  if (target.is_transport) return copy_transport(target, output);
  manifest::PlaylistGate gate({target.skips_stalled_check});
  if (target.is_hls) {
    target.input.on_playlist = [&gate](const std::string& url, const std::string& text) {
      return gate.pass(url, text, [&url](std::string_view reference) {
        return resolve_playlist_url(url, reference);
      });
    };
  }
  return copy_container(target, gate, output);
}

}  // namespace

Result<> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(const auto words, service::reveal_words(options.words, options.conf, common));
  FLU_TRY_ASSIGN(Target target, parse_target(words));
  if (!options.name.empty()) target.text = options.name;
  if (::isatty(STDOUT_FILENO) == 1) {
    return fail(ErrorCode::kInvalidArgument,
                "standard output is a terminal: pipe it into a program such as flu-segment NAME, "
                "or redirect it to a file");
  }
  protect();
  watch_signals();
  av::take_log([](std::string_view url) { return config::hide_secrets(url); });
  target.input.stop = &stopped;
  if (target.may_use_tls) {
    FLU_TRY(check_authorities(target.tls_ca));
    FLU_TRY(av::verify_tls(target.tls_ca));
    target.input.explain_refusal = [ca = target.tls_ca](const auto& url, const auto& host,
                                                        const auto& said) {
      return explain_refusal({url, host, said, ca});
    };
  }

  Output output;
  auto copied = copy(target, output);
  if (!copied && !is_end(copied.error())) {
    return tl::unexpected<Error>(std::move(copied).error().with_context("read " + target.text));
  }
  const auto ended = output.end();
  return ended || is_end(ended.error()) ? Result<>{} : ended;
}

}  // namespace flu::demux
