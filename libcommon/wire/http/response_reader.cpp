#include "libcommon/wire/http/response_reader.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/wire/http/limits.h"

namespace flu::wire {
namespace {

constexpr std::size_t kShown = 80;

template <typename... Args>
tl::unexpected<Error> malformed(fmt::format_string<Args...> format, Args&&... args) {
  return fail(ErrorCode::kMalformed, fmt::format(format, std::forward<Args>(args)...));
}

std::string shown(std::string_view text) {
  return printable(text.substr(0, kShown));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Lines end with CR LF; a bare LF is let pass (RFC 9112 2.2).
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "HTTP/1.1 200 OK", "ICY 200 OK"; the reason may be missing.
Result<> parse_status_line(std::string_view line, HttpResponseHead& head) {
  head.line = shown(line);
  const bool is_icy = line.substr(0, 4) == "ICY ";
  std::string_view rest = line;
  if (is_icy) {
    rest.remove_prefix(4);
  } else if (line.size() > 9 && line.substr(0, 7) == "HTTP/1." && is_digit(line[7]) &&
             line[8] == ' ') {
    head.is_persistent = line[7] != '0';
    rest.remove_prefix(9);
  } else {
    return malformed("expected an answer of HTTP/1.1, found '{}'", shown(line));
  }
  rest = trimmed(rest);
  if (rest.size() < 3 || !std::all_of(rest.begin(), rest.begin() + 3, is_digit) ||
      (rest.size() > 3 && rest[3] != ' ') || rest[0] < '1' || rest[0] > '5') {
    return malformed("expected a status from 100 to 599, found '{}'", shown(line));
  }
  head.status = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
  return {};
}

Result<> parse_header(std::string_view line, std::vector<HttpHeader>& headers) {
  // A folded line goes on with the value above it (RFC 9112 5.2).
  if (line.front() == ' ' || line.front() == '\t') {
    if (headers.empty()) return malformed("a header that begins with a space: '{}'", shown(line));
    headers.back().value += fmt::format(" {}", trimmed(line));
    return {};
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return malformed("expected a header NAME: VALUE, found '{}'", shown(line));
  }
  headers.push_back(
      {std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
  return {};
}

// Is `word` in a list divided by commas?
bool has_word(std::string_view list, std::string_view word) {
  const auto words = split(list, ',');
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return is_same_name(trimmed(one), word); });
}

}  // namespace

std::optional<std::string_view> HttpResponseHead::find(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& header) {
    return is_same_name(header.name, name);
  });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

std::string HttpResponseHead::content_type() const {
  const auto value = find("Content-Type");
  if (!value) return {};
  return lower(trimmed(value->substr(0, value->find(';'))));
}

Result<HttpResponseReader::Piece> HttpResponseReader::read(Bytes bytes) {
  switch (state_) {
    case State::kHead: return read_head(bytes);
    case State::kLength: return read_counted(bytes, State::kComplete);
    case State::kChunk: return read_counted(bytes, State::kChunkEnd);
    case State::kToEnd: return Piece{bytes.size(), bytes};
    case State::kChunkSize:
    case State::kChunkEnd:
    case State::kTrailers: return read_chunk_line(bytes);
    case State::kComplete: break;
  }
  return Piece{};
}

Result<HttpResponseReader::Piece> HttpResponseReader::read_head(Bytes bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const char c = as_text(bytes)[used++];
    // Servers that send an empty line behind the answer before (RFC 9112 2.2).
    if (text_.empty() && (c == '\r' || c == '\n')) continue;
    text_ += c;
    if (text_.size() > kMaxResponseHead) {
      return malformed("the head of the answer is longer than {} bytes", kMaxResponseHead);
    }
    // What is not HTTP may have no line ends for long.
    if (text_.size() == 4 && text_ != "HTTP" && text_ != "ICY ") {
      return malformed("expected an answer of HTTP/1.1, found '{}'",
                       shown(text_ + std::string(as_text(bytes.subspan(used)))));
    }
    if (c != '\n') continue;
    const std::string_view text = text_;
    if (text.ends_with("\n\n") || text.ends_with("\n\r\n")) {
      FLU_TRY(take_head());
      break;
    }
  }
  return Piece{used, {}};
}

Result<> HttpResponseReader::take_head() {
  std::string_view rest = text_;
  head_ = {};
  FLU_TRY(parse_status_line(next_line(rest), head_));
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (!line.empty()) FLU_TRY(parse_header(line, head_.headers));
  }
  text_.clear();
  if (head_.status < 200) {
    if (head_.status == 101) return malformed("an answer 101, which was not asked for");
    if (++interim_ > kMaxInterim) return malformed("more than {} interim answers", kMaxInterim);
    return {};
  }
  return choose_framing();
}

Result<> HttpResponseReader::take_length() {
  for (const HttpHeader& header : head_.headers) {
    if (!is_same_name(header.name, "Content-Length")) continue;
    for (const std::string_view text : split(header.value, ',')) {
      const auto length = parse_unsigned(trimmed(text));
      if (!length || (content_length_ && *content_length_ != *length)) {
        return malformed("Content-Length: expected one number, found '{}'", shown(header.value));
      }
      content_length_ = *length;
    }
  }
  return {};
}

// RFC 9112 6.3.
Result<> HttpResponseReader::choose_framing() {
  FLU_TRY(take_length());
  if (const auto connection = head_.find("Connection")) {
    if (has_word(*connection, "close")) head_.is_persistent = false;
    if (has_word(*connection, "keep-alive")) head_.is_persistent = true;
  }
  if (head_.status == 204 || head_.status == 304) {
    state_ = State::kComplete;
    return {};
  }
  const auto coding = head_.find("Content-Encoding");
  if (coding && !coding->empty() && !is_same_name(*coding, "identity")) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the body is coded ({}), which was not asked for", shown(*coding)));
  }
  if (const auto transfer = head_.find("Transfer-Encoding");
      transfer && !is_same_name(*transfer, "identity")) {
    if (!is_same_name(*transfer, "chunked")) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("Transfer-Encoding: expected chunked, found '{}'", shown(*transfer)));
    }
    content_length_.reset();
    state_ = State::kChunkSize;
  } else if (content_length_) {
    left_ = *content_length_;
    state_ = left_ == 0 ? State::kComplete : State::kLength;
  } else {
    head_.is_persistent = false;
    state_ = State::kToEnd;
  }
  return {};
}

Result<HttpResponseReader::Piece> HttpResponseReader::read_counted(Bytes bytes, State next) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= taken;
  if (left_ == 0) state_ = next;
  return Piece{taken, bytes.first(taken)};
}

Result<HttpResponseReader::Piece> HttpResponseReader::read_chunk_line(Bytes bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const char c = as_text(bytes)[used++];
    if (c != '\n') {
      text_ += c;
      const std::size_t limit = state_ == State::kTrailers ? kMaxTrailers : kMaxChunkLine;
      if (text_.size() > limit) return malformed("a line between chunks of {} bytes", text_.size());
      continue;
    }
    if (!text_.empty() && text_.back() == '\r') text_.pop_back();
    FLU_TRY(take_chunk_line());
    text_.clear();
    break;
  }
  return Piece{used, {}};
}

Result<> HttpResponseReader::take_chunk_line() {
  if (state_ == State::kChunkEnd) {
    if (!text_.empty()) return malformed("expected the end of a chunk, found '{}'", shown(text_));
    state_ = State::kChunkSize;
    return {};
  }
  if (state_ == State::kTrailers) {
    trailers_ += text_.size();
    if (trailers_ > kMaxTrailers) return malformed("more than {} bytes of trailers", kMaxTrailers);
    if (text_.empty()) state_ = State::kComplete;
    return {};
  }
  const std::string_view digits = trimmed(std::string_view(text_).substr(0, text_.find(';')));
  constexpr std::size_t kMaxDigits = 15;  // fits in 64 bits with room
  const bool is_size = !digits.empty() && digits.size() <= kMaxDigits &&
                       std::all_of(digits.begin(), digits.end(),
                                   [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!is_size) return malformed("expected the size of a chunk, found '{}'", shown(text_));
  left_ = std::stoull(std::string(digits), nullptr, 16);
  state_ = left_ == 0 ? State::kTrailers : State::kChunk;
  return {};
}

Result<> HttpResponseReader::finish() {
  switch (state_) {
    case State::kComplete: return {};
    case State::kToEnd: state_ = State::kComplete; return {};
    case State::kHead:
      return malformed("the connection ended {} of the answer",
                       text_.empty() ? "before the start" : "within the head");
    case State::kLength:
      return malformed("the connection ended {} bytes before the end of the body", left_);
    default: return malformed("the connection ended before the last chunk of the body");
  }
}

}  // namespace flu::wire
