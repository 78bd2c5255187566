list(APPEND wire_sources websocket/frames.cpp websocket/handshake.cpp)
