// A hello, then packets, as the receiver of a shared multiplex takes them.
#include <algorithm>
#include <cstdint>

#include "libcommon/base/check.h"
#include "libcommon/container/mpegts/sync.h"
#include "tools/ingest/program_router.h"
#include "tools/ingest/share_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const flu::Bytes bytes(data, size);
  flu::ingest::ProgramRouter router;
  router.add(1);
  const auto hello = flu::ingest::parse_share_hello(bytes.first(std::min<std::size_t>(size, 64)));
  if (hello && *hello) router.add((*hello)->program);
  flu::container::TsCounters counters;
  flu::container::mpegts::PacketSync sync(counters);
  std::size_t packets = 0;
  const auto route = [&](flu::container::mpegts::PacketBytes packet) {
    FLU_CHECK(router.route(packet) <= 3);
    if (++packets % 16 == 0) {
      const auto slot = router.add(static_cast<std::uint16_t>(packet[10]));
      FLU_CHECK(slot.has_value());
      router.remove(*slot);
    }
  };
  sync.feed(bytes, route);
  sync.flush(route);
  return 0;
}
