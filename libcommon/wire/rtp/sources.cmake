list(APPEND wire_sources rtp/rtp_packet.cpp rtp/rtp_receiver.cpp)
