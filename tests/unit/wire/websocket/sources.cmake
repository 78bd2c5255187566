list(APPEND wire_tests websocket/frames_test.cpp websocket/handshake_test.cpp)
