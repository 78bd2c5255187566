#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the process with one line when a promise of our own code is broken. Never used on input.
#define FLU_CHECK(condition)                                                                     \
  do {                                                                                           \
    if (!(condition)) {                                                                          \
      std::fprintf(stderr, "%s:%d: defect: %s does not hold\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                              \
    }                                                                                            \
  } while (false)
