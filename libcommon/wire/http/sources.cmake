list(APPEND wire_sources http/basic_auth.cpp http/byte_range.cpp http/date.cpp http/etag.cpp
  http/request.cpp http/response_reader.cpp http/target.cpp http/url.cpp)
