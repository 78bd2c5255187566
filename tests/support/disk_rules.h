#pragma once

#include <string_view>

// Part of disk_shim: which faults a call gets. Nothing here allocates, since it runs inside of a
// sanitizer's start.
namespace flu::disk {

struct Fault {
  int error = 0;          // 0: none
  long short_bytes = -1;  // at most so many are written; -1: all
  bool is_lie = false;    // says yes, and the disk does nothing
};

// Sleeps as long as a rule of $FLU_DISK_SCRIPT says, then tells what else is to happen: where the
// script was written anew meanwhile, what the new one says. `other` is the second path of a rename
// or a link. Ends the program where the script cannot be understood.
Fault suffer(std::string_view op, std::string_view path, std::string_view other = {});

// Says what is wrong and ends the program with exit code 97: a test must not go on without its
// equipment.
[[noreturn]] void die(const char* what, const char* about);

}  // namespace flu::disk
