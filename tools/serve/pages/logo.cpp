#include "tools/serve/pages/logo.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/beneath.h"
#include "libcommon/io/file.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr std::string_view kPlace = "{{logo}}";

// Sizes are attributes; where it stands the script says, since the page allows no inline styles.
std::string make_image(const service::LogoOptions& logo) {
  std::string out = R"(<img id="logo" src="logo" alt="")";
  for (const auto& [name, pixels] : logo.pixels) {
    const bool is_size = name == "width" || name == "height";
    out += fmt::format(" {}{}=\"{}\"", is_size ? "" : "data-", name, pixels);
  }
  return out + ">";
}

struct Image {
  Buffer bytes;
  std::optional<WallTime> modified;
};

Result<Image> read_logo(const service::LogoOptions& logo) {
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_beneath(logo.root, logo.path));
  FLU_TRY_ASSIGN(Buffer bytes, io::pread_up_to(file.get(), kMaxLogoBytes + 1, 0, logo.path));
  if (bytes.size() > kMaxLogoBytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: more than {} MiB", logo.path, kMaxLogoBytes >> 20));
  }
  if (image_type(bytes).empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: expected an image of PNG, JPEG, GIF or WebP", logo.path));
  }
  return Image{std::move(bytes), io::modified_at(file.get())};
}

}  // namespace

std::string_view image_type(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\x89PNG\r\n")) return "image/png";
  if (text.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (text.starts_with("GIF8")) return "image/gif";
  constexpr std::size_t kForm = 8;  // behind RIFF and a length
  if (text.starts_with("RIFF") && text.size() > kForm && text.substr(kForm).starts_with("WEBP")) {
    return "image/webp";
  }
  return "";
}

std::string put_logo(std::string page, const service::LogoOptions& logo) {
  const auto place = page.find(kPlace);
  if (place == std::string::npos) return page;
  page.replace(place, kPlace.size(), logo.path.empty() ? "" : make_image(logo));
  return page;
}

Response logo_response(const service::LogoOptions& logo) {
  if (logo.path.empty()) return error_response(404, "The stream has no logo.");
  auto image = read_logo(logo);
  if (!image) {
    static RateLimitedLog errors{LogLevel::kAlert};
    errors.add("logo: " + image.error().message, monotonic_now());
    return error_response(404, "The logo of the stream cannot be read: see the server's log.");
  }
  Response response;
  response.content_type = image_type(image->bytes);
  response.modified = image->modified;
  response.cache_control = "public, max-age=60";
  response.extra = "X-Content-Type-Options: nosniff\r\n";
  response.body = make_body(std::move(image->bytes));
  response.etag = make_etag(response.body.bytes);
  return response;
}

}  // namespace flu::serve
