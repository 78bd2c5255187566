#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "tools/serve/http/response.h"

namespace flu::serve {

// The page's text with its places filled: {{title}} by `title`, made harmless in HTML, and {{FILE}}
// by what path_of gives, seen from /STREAM/. kMalformed for a place without an end.
using PathOf = std::function<Result<std::string>(std::string_view file)>;
Result<std::string> fill_page(std::string_view page, std::string_view stream,
                              std::string_view title, const PathOf& path_of);

// NAME/embed.html. `is_known`: else it is 404, and its player waits for the stream. The page may
// fetch from this server and from where `url_prefix`, if it is not empty, leads.
Response embed_response(std::string page, bool is_known, std::string_view url_prefix);

std::string escape_html(std::string_view text);

}  // namespace flu::serve
