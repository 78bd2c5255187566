#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"

namespace flu::wire {

// IMF-fixdate (RFC 9110 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string write_http_date(WallTime time);

// What write_http_date() writes, and the two older forms that RFC 9110 5.6.7 has servers accept.
// nullopt: none of them, or no day of the calendar.
std::optional<WallTime> parse_http_date(std::string_view text);

// As in access logs: "06/Nov/1994:08:49:37 +0000".
std::string write_log_date(WallTime time);

}  // namespace flu::wire
