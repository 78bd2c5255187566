list(APPEND container_test_sources
  mpegts/corpus_test.cpp mpegts/es_info_test.cpp mpegts/es_writer_test.cpp
  mpegts/packetizer_test.cpp mpegts/pes_test.cpp mpegts/program_finder_test.cpp
  mpegts/psi_test.cpp mpegts/scte35_test.cpp mpegts/sync_test.cpp mpegts/track_gate_test.cpp
  mpegts/ts_packet_test.cpp mpegts/ts_reader_tables_test.cpp mpegts/ts_reader_test.cpp
  mpegts/ts_round_trip_test.cpp mpegts/ts_segment_test.cpp mpegts/ts_size_test.cpp
  mpegts/ts_writer_test.cpp
  mpegts/unwrap_test.cpp)
