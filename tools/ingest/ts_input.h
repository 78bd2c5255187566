#pragma once

#include <memory>

#include "libcommon/container/mpegts/ts_reader.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// A TsReader that can begin again, and counts over all its lives.
class TsInput {
 public:
  explicit TsInput(container::TsReaderOptions options);

  void feed(Bytes bytes, Units& out);

  // The end of a pass over a file: what was still held, then a fresh reader.
  void finish(Units& out);

  [[nodiscard]] bool has_program() const { return reader_->has_program(); }
  // Those that do not depend on where it comes from.
  [[nodiscard]] SourceCounters counters() const;

 private:
  [[nodiscard]] container::TsCounters ts_counters() const;
  void drain(Units& out);

  container::TsReaderOptions options_;
  std::unique_ptr<container::TsReader> reader_;
  container::TsCounters before_;
  std::uint64_t bytes_ = 0;
};

}  // namespace flu::ingest
