// window.idx: the header and the slots behind it, as a reader of another process meets them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "libcommon/store/window_index.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const flu::Bytes bytes(data, size);
  const auto header = flu::store::parse_window_header(bytes);
  if (!header) return 0;
  const auto written = flu::store::write_window_header(*header);
  const auto again = flu::store::parse_window_header(written);
  if (!again || *again != *header) std::abort();
  std::vector<flu::segment::IndexRecord> records;
  const auto slots = bytes.subspan(flu::store::kWindowHeaderSize);
  if (flu::store::parse_records(slots, *header, header->tail, records)) {
    for (std::size_t i = 1; i < records.size(); ++i) {
      if (records[i].seq <= records[i - 1].seq) std::abort();
    }
  }
  return 0;
}
