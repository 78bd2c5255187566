#include "tools/dvr/record/suspects.h"

#include <unistd.h>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"

namespace flu::dvr {
namespace {

constexpr unsigned kPatience = 2;  // deaths
constexpr std::size_t kMaxFile = 512;

}  // namespace

// "2 NAME"
Suspects::Suspects(std::string file) : file_(std::move(file)) {
  const auto content = io::read_file(file_, kMaxFile);
  if (!content) return;
  const auto words = split(as_text(*content), ' ');
  if (words.size() != 2 || !is_stream_name(words[1])) return;
  if (const auto deaths = parse_unsigned(words[0]); deaths && *deaths < 1000) {
    deaths_[std::string(words[1])] = static_cast<unsigned>(*deaths);
  }
}

bool Suspects::is_set_aside(const std::string& stream) const {
  const auto found = deaths_.find(stream);
  return found != deaths_.end() && found->second >= kPatience;
}

void Suspects::begin(const std::string& stream) {
  const auto found = deaths_.find(stream);
  const unsigned deaths = found == deaths_.end() ? 0 : found->second;
  const std::string text = fmt::format("{} {}", deaths + 1, stream);
  // Without the note nothing is lost but this protection.
  (void)io::replace_file(file_, as_bytes(text));
}

void Suspects::end(const std::string& stream) {
  deaths_.erase(stream);
  ::unlink(file_.c_str());
}

}  // namespace flu::dvr
