#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tools/ingest/burst_gate.h"
#include "tools/ingest/connection.h"
#include "tools/ingest/ts_input.h"

namespace flu::ingest {

// MPEG-TS as a byte stream from a peer, given on as units: what tstcp, tshttp and a shared
// multiplex have in common.
class StreamInput {
 public:
  StreamInput(boost::asio::io_context& loop, const container::TsReaderOptions& options);

  // `give` is on_units of the source; it may destroy this.
  void start(std::function<void(Units&, const media::Arrival&)> give) { give_ = std::move(give); }

  void feed(Bytes bytes);
  // False when it was destroyed by what it gave.
  bool finish();

  // For the connection, after feed().
  [[nodiscard]] std::chrono::milliseconds pause();

  // At the end: how long to wait before telling of it, so that a file that is read over and over
  // takes as long as it plays, and time does not run ahead.
  [[nodiscard]] std::chrono::milliseconds unplayed(bool is_file) const;

  [[nodiscard]] SourceCounters counters() const { return input_.counters(); }
  // Why a stream that ended gave no frame; "" when it gave some.
  [[nodiscard]] std::string why_empty() const;

 private:
  void give_held(bool is_end);
  void watch(MonotonicTime deadline);

  TsInput input_;
  BurstGate gate_;
  boost::asio::steady_timer timer_;
  bool is_watched_ = false;
  std::function<void(Units&, const media::Arrival&)> give_;
  Units units_;
  bool had_units_ = false;
  std::uint16_t program_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
