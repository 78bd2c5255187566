list(APPEND wire_tests rtp/rtp_packet_test.cpp rtp/rtp_receiver_test.cpp)
