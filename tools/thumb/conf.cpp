#include "tools/thumb/conf.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"

namespace flu::thumb {
namespace {

using nlohmann::json;

std::string text_of(const json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<std::vector<StreamConf>> parse_conf(std::string_view text) {
  const json conf = json::parse(text, nullptr, false);
  const auto streams = conf.is_object() ? conf.find("streams") : conf.end();
  if (!conf.is_object() || streams == conf.end() || !streams->is_array()) {
    return fail(ErrorCode::kMalformed, "expected an object with \"streams\"");
  }
  std::vector<StreamConf> out;
  for (const json& entry : *streams) {
    if (!entry.is_object()) continue;
    StreamConf stream;
    stream.name = text_of(entry, "name");
    stream.url = text_of(entry, "url");
    stream.is_on_demand = entry.contains("on_demand") && entry["on_demand"] == json(true);
    if (is_stream_name(stream.name)) out.push_back(std::move(stream));
  }
  return out;
}

Result<void> check_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme) && url.size() > scheme.size() && url[scheme.size()] != '/') {
      return {};
    }
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("expected http://HOST/PATH or https://HOST/PATH, found '{}'",
                          printable(config::hide_secrets(std::string(url)))));
}

}  // namespace flu::thumb
