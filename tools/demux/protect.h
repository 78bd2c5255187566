#pragma once

namespace flu::demux {

// What this process may never need: more privileges, and more memory than a hostile input should
// be able to cost.
void protect();

}  // namespace flu::demux
