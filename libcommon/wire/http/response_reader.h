#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::wire {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpResponseHead {
  int status = 0;
  std::string line;            // "HTTP/1.1 404 Not Found", fit to be shown
  bool is_persistent = false;  // the connection serves another request after this one
  std::vector<HttpHeader> headers;

  // The first of that name, however it is spelt; nullopt without one.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  // The media type of Content-Type in small letters, without parameters: "text/html", or "".
  [[nodiscard]] std::string content_type() const;
};

// The answer to one GET of HTTP/1.0 or 1.1 (RFC 9112), or of an ICY server, out of the bytes of a
// connection: by Content-Length, in chunks, or up to the end of the connection. Interim answers are
// passed over. A body that is coded (gzip) is refused: it was not asked for. Pure.
class HttpResponseReader {
 public:
  struct Piece {
    std::size_t consumed = 0;  // 0 only of no bytes, or when the answer is complete
    Bytes body;                // a part of the bytes given
  };

  // Takes a part of `bytes`, which is to be called with the rest again. Returns once right behind
  // the head, so that it can be judged before the body is taken.
  Result<Piece> read(Bytes bytes);

  // The peer ended the connection: an error when the answer is not whole.
  Result<> finish();

  [[nodiscard]] bool has_head() const { return state_ != State::kHead; }
  [[nodiscard]] const HttpResponseHead& head() const { return head_; }
  [[nodiscard]] bool is_complete() const { return state_ == State::kComplete; }
  // What Content-Length says.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const { return content_length_; }

  void reset() { *this = HttpResponseReader(); }  // for the next answer of the connection

 private:
  enum class State { kHead, kLength, kToEnd, kChunkSize, kChunk, kChunkEnd, kTrailers, kComplete };

  Result<Piece> read_head(Bytes bytes);
  Result<> take_head();
  Result<> take_length();
  Result<> choose_framing();
  Result<Piece> read_counted(Bytes bytes, State next);
  Result<Piece> read_chunk_line(Bytes bytes);
  Result<> take_chunk_line();

  State state_ = State::kHead;
  HttpResponseHead head_;
  std::string text_;  // of the head, or of a line, so far
  std::optional<std::uint64_t> content_length_;
  std::uint64_t left_ = 0;  // of the body or chunk
  std::size_t trailers_ = 0;
  int interim_ = 0;
};

}  // namespace flu::wire
