#include "libcommon/config/file_location.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/check.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/suggestion.h"

namespace flu::config {
namespace {

constexpr std::string_view kFileUrl = "file://";

std::string_view prefix_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

bool is_prefix(std::string_view name) {
  return is_stream_name(name) && name.find('/') == std::string_view::npos;
}

class Finder {
 public:
  Finder(const ServerConfig& server, StreamConfig& stream, Diagnostics& diagnostics)
      : server_(server), stream_(stream), diagnostics_(diagnostics) {}

  void find(std::string_view path, std::string_view what, unsigned line) {
    const std::string_view prefix = prefix_of(path);
    const auto is_it = [&](const FileLocation& each) { return each.prefix == prefix; };
    if (std::any_of(stream_.locations.begin(), stream_.locations.end(), is_it)) return;
    const auto found = std::find_if(server_.locations.begin(), server_.locations.end(), is_it);
    if (found != server_.locations.end()) {
      stream_.locations.push_back(*found);
      return;
    }
    std::vector<std::string_view> names;
    for (const FileLocation& each : server_.locations) names.push_back(each.prefix);
    diagnostics_.error(line, fmt::format("{} '{}' in stream '{}': there is no 'file {} {{ path "
                                         "DIRECTORY; }}'{}",
                                         what, printable(path), printable(stream_.name),
                                         printable(prefix), did_you_mean(prefix, names)));
  }

 private:
  const ServerConfig& server_;
  StreamConfig& stream_;
  Diagnostics& diagnostics_;
};

}  // namespace

Result<void> check_location_path(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  const bool is_path = parts.size() >= 2 && is_prefix(parts.front()) && !parts.back().empty() &&
                       std::find(parts.begin(), parts.end(), "..") == parts.end();
  if (is_path) return {};
  return fail(ErrorCode::kInvalidArgument,
              "PREFIX/PATH of a file location, neither absolute nor with '..'");
}

FileLocation read_location(const Statement& head, Diagnostics& diagnostics) {
  FileLocation location;
  location.prefix = head.words[1].value;
  location.line = head.line();
  if (!is_prefix(location.prefix)) {
    diagnostics.error(
        head.line(), fmt::format("file '{}': expected a prefix of the characters A-Z a-z 0-9 . _ -",
                                 printable(location.prefix)));
  }
  for (const Statement& statement : head.block->statements) {
    const std::string_view keyword = statement.keyword();
    if ((keyword != "path" && keyword != "paths") || !is_well_formed(statement, Context::kFile)) {
      continue;
    }
    for (std::size_t i = 1; i < statement.words.size(); ++i) {
      const std::string& path = statement.words[i].value;
      if (path.find("://") != std::string::npos) {
        diagnostics.warning(statement.line(),
                            fmt::format("path '{}' in file '{}': only folders are supported yet: "
                                        "ignored",
                                        printable(path.substr(0, path.find("://") + 3)),
                                        printable(location.prefix)));
      } else if (path.empty()) {
        diagnostics.error(statement.line(), fmt::format("{} in file '{}': expected a folder",
                                                        keyword, printable(location.prefix)));
      } else {
        location.directories.push_back(path);
      }
    }
  }
  diagnostics.warning(
      head.line(), fmt::format("the files of '{}' can be sources and backups of streams; playing "
                               "them to viewers is not supported yet",
                               printable(location.prefix)));
  return location;
}

void find_locations(ServerConfig& server, Diagnostics& diagnostics) {
  for (StreamConfig& stream : server.streams) {
    Finder finder(server, stream, diagnostics);
    for (const SourceUrl& source : stream.sources) {
      const std::string_view url = source.url;
      if (!url.starts_with(kFileUrl)) continue;
      const std::string_view path = url.substr(kFileUrl.size());
      if (check_location_path(path)) finder.find(path, "url", source.line);
    }
    if (stream.backup.empty()) continue;
    finder.find(stream.backup, "backup", stream.backup_line);
    if (stream.sources.empty()) {
      diagnostics.warning(stream.backup_line,
                          fmt::format("backup in stream '{}' fills in for a source, and there is "
                                      "none: ignored",
                                      printable(stream.name)));
      stream.backup.clear();
    }
  }
}

}  // namespace flu::config
