#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"

namespace flu::thumb {

// A stream of which there are to be pictures.
struct StreamConf {
  std::string name;
  std::string url;  // "": its key frames are decoded
  bool is_on_demand = false;

  bool operator==(const StreamConf&) const = default;
};

// RUN_DIR/conf/thumb.json: {"streams": [{"name": "ort", "url": "http://...", "on_demand": true}]}.
// Entries without a name of a stream are left out.
Result<std::vector<StreamConf>> parse_conf(std::string_view text);

// http:// or https:// and a host.
Result<void> check_url(std::string_view url);

}  // namespace flu::thumb
