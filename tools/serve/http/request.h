#pragma once

#include <string>
#include <string_view>

namespace flu::serve {

enum class Method { kGet, kHead, kOptions, kPost, kPut, kOther };

// Below it a POST is answered, and its body kept.
inline constexpr std::string_view kApiPrefix = "/flussonic/api/";

// Players PUT what they saw to NAME/sessions/ID; its body is read and dropped.
inline bool may_be_put(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path.find("/sessions/") != std::string_view::npos && !path.starts_with(kApiPrefix);
}

// The parts of an HTTP request that decide its answer.
struct Request {
  Method method = Method::kGet;
  std::string method_name;
  std::string target;  // as received
  unsigned version = 11;
  bool has_host = false;
  std::string host;  // as received, with its port
  bool is_keep_alive = true;
  bool expects_continue = false;
  bool has_body = false;
  bool keeps_body = false;  // a POST to the API
  std::string body;
  std::string authorization;
  bool is_forwarded = false;  // a proxy says that it speaks for somebody else
  std::string origin;         // of the page that asks
  std::string asked_fields;   // that a page wants to send, of a preflight
  bool is_from_page = false;  // a browser says that a page asks, not its user
  bool is_from_other_site = false;
  bool wants_websocket = false;  // Upgrade and Connection say so
  std::string websocket_key;
  std::string websocket_version;
  std::string range;
  std::string if_range;
  std::string if_none_match;
  std::string if_modified_since;
  bool takes_gzip = false;
  bool wants_page = false;  // HTML is welcome: a browser goes there
  bool wants_icy_metadata = false;
  std::string user_agent;  // for the access log
  std::string referer;
};

}  // namespace flu::serve
