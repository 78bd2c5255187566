#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace flu::av {

// libav's log goes through ours: its errors as debug lines, a few a second. `hide` is given each
// URL in a line and returns it without secrets.
void take_log(std::function<std::string(std::string_view)> hide);

// A line in which each word that holds "://" went through `hide`.
std::string hide_urls(std::string_view line,
                      const std::function<std::string(std::string_view)>& hide);

// The last error that libav told since the call before, which often says more than its error
// number; "" when there was none.
std::string take_last_error();

// The host whose certificate libav refused since the call before, and what it said; "" for none.
struct RefusedCertificate {
  std::string host;
  std::string said;
};
RefusedCertificate take_refused_certificate();

}  // namespace flu::av
