#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::io {

// "open /srv/a: permission denied" from errno; the code says whether a retry may help.
Error system_error(std::string_view call, std::string_view what, int error_number);

inline tl::unexpected<Error> fail_system(std::string_view call, std::string_view what,
                                         int error_number) {
  return tl::unexpected<Error>(system_error(call, what, error_number));
}

}  // namespace flu::io
