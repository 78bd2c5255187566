list(APPEND container_sources
  mpegts/es_info.cpp mpegts/es_stream.cpp mpegts/es_writer.cpp mpegts/packetizer.cpp
  mpegts/pes.cpp mpegts/program_finder.cpp mpegts/psi.cpp mpegts/scte35.cpp mpegts/sync.cpp
  mpegts/track_gate.cpp mpegts/ts_muxer.cpp mpegts/ts_packet.cpp mpegts/ts_reader.cpp
  mpegts/ts_segment.cpp mpegts/ts_size.cpp mpegts/ts_writer.cpp)
