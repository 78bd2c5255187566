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
  [[nodiscard]] container::TsCounters counters() const;

 private:
  void drain(Units& out);

  container::TsReaderOptions options_;
  std::unique_ptr<container::TsReader> reader_;
  container::TsCounters before_;
};

}  // namespace flu::ingest
