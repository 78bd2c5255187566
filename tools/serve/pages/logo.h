#pragma once

#include <string>

#include "libcommon/service/stream_options.h"
#include "tools/serve/http/response.h"

namespace flu::serve {

// The page's text with an image over the player in place of {{logo}}, or nothing where the stream
// has none.
std::string put_logo(std::string page, const service::LogoOptions& logo);

// NAME/logo: the image. Its path comes from the configuration alone, and leads nowhere but below
// wwwroot.
Response logo_response(const service::LogoOptions& logo);

// "image/png" of the formats that all browsers show, by how their files begin; "" for others, SVG
// among them, which is a program.
std::string_view image_type(Bytes bytes);

}  // namespace flu::serve
