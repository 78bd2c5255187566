#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "tools/serve/http/request.h"

namespace flu::serve {

// One HTTP/1.x request out of bytes. Pure; Boost.Beast does the grammar.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  enum class State {
    kNeedMore,
    kBodyFollows,  // the headers are there; once, where the body is kept or awaits a 100
    kComplete,
    kFailed,  // answer with status() and close: the rest of the bytes has no meaning
  };

  // `bytes` begins with what was not consumed before, all of it.
  State feed(std::string_view bytes, std::size_t& consumed);

  // Nothing of the next request was seen yet.
  [[nodiscard]] bool is_idle() const;

  // Valid from kBodyFollows on.
  [[nodiscard]] const Request& request() const;
  [[nodiscard]] unsigned status() const;            // of kFailed: 400, 413, 414, 431, 505
  [[nodiscard]] const std::string& reason() const;  // in words

  void reset();  // for the next request

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flu::serve
