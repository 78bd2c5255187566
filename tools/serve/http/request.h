#pragma once

#include <string>

namespace flu::serve {

enum class Method { kGet, kHead, kOptions, kOther };

// The parts of an HTTP request that decide its answer.
struct Request {
  Method method = Method::kGet;
  std::string method_name;
  std::string target;  // as received
  unsigned version = 11;
  bool has_host = false;
  bool is_keep_alive = true;
  bool expects_continue = false;
  bool has_body = false;
  std::string range;
  std::string if_range;
  std::string if_none_match;
  std::string user_agent;  // for the access log
  std::string referer;
};

}  // namespace flu::serve
