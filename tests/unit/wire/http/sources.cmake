list(APPEND wire_tests http/byte_range_test.cpp http/date_test.cpp http/etag_test.cpp
  http/target_test.cpp)
