#include "libcommon/io/system_error.h"

#include <cctype>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace flu::io {

Error system_error(std::string_view call, std::string_view what, int error_number) {
  std::string reason = std::generic_category().message(error_number);
  if (!reason.empty()) {
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  ErrorCode code = ErrorCode::kUnavailable;
  if (error_number == ENOENT || error_number == ENOTDIR) code = ErrorCode::kNotFound;
  if (error_number == EACCES || error_number == EPERM) code = ErrorCode::kDenied;
  if (error_number == EINVAL || error_number == ENAMETOOLONG) code = ErrorCode::kInvalidArgument;
  return Error{code, fmt::format("{} {}: {}", call, what, reason)};
}

}  // namespace flu::io
