#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/link/pipe_writer.h"
#include "libcommon/link/unit_writer.h"
#include "libcommon/media/sample.h"

namespace flu::ingest {

struct OutputCounters {
  std::uint64_t bytes = 0;
  std::uint64_t dropped_samples = 0;  // because the reader was slow or away
  std::uint64_t reconnects = 0;       // of --to
};

// Where units with UTC times go.
class Output {
 public:
  virtual ~Output() = default;
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // kCancelled: the reader has closed its end, which ends the program cleanly.
  virtual Result<> write(media::Unit unit, const link::FragmentContext& context) = 0;

  // Sends what write() held back: called after each batch of units.
  virtual Result<> flush() = 0;

  // The marks of a clean end, and what still waits.
  virtual void finish(std::chrono::milliseconds timeout) = 0;

  [[nodiscard]] virtual bool is_full() const = 0;
  [[nodiscard]] virtual OutputCounters counters() const = 0;
};

struct OutputHandlers {
  std::function<void()> on_drained;
  std::function<void(const Error&)> on_closed;  // not of --to, which connects again
};

std::unique_ptr<Output> make_flu_output(boost::asio::io_context& loop, link::WriteMode mode,
                                        const container::StreamHead& head, OutputHandlers handlers);

std::unique_ptr<Output> make_ts_output(boost::asio::io_context& loop, link::WriteMode mode,
                                       OutputHandlers handlers);

// `path`: the hub's in.sock. While nobody listens there the source goes on and frames are dropped.
std::unique_ptr<Output> make_hub_output(boost::asio::io_context& loop, link::WriteMode mode,
                                        const container::StreamHead& head, std::string path,
                                        OutputHandlers handlers);

}  // namespace flu::ingest
