list(APPEND wire_sources http/byte_range.cpp http/date.cpp http/etag.cpp http/request.cpp
  http/response_reader.cpp http/target.cpp http/url.cpp)
