#include "libcommon/config/changes.h"

#include <map>
#include <string_view>

namespace flu::config {
namespace {

bool has_same_settings(StreamConfig a, StreamConfig b) {
  for (StreamConfig* stream : {&a, &b}) {
    stream->line = 0;
    for (SourceUrl& source : stream->sources) source.line = 0;
    for (FileLocation& location : stream->locations) location.line = 0;
  }
  return a == b;
}

}  // namespace

std::vector<std::string> changed_streams(const ServerConfig& before, const ServerConfig& after) {
  std::map<std::string_view, const StreamConfig*> known;
  for (const StreamConfig& stream : before.streams) known.emplace(stream.name, &stream);
  std::vector<std::string> out;
  for (const StreamConfig& stream : after.streams) {
    const auto found = known.find(stream.name);
    if (found != known.end() && !has_same_settings(*found->second, stream)) {
      out.push_back(stream.name);
    }
  }
  return out;
}

}  // namespace flu::config
