#pragma once

#include <string>
#include <string_view>

namespace flu::manifest {

// What a playlist was asked with belongs to what it leads to as well: tokens and the like. Relative
// addresses lose it (RFC 3986 5.2.2), so it is written to each.

// `query`, as received, without what is for the playlist itself (filter.tracks, _HLS_...); what
// cannot stand in an address is percent-encoded.
std::string carried_query(std::string_view query);

// `playlist` with `query` at each address: on the lines of their own and in URI="...".
std::string add_query(std::string_view playlist, std::string_view query);

}  // namespace flu::manifest
