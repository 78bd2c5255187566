# flu_add_module(NAME SOURCES file... MODULES module...): the static library flu_NAME of libcommon/NAME,
# linking its row of libcommon/layers.txt.
function(flu_add_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;MODULES" ${ARGN})
  add_library(flu_${name} STATIC ${arg_SOURCES})
  list(TRANSFORM arg_MODULES PREPEND flu_)
  target_link_libraries(flu_${name} PUBLIC flu_options ${arg_MODULES})
endfunction()

# flu_add_unit_test(NAME SOURCES file... MODULES module...): the test binary NAME_test, ctest unit.NAME.
function(flu_add_unit_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;MODULES" ${ARGN})
  add_executable(${name}_test ${arg_SOURCES})
  list(TRANSFORM arg_MODULES PREPEND flu_)
  target_link_libraries(${name}_test PRIVATE ${arg_MODULES} GTest::gmock GTest::gtest_main)
  add_test(NAME unit.${name} COMMAND ${name}_test)
endfunction()
