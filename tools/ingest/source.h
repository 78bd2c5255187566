#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/media/carried_clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/timeline.h"
#include "tools/ingest/source_url.h"

namespace flu::ingest {

// What came in together.
using Units = std::vector<media::Unit>;

struct SourceCounters {
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;  // packets that should have come: continuity, RTP, the kernel's queue
  container::TsCounters ts;
  std::uint64_t datagrams = 0;
  std::uint64_t kernel_drops = 0;
  std::uint64_t rtp_lost = 0;
};

// Where frames come from. Lives on the loop and calls back from it.
class Source {
 public:
  struct Handlers {
    // In the source's time (see pacing()). Emptied by the call.
    std::function<void(Units&, const media::Arrival&)> on_units;
    // Times begin anew.
    std::function<void(const std::string& reason)> on_restart;
    // The last call; success is a clean end. The source may be destroyed afterwards, not in it.
    std::function<void(const Result<>&)> on_end;
    // The reader of the output is full: nothing more is to be given until resume().
    std::function<bool()> is_full;
  };

  virtual ~Source() = default;
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  virtual Result<> start(Handlers handlers) = 0;
  virtual void resume() {}
  // From now on flu-ingest --share receives the address.
  virtual void share() {}
  [[nodiscard]] virtual media::Pacing pacing() const = 0;
  [[nodiscard]] virtual SourceCounters counters() const = 0;
};

struct SourceSettings {
  bool is_fast = false;
  bool is_looped = false;
  std::string run_dir = {};  // of the receivers of shared addresses; "" when there will be none
};

std::unique_ptr<Source> make_source(boost::asio::io_context& loop, const SourceUrl& url,
                                    const SourceSettings& settings);

}  // namespace flu::ingest
