// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/thumb/thumb.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "libcommon/av/av_log.h"
#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/io/file.h"
#include "libcommon/service/run_dir.h"
#include "tools/thumb/camera.h"
#include "tools/thumb/daemon.h"
#include "tools/thumb/jpeg.h"
#include "tools/thumb/stream.h"

namespace flu::thumb {
namespace {

Result<void> check(const Options& options) {
  if (!options.url.empty()) {
    FLU_TRY(check_url(options.url));
    if (options.names.size() != 1) {
      return fail(ErrorCode::kInvalidArgument, "--url is of one stream: name it");
    }
  }
  if (!options.is_once) return {};
  if (options.names.size() != 1) {
    return fail(ErrorCode::kInvalidArgument, "--once takes the name of one stream");
  }
  if (::isatty(STDOUT_FILENO) == 1) {
    return fail(ErrorCode::kInvalidArgument,
                "standard output is a terminal: redirect the picture to a file");
  }
  return {};
}

Result<Buffer> make_once(const Options& options, const service::RunDir& run_dir,
                         const av::PictureBox& box) {
  if (!options.url.empty()) return fetch_jpeg(options.url);
  Stream stream({options.names.front(), "", false}, run_dir.live(options.names.front()));
  if (!stream.is_due(monotonic_now())) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no segment with video in {}", run_dir.live(options.names.front())));
  }
  FLU_TRY_ASSIGN(const KeyFrame frame, stream.take_key_frame());
  return av::make_jpeg(frame.track, frame.sample, box);
}

Result<void> write_once(const Options& options, const service::RunDir& run_dir,
                        const av::PictureBox& box) {
  FLU_TRY_ASSIGN(const Buffer jpeg, make_once(options, run_dir, box));
  FLU_TRY_ASSIGN(const JpegInfo info, check_jpeg(jpeg));
  return io::write_all(STDOUT_FILENO, Bytes(jpeg).first(info.size), "standard output");
}

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  constexpr int kNice = 10;  // streams go before their pictures
  FLU_TRY(check(options));
  FLU_TRY_ASSIGN(const av::PictureBox box, parse_box(options.size));
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(common));
  for (const std::string& name : options.names) {
    if (!is_stream_name(name)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is no name of a stream", printable(name)));
    }
  }
  av::take_log([](std::string_view url) { return config::hide_secrets(std::string(url)); });
  (void)::setpriority(PRIO_PROCESS, 0, kNice);
  if (options.is_once) {
    auto done = write_once(options, run_dir, box);
    if (done) return done;
    return tl::unexpected<Error>(std::move(done).error().with_context(options.names.front()));
  }
  return run_daemon(options, common, run_dir, box);
}

}  // namespace flu::thumb
