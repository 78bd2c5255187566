#include "libcommon/av/av_error.h"

#include <array>
#include <cerrno>

extern "C" {
#include <libavutil/error.h>
}

namespace flu::av {
namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case AVERROR_INVALIDDATA:
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_STREAM_NOT_FOUND: return ErrorCode::kMalformed;
    case AVERROR_PATCHWELCOME: return ErrorCode::kUnsupported;
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR_OPTION_NOT_FOUND: return ErrorCode::kInvalidArgument;
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
    case AVERROR(EACCES): return ErrorCode::kDenied;
    case AVERROR(ENOENT): return ErrorCode::kNotFound;
    case AVERROR_EXIT: return ErrorCode::kCancelled;
    default: return ErrorCode::kUnavailable;
  }
}

// "Connection refused" as our own messages have it.
std::string words_of(int number) {
  if (number == AVERROR_INVALIDDATA) return "not what was expected, or damaged";
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  if (av_strerror(number, text.data(), text.size()) != 0) return "unknown error";
  std::string out(text.data());
  if (out.size() > 1 && out[0] >= 'A' && out[0] <= 'Z' && !(out[1] >= 'A' && out[1] <= 'Z')) {
    out[0] = static_cast<char>(out[0] - 'A' + 'a');
  }
  return out;
}

}  // namespace

Error to_error(int number) {
  return {code_of(number), words_of(number)};
}

}  // namespace flu::av
