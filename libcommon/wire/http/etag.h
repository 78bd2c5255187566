#pragma once

#include <string_view>

namespace flu::wire {

// Does If-None-Match name `etag`, by weak comparison, or "*" (RFC 9110 13.1.2)? `etag` is quoted.
bool is_etag_listed(std::string_view if_none_match, std::string_view etag);

// May the Range header be used: no If-Range, or one that is exactly this strong tag (13.1.5)?
bool is_range_allowed(std::string_view if_range, std::string_view etag);

}  // namespace flu::wire
