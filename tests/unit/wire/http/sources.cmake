list(APPEND wire_tests http/basic_auth_test.cpp http/byte_range_test.cpp http/date_test.cpp
  http/etag_test.cpp http/request_test.cpp http/response_reader_test.cpp http/target_test.cpp
  http/url_test.cpp)
