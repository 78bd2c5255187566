#include "libcommon/manifest/carried_query.h"

#include <iterator>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::manifest {
namespace {

constexpr std::string_view kUri = "URI=\"";

// RFC 3986 3.4, and no quotes since attributes of playlists are quoted.
bool can_stand_in_query(char letter) {
  constexpr std::string_view kNever = "\"\\<>^`{|}#";
  return letter > ' ' && letter < '\x7f' && kNever.find(letter) == std::string_view::npos;
}

bool is_for_playlist(std::string_view parameter) {
  return parameter.starts_with("filter.tracks=") || parameter.starts_with("_HLS_");
}

void write_address(std::string& out, std::string_view address, std::string_view query) {
  out += address;
  out += address.find('?') == std::string_view::npos ? '?' : '&';
  out += query;
}

// An attribute list; of a value that holds URI=" as its text nobody writes.
void write_tag(std::string& out, std::string_view line, std::string_view query) {
  const auto begin = line.find(kUri);
  const auto end = begin == std::string_view::npos ? begin : line.find('"', begin + kUri.size());
  if (end == std::string_view::npos) {
    out += line;
    return;
  }
  out += line.substr(0, begin + kUri.size());
  write_address(out, line.substr(begin + kUri.size(), end - begin - kUri.size()), query);
  out += line.substr(end);
}

}  // namespace

std::string carried_query(std::string_view query) {
  std::string out;
  if (query.empty()) return out;
  for (const std::string_view parameter : split(query, '&')) {
    if (parameter.empty() || is_for_playlist(parameter)) continue;
    if (!out.empty()) out += '&';
    for (const char letter : parameter) {
      if (can_stand_in_query(letter)) {
        out += letter;
      } else {
        fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(letter));
      }
    }
  }
  return out;
}

std::string add_query(std::string_view playlist, std::string_view query) {
  std::string out;
  if (query.empty()) return std::string(playlist);
  out.reserve(playlist.size() * 2);
  while (!playlist.empty()) {
    const auto end = playlist.find('\n');
    const std::string_view line = playlist.substr(0, end);
    if (line.starts_with('#')) {
      write_tag(out, line, query);
    } else if (!line.empty()) {
      write_address(out, line, query);
    }
    if (end == std::string_view::npos) break;
    out += '\n';
    playlist.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace flu::manifest
