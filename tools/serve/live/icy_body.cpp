#include "tools/serve/live/icy_body.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace flu::serve {
namespace {

constexpr std::size_t kUnit = 16;              // bytes: what the length of a block counts
constexpr std::size_t kMaxText = 255 * kUnit;  // of a block
constexpr std::size_t kMaxPieces = 64;         // of the sound that are looked at
constexpr std::string_view kBefore = "StreamTitle='";
constexpr std::string_view kBehind = "';";

bool is_inside_letter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80;  // UTF-8
}

// Without what would end the value, or the line that it stands in.
std::string clean(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f) out += letter;
  }
  return out;
}

}  // namespace

Buffer icy_block(std::string_view title) {
  std::string text = clean(title);
  for (auto at = text.find(kBehind); at != std::string::npos; at = text.find(kBehind)) {
    text.erase(at + 1, 1);  // a title that has the end of a title in it
  }
  std::size_t size = std::min(text.size(), kMaxText - kBefore.size() - kBehind.size());
  while (size > 0 && size < text.size() && is_inside_letter(text[size])) --size;
  text = fmt::format("{}{}{}", kBefore, std::string_view(text).substr(0, size), kBehind);
  const std::size_t units = (text.size() + kUnit - 1) / kUnit;
  Buffer out(1 + units * kUnit);
  out[0] = static_cast<std::uint8_t>(units);
  std::copy(text.begin(), text.end(), out.begin() + 1);
  return out;
}

std::string icy_head(const Station& station, bool has_metadata) {
  std::string out = fmt::format("icy-name: {}\r\nicy-pub: 0\r\n", clean(station.name));
  if (has_metadata) out += fmt::format("icy-metaint: {}\r\n", kIcyInterval);
  return out;
}

std::size_t IcyBody::next_pieces(std::span<iovec> pieces) {
  if (pieces.empty()) return 0;
  std::size_t count = 0;
  std::size_t left = to_block_;
  if (left == 0) {
    if (block_.empty()) {
      const bool is_new = told_ != station_->changes;
      told_ = station_->changes;
      block_ = is_new ? icy_block(station_->name) : Buffer{0};
    }
    pieces[count++] = {block_.data() + block_sent_, block_.size() - block_sent_};
    left = kIcyInterval;
  }
  std::array<iovec, kMaxPieces> sound;
  const std::size_t room = std::min(pieces.size() - count, sound.size());
  const std::size_t there = sound_->next_pieces(std::span(sound).first(room));
  for (std::size_t i = 0; i < there && left > 0; ++i) {
    sound[i].iov_len = std::min(sound[i].iov_len, left);
    left -= sound[i].iov_len;
    pieces[count++] = sound[i];
  }
  return count;
}

void IcyBody::sent(std::size_t bytes) {
  if (to_block_ == 0) {
    const std::size_t now = std::min(bytes, block_.size() - block_sent_);
    block_sent_ += now;
    bytes -= now;
    if (block_sent_ < block_.size()) return;
    block_.clear();
    block_sent_ = 0;
    to_block_ = kIcyInterval;
  }
  to_block_ -= bytes;  // next_pieces() gave no more than that
  sound_->sent(bytes);
}

void respond_radio(Connection& connection, const std::shared_ptr<const Station>& station,
                   std::string_view content_type, std::unique_ptr<EndlessBody> body) {
  const bool has_metadata = connection.request().wants_icy_metadata;
  Response head;
  head.content_type = content_type;
  head.extra = icy_head(*station, has_metadata);
  if (has_metadata) body = std::make_unique<IcyBody>(std::move(body), station);
  connection.respond_endless(head, std::move(body));
}

}  // namespace flu::serve
