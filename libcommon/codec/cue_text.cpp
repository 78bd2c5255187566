#include "libcommon/codec/cue_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Bytes of the character of UTF-8 that `text` begins with; 0: there is none (RFC 3629 4).
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_long_form = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_no_character = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  if (is_long_form || is_no_character) return 0;
  const std::string_view rest = text.substr(1, length - 1);
  return std::all_of(rest.begin(), rest.end(), is_continuation) ? length : 0;
}

// The characters one by one, what is none as U+FFFD.
std::string_view take_character(std::string_view& text) {
  const std::size_t length = character_length(text);
  const std::string_view out = length == 0 ? kReplacement : text.substr(0, length);
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return out;
}

std::string_view escaped(std::string_view character) {
  if (character == "<") return "&lt;";
  if (character == ">") return "&gt;";
  if (character == "&") return "&amp;";
  return character;
}

bool is_kept_tag(std::string_view name) {
  return name == "i" || name == "b" || name == "u";
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

// Takes a tag off the front of `text`: "<b>" is given back, others are nothing. False: it is none.
bool take_tag(std::string_view& text, std::string& out) {
  const auto end = text.find('>');
  if (end == std::string_view::npos) return false;
  std::string_view inside = text.substr(1, end - 1);
  const bool is_end = inside.starts_with('/');
  if (is_end) inside.remove_prefix(1);
  if (inside.empty() || !is_letter(inside.front())) return false;
  std::string name;
  for (const char c : inside.substr(0, inside.find_first_of(" \t="))) name += lower(c);
  if (is_kept_tag(name)) out += fmt::format("<{}{}>", is_end ? "/" : "", name);
  text.remove_prefix(end + 1);
  return true;
}

// "{\an8}", "{\i1}": what stands there is for the renderer.
bool take_override(std::string_view& text) {
  const auto end = text.find('}');
  if (!text.starts_with("{\\") || end == std::string_view::npos) return false;
  text.remove_prefix(end + 1);
  return true;
}

struct Style {
  std::size_t from = 0;  // characters
  std::size_t to = 0;
  std::uint8_t face = 0;  // 1 bold, 2 italic, 4 underlined
};

constexpr std::uint32_t kStyl = 0x7374'796C;

// TS 26.245 5.17.1.1
std::vector<Style> read_styles(ByteReader reader) {
  std::vector<Style> styles;
  while (true) {
    const auto size = reader.u32();
    const auto type = reader.u32();
    if (!size || !type || *size < 8 || *size - 8 > reader.remaining()) return styles;
    ByteReader box(*reader.bytes(*size - 8));
    if (*type != kStyl || !box.skip(2)) continue;
    while (box.remaining() >= 12 && styles.size() < kMaxCueStyles) {
      Style style;
      style.from = *box.u16();
      style.to = *box.u16();
      (void)box.skip(2);
      style.face = *box.u8();
      (void)box.skip(5);
      if (style.face != 0 && style.to > style.from) styles.push_back(style);
    }
  }
}

void change_face(std::uint8_t from, std::uint8_t to, std::string& out) {
  constexpr std::pair<std::uint8_t, char> kFaces[] = {{1, 'b'}, {2, 'i'}, {4, 'u'}};
  if (from == to) return;
  // All end, for tags are nested.
  for (auto face = std::rbegin(kFaces); face != std::rend(kFaces); ++face) {
    if ((from & face->first) != 0) out += fmt::format("</{}>", face->second);
  }
  for (const auto& [bit, tag] : kFaces) {
    if ((to & bit) != 0) out += fmt::format("<{}>", tag);
  }
}

// UTF-16, most significant byte first, behind its mark.
std::string from_utf16(Bytes bytes) {
  std::string out;
  ByteReader reader(bytes);
  while (reader.remaining() >= 2) {
    std::uint32_t code = *reader.u16();
    if (code >= 0xD800 && code < 0xDC00 && reader.remaining() >= 2) {
      code = 0x10000 + ((code - 0xD800) << 10) + ((*reader.u16() - 0xDC00U) & 0x3FF);
    }
    const auto put = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | code >> 6);
      put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3F));
      put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F));
      put(0x80 | (code & 0x3F));
    }
  }
  return out;
}

}  // namespace

std::string tidy_cue_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view character = take_character(text);
    if (character == "\r" && text.starts_with('\n')) continue;
    if (character == "\r") character = "\n";
    const auto code = static_cast<unsigned char>(character.front());
    const bool is_line_end = character == "\n";
    if (code < 0x20 && !is_line_end && character != "\t") continue;
    if (is_line_end && (out.empty() || out.back() == '\n')) continue;
    if (character == ">" && out.ends_with("--")) character = "&gt;";
    if (out.size() + character.size() > kMaxCueText) break;
    out += character;
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

std::string tidy_cue_settings(std::string_view text) {
  constexpr std::size_t kLongest = 256;
  const bool is_plain = std::all_of(text.begin(), text.end(),
                                    [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
  if (!is_plain || text.size() > kLongest || text.find("-->") != std::string_view::npos) return {};
  return std::string(text);
}

std::string cue_of_plain_text(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < 2 * kMaxCueText) out += escaped(take_character(text));
  return tidy_cue_text(out);
}

std::string cue_of_subrip(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < 2 * kMaxCueText) {
    if (text.front() == '<' && take_tag(text, out)) continue;
    if (take_override(text)) continue;
    out += escaped(take_character(text));
  }
  return tidy_cue_text(out);
}

std::string cue_of_ass(std::string_view line) {
  constexpr int kFields = 8;
  for (int i = 0; i < kFields; ++i) {
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) return {};
    line.remove_prefix(comma + 1);
  }
  std::string out;
  while (!line.empty() && out.size() < 2 * kMaxCueText) {
    if (take_override(line)) continue;
    const bool is_break = line.starts_with("\\N") || line.starts_with("\\n");
    if (is_break || line.starts_with("\\h")) {
      out += is_break ? "\n" : " ";
      line.remove_prefix(2);
      continue;
    }
    out += escaped(take_character(line));
  }
  return tidy_cue_text(out);
}

Result<std::string> cue_of_tx3g(Bytes sample) {
  ByteReader reader(sample);
  FLU_TRY_ASSIGN(const std::uint16_t length, reader.u16());
  FLU_TRY_ASSIGN(const Bytes bytes, reader.bytes(length));
  const bool is_utf16 = bytes.size() >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF;
  const std::string owned =
      is_utf16 ? from_utf16(bytes.subspan(2)) : std::string(bytes.begin(), bytes.end());
  const std::vector<Style> styles = read_styles(reader);
  std::string_view text = owned;
  std::string out;
  std::uint8_t face = 0;
  for (std::size_t at = 0; !text.empty() && out.size() < 2 * kMaxCueText; ++at) {
    std::uint8_t wanted = 0;
    for (const Style& style : styles) {
      if (at >= style.from && at < style.to) wanted |= style.face & 7;
    }
    change_face(std::exchange(face, wanted), wanted, out);
    out += escaped(take_character(text));
  }
  change_face(face, 0, out);
  return tidy_cue_text(out);
}

}  // namespace flu::codec
