#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libcommon/config/server_config.h"

namespace flu::supervisor {

// A config that was changed on disk and may be put in force.
struct EditedConfig {
  config::ServerConfig server;
  std::vector<std::string> names;  // of the streams that were put or removed
};

// Why nothing was changed.
struct EditFailure {
  enum class Kind {
    kText,      // what was sent
    kNotFound,  // no such stream
    kFile,      // the file on disk cannot be used or written
  };
  Kind kind = Kind::kText;
  std::vector<std::string> errors;  // at least one
};

using EditResult = tl::expected<EditedConfig, EditFailure>;

// Edits of the config file `path`. Each works on what is on disk now, keeps every byte that it does
// not change, and writes only what would load. Nothing else edits while one of these runs: the
// supervisor has one thread.
EditResult put_streams(const std::string& path, std::string_view text);
EditResult remove_stream(const std::string& path, std::string_view name);
EditResult replace_config(const std::string& path, std::string_view text);

// What `text` asks for; nothing is written.
EditResult load_text(std::string_view text);

}  // namespace flu::supervisor
