#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/hour_index.h"

namespace flu::store {

// What lies in a day's folder of one hour. Names that are none of ours are left alone.
struct HourFiles {
  std::vector<std::uint16_t> blobs;   // in order of their numbers, also those no record names
  std::vector<std::string> pictures;  // HH.jpgs, HH.jix; from the stream's folder on
  bool has_index = false;
};

Result<HourFiles> find_hour_files(const std::string& folder, segment::Hour hour);

// Asked before each step of a removal; false ends it there, as a crash would.
using MayGoOn = std::function<bool()>;

// Removes one blob, durably. False: ended before.
Result<bool> remove_blob(const std::string& folder, segment::Hour hour, std::uint16_t number,
                         const MayGoOn& may_go_on);

// Removes an hour's files, durably: blobs first, its index last, then folders that are empty. Where
// it is cut short, what is left can be read, and the next call finishes it. False: ended before.
Result<bool> remove_hour(const std::string& folder, segment::Hour hour, const MayGoOn& may_go_on);

}  // namespace flu::store
