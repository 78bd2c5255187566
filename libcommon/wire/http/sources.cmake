list(APPEND wire_sources http/byte_range.cpp http/date.cpp http/etag.cpp http/target.cpp)
