// Tested by tests/e2e/demux/messages.sh
#include "libcommon/av/open_error.h"

#include <cerrno>

#include <fmt/format.h>

#include "libcommon/av/av_error.h"
#include "libcommon/av/av_log.h"

extern "C" {
#include <libavutil/error.h>
}

namespace flu::av {
namespace {

double seconds(const Patience& patience) {
  return std::chrono::duration<double>(patience.longest()).count();
}

tl::unexpected<Error> with_log(int number) {
  Error error = to_error(number);
  const std::string said = take_last_error();
  if (said.starts_with("Format not on whitelist")) {
    return fail(ErrorCode::kMalformed, "a format that is not read here");
  }
  if (!said.empty()) {
    error.message += fmt::format(" ({})", said);
  }
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

std::optional<Error> refused_certificate(const InputSettings& settings, const std::string& url) {
  const RefusedCertificate refused = take_refused_certificate();
  if (refused.said.empty()) return std::nullopt;
  if (settings.explain_refusal) return settings.explain_refusal(url, refused.host, refused.said);
  return Error{ErrorCode::kDenied, refused.said};
}

tl::unexpected<Error> open_error(int number, const Patience& patience) {
  if (patience.is_stopped()) return fail(ErrorCode::kCancelled, "stopped");
  if (patience.is_over()) {
    return fail(ErrorCode::kUnavailable, fmt::format("no answer within {:g} s", seconds(patience)));
  }
  return with_log(number);
}

tl::unexpected<Error> read_error(int number, const Patience& patience) {
  if (patience.is_stopped()) return fail(ErrorCode::kCancelled, "stopped");
  if (patience.is_over()) {
    return fail(ErrorCode::kUnavailable, fmt::format("no data for {:g} s", seconds(patience)));
  }
  if (number == AVERROR(EIO)) {
    (void)take_last_error();
    return fail(ErrorCode::kUnavailable, "the connection was closed, or reading failed");
  }
  return with_log(number);
}

}  // namespace flu::av
