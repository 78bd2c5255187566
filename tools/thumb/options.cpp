#include "tools/thumb/options.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "tools/thumb/limits.h"

namespace flu::thumb {

void define_options(CLI::App& cli, Options& options) {
  cli.add_flag("--once", options.is_once,
               "Write the newest picture of the stream to standard output, and end");
  cli.add_option("--size", options.size,
                 "Make pictures smaller that are larger than this; without it, than 1920x1080")
      ->type_name("WIDTHxHEIGHT");
  cli.add_option("--url", options.url,
                 "Fetch a JPEG from here whenever a segment begins, http:// or https://, instead "
                 "of decoding the stream's")
      ->type_name("URL");
  cli.add_option("NAME", options.names,
                 "Streams whose pictures are made; without any, those of the supervisor's config")
      ->type_name("NAME");
}

Result<av::PictureBox> parse_box(const std::string& text) {
  if (text.empty()) return av::PictureBox{};
  const auto cross = std::min(text.find('x'), text.size() - 1);  // without one: no number behind
  const auto width = parse_unsigned(std::string_view(text).substr(0, cross));
  const auto height = parse_unsigned(std::string_view(text).substr(cross + 1));
  const auto is_side = [](const auto& side) {
    return side && *side >= kMinSide && *side <= kMaxSide;
  };
  if (is_side(width) && is_side(height)) {
    return av::PictureBox{static_cast<unsigned>(*width), static_cast<unsigned>(*height)};
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--size: expected WIDTHxHEIGHT such as 640x360, each {} to {}, found "
                          "'{}'",
                          kMinSide, kMaxSide, printable(text)));
}

}  // namespace flu::thumb
