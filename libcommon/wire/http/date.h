#pragma once

#include <string>

#include "libcommon/base/clock.h"

namespace flu::wire {

// IMF-fixdate (RFC 9110 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string write_http_date(WallTime time);

// As in access logs: "06/Nov/1994:08:49:37 +0000".
std::string write_log_date(WallTime time);

}  // namespace flu::wire
