#include "libcommon/config/rtmp_path.h"

namespace flu::config {

Result<RtmpPath> parse_rtmp_path(std::string_view rest) {
  const auto slash = rest.find('/');
  std::string_view path =
      slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  const std::string_view before_query = path.substr(0, path.find('?'));
  auto at = before_query.find("//");
  std::size_t skipped = 2;
  if (at == std::string_view::npos) {
    at = before_query.find('/');
    skipped = 1;
  }
  RtmpPath out;
  if (at != std::string_view::npos) {
    out.application = path.substr(0, at);
    out.stream = path.substr(at + skipped);
  }
  if (out.application.empty() || out.stream.empty() || out.stream.front() == '?') {
    return fail(ErrorCode::kInvalidArgument,
                "expected HOST/APPLICATION/STREAM, or HOST/APPLICATION/WITH/SLASHES//STREAM");
  }
  return out;
}

}  // namespace flu::config
