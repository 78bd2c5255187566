list(APPEND container_sources
  mp4/boxes.cpp
  mp4/esds.cpp
  mp4/flu_reader.cpp
  mp4/flu_writer.cpp
  mp4/fragment_builder.cpp
  mp4/init.cpp
  mp4/meta_boxes.cpp
  mp4/moof.cpp
  mp4/moov.cpp
  mp4/mse_fragment.cpp
  mp4/player_segment.cpp
  mp4/private_boxes.cpp
  mp4/sample_entry.cpp
  mp4/segment_box.cpp
  mp4/segment_summary.cpp
  mp4/stream_buffer.cpp
  mp4/sync_sample.cpp)
