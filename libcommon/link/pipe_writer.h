#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/unique_fd.h"
#include "libcommon/link/sink.h"

namespace flu::link {

enum class WriteMode {
  kLive,          // a slow reader never holds the producer up: has_room() turns false
  kBackPressure,  // nothing is dropped: the producer waits (files, standard input)
};

struct PipeWriterCounters {
  std::uint64_t bytes = 0;   // written to the descriptor
  std::uint64_t queued = 0;  // bytes that wait now
  std::uint64_t peak_queued = 0;
};

// A producer's end of a pipe, socket or file. Gathers up to 256 KiB or until flush(), writes what
// the descriptor takes, queues the rest and drains it from the loop. Never changes the mode of a
// description that other processes share. Limits: link/limits.h.
class PipeWriter final : public Sink {
 public:
  // `name` stands in errors: "standard output", "in.sock of ort".
  PipeWriter(boost::asio::io_context& loop, UniqueFd fd, WriteMode mode, std::string name);
  ~PipeWriter() override;
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;

  // A description of its own of descriptor 1, so that a terminal or pipe that is shared with other
  // processes stays blocking for them.
  static std::unique_ptr<PipeWriter> standard_output(boost::asio::io_context& loop, WriteMode mode);

  // kLive: false from the moment the queue passes 8 MiB or its oldest byte is 2 s old, until it is
  // half empty. kBackPressure: always true.
  [[nodiscard]] bool has_room() override;

  // In kBackPressure mode a full queue makes the call wait for the reader; a producer that looks at
  // is_full() and waits for the drained handler never blocks here.
  Result<> append(Buffer header, Buffer payload) override;

  Result<> flush() override;

  // The queue is as long as kBackPressure lets it grow without waiting.
  [[nodiscard]] bool is_full() const;

  // Called from the loop each time a queue that was full has drained.
  void on_drained(std::function<void()> handler);

  // Called from the loop once, when the reader closed its end (kCancelled) or the descriptor
  // failed, even while nothing is appended. append() gives the same error from then on.
  void on_closed(std::function<void(const Error&)> handler);

  // Waits until the queue is written, at most `timeout`; true when it is.
  bool drain(std::chrono::milliseconds timeout);

  [[nodiscard]] PipeWriterCounters counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace flu::link
