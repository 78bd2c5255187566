list(APPEND container_test_sources
  mp4/boxes_test.cpp mp4/esds_test.cpp mp4/flu_reader_test.cpp mp4/flu_writer_test.cpp
  mp4/foreign_test.cpp mp4/fragment_builder_test.cpp mp4/init_test.cpp mp4/meta_boxes_test.cpp
  mp4/moof_test.cpp mp4/moov_test.cpp mp4/movie_file_test.cpp mp4/mse_fragment_test.cpp mp4/player_part_test.cpp
  mp4/player_segment_test.cpp
  mp4/presentation_times_test.cpp
  mp4/private_boxes_test.cpp mp4/sample_entry_test.cpp
  mp4/segment_box_test.cpp mp4/segment_summary_test.cpp mp4/silence_test.cpp
  mp4/stored_samples_test.cpp mp4/stream_buffer_test.cpp mp4/sync_sample_test.cpp)
set_source_files_properties(mp4/flu_writer_test.cpp mp4/init_test.cpp mp4/segment_box_test.cpp
  PROPERTIES COMPILE_DEFINITIONS FLU_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
