#include "tools/serve/http/request_parser.h"

#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <fmt/format.h>

#include "tools/serve/http/gzip.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::kGet;
    case http::verb::head: return Method::kHead;
    case http::verb::options: return Method::kOptions;
    case http::verb::post: return Method::kPost;
    case http::verb::put: return Method::kPut;
    default: return Method::kOther;
  }
}

std::string text(string_view value) {
  return {value.data(), value.size()};
}

// Keeps the few fields that matter and drops most bodies; http::parser would copy every field.
class BeastParser final : public http::basic_parser<true> {
 public:
  explicit BeastParser(Request& request) : request_(&request) {
    header_limit(kMaxHeaderBytes);
    body_limit(kMaxBodyBytes);
  }

 private:
  void on_request_impl(http::verb verb, string_view name, string_view target, int version,
                       error_code&) override {
    request_->method = method_of(verb);
    request_->method_name = text(name);
    request_->target = text(target);
    request_->version = static_cast<unsigned>(version);
    request_->keeps_body =
        request_->method == Method::kPost && request_->target.rfind(kApiPrefix, 0) == 0;
    if (request_->keeps_body) body_limit(kMaxApiBodyBytes);
  }
  void on_field_impl(http::field name, string_view raw_name, string_view value,
                     error_code& ec) override {
    switch (name) {
      case http::field::host:
        // RFC 9112 3.2: two Host fields are a bad request.
        if (request_->has_host) ec = http::error::bad_field;
        request_->has_host = true;
        request_->host = text(value);
        break;
      case http::field::range: request_->range = text(value); break;
      case http::field::if_range: request_->if_range = text(value); break;
      case http::field::if_none_match: append_list(request_->if_none_match, value); break;
      case http::field::if_modified_since: append_list(request_->if_modified_since, value); break;
      case http::field::user_agent: request_->user_agent = text(value); break;
      case http::field::accept:
        request_->wants_page = request_->wants_page || value.find("text/html") != string_view::npos;
        break;
      case http::field::accept_encoding:
        request_->takes_gzip = request_->takes_gzip || accepts_gzip({value.data(), value.size()});
        break;
      case http::field::referer: request_->referer = text(value); break;
      case http::field::expect:
        request_->expects_continue = boost::beast::iequals(value, "100-continue");
        break;
      case http::field::authorization: request_->authorization = text(value); break;
      case http::field::via:
      case http::field::forwarded: request_->is_forwarded = true; break;
      case http::field::origin:
        request_->is_from_page = true;
        request_->origin = text(value);
        break;
      case http::field::access_control_request_headers: request_->asked_fields = text(value); break;
      case http::field::sec_websocket_key: request_->websocket_key = text(value); break;
      case http::field::sec_websocket_version: request_->websocket_version = text(value); break;
      case http::field::upgrade:
        is_websocket_ = is_websocket_ || http::token_list(value).exists("websocket");
        break;
      default: note_unnamed(raw_name, value); break;
    }
  }
  // Fields that Beast has no number for.
  void note_unnamed(string_view name, string_view value) {
    using boost::beast::iequals;
    constexpr string_view kForwarded = "X-Forwarded-";  // For, Proto, Host
    if (iequals(name.substr(0, kForwarded.size()), kForwarded) || iequals(name, "X-Real-IP")) {
      request_->is_forwarded = true;
    } else if (iequals(name, "Icy-MetaData")) {
      request_->wants_icy_metadata = value == "1";
    } else if (iequals(name, "Sec-Fetch-Site")) {
      request_->is_from_page = true;
      request_->is_from_other_site = value != "same-origin" && value != "none";
    }
  }
  void append_list(std::string& list, string_view value) {
    if (!list.empty()) list += ", ";
    list.append(value.data(), value.size());
  }
  void on_header_impl(error_code&) override {
    request_->is_keep_alive = keep_alive();
    request_->wants_websocket = is_websocket_ && upgrade();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return take_body(body); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return take_body(body);
  }
  std::size_t take_body(string_view body) {
    if (request_->keeps_body) request_->body.append(body.data(), body.size());
    return body.size();
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request* request_;
  bool is_websocket_ = false;
};

}  // namespace

class RequestParser::Impl {
 public:
  State feed(std::string_view bytes, std::size_t& consumed) {
    consumed = 0;
    if (!parser_) {
      // RFC 9112 2.2: empty lines before a request are ignored.
      while (consumed < bytes.size() && (bytes[consumed] == '\r' || bytes[consumed] == '\n')) {
        ++consumed;
      }
      if (consumed == bytes.size()) return State::kNeedMore;
      request_ = {};
      parser_.emplace(request_);
    }
    while (!parser_->is_done() && consumed < bytes.size()) {
      error_code ec;
      const std::string_view rest = bytes.substr(consumed);
      consumed += parser_->put(boost::asio::buffer(rest.data(), rest.size()), ec);
      if (ec == http::error::need_more) break;
      if (ec) return failed(ec, rest);
      if (parser_->is_header_done() && !is_header_told_) {
        is_header_told_ = true;
        request_.has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
        request_.expects_continue = request_.expects_continue && request_.version >= 11;
        if (request_.has_body && (request_.expects_continue || request_.keeps_body)) {
          return State::kBodyFollows;
        }
      }
    }
    return parser_->is_done() ? State::kComplete : State::kNeedMore;
  }

  void reset() {
    parser_.reset();
    is_header_told_ = false;
  }

  std::optional<BeastParser> parser_;
  Request request_;
  bool is_header_told_ = false;
  unsigned status_ = 400;
  std::string reason_;

 private:
  State failed(const error_code& ec, std::string_view bytes) {
    if (ec == http::error::header_limit) {
      const bool is_line_done = bytes.substr(0, kMaxHeaderBytes).find('\n') != bytes.npos;
      status_ = is_line_done ? 431 : 414;
      reason_ = fmt::format("The {} of a request may have {} bytes.",
                            is_line_done ? "headers" : "address", kMaxHeaderBytes);
    } else if (ec == http::error::body_limit) {
      status_ = 413;
      reason_ = fmt::format("The body of a request may have {} bytes.",
                            request_.keeps_body ? kMaxApiBodyBytes : kMaxBodyBytes);
    } else if (ec == http::error::bad_version) {
      status_ = 505;
      reason_ = "HTTP/1.0 and HTTP/1.1 are spoken here.";
    } else {
      status_ = 400;
      reason_ = fmt::format("This is no HTTP request: {}.", ec.message());
    }
    return State::kFailed;
  }
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::feed(std::string_view bytes, std::size_t& consumed) {
  return impl_->feed(bytes, consumed);
}
bool RequestParser::is_idle() const {
  return !impl_->parser_;
}
const Request& RequestParser::request() const {
  return impl_->request_;
}
unsigned RequestParser::status() const {
  return impl_->status_;
}
const std::string& RequestParser::reason() const {
  return impl_->reason_;
}
void RequestParser::reset() {
  impl_->reset();
}

}  // namespace flu::serve
