#!/usr/bin/env bash
# ctest: serial timeout 200
# The same with twenty streams and the optimised programs.
FLU_STREAMS=20 FLU_KILLS=18 FLU_GAP=3 FLU_BIN=$FLU_RELEASE_BIN exec bash "$(dirname "$0")/kill-any.sh"
