#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcommon/base/check.h"
#include "libcommon/base/crc32c.h"
#include "libcommon/segment/lock_record.h"

// The checksums are made to fit, else no fuzzer would ever come past them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flu::segment;  // NOLINT(google-build-using-namespace)
  static_cast<void>(read_lock_log({data, size}));
  std::vector<std::uint8_t> file(data, data + size);
  for (std::size_t at = 0; file.size() - at >= kLockRecordSize; at += kLockRecordSize) {
    const flu::Bytes covered = flu::Bytes(file).subspan(at, kLockRecordSize - 4);
    const std::uint32_t crc = flu::crc32c(covered);
    for (unsigned i = 0; i < 4; ++i) {
      file[at + kLockRecordSize - 4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    }
    const auto record = parse_lock_record(flu::Bytes(file).subspan(at, kLockRecordSize));
    if (record) FLU_CHECK(parse_lock_record(write_lock_record(*record)) == *record);
  }
  const LockLog log = read_lock_log(file);
  FLU_CHECK(
      std::is_sorted(log.set.locks().begin(), log.set.locks().end(),
                     [](const Lock& a, const Lock& b) { return a.range.from < b.range.from; }));
  for (const Lock& lock : log.set.locks()) FLU_CHECK(lock.range.from < lock.range.to);
  return 0;
}
