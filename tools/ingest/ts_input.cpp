#include "tools/ingest/ts_input.h"

#include <utility>

namespace flu::ingest {
namespace {

container::TsCounters sum(container::TsCounters a, const container::TsCounters& b) {
  a.packets += b.packets;
  a.sync_losses += b.sync_losses;
  a.skipped_bytes += b.skipped_bytes;
  a.continuity_errors += b.continuity_errors;
  a.duplicates += b.duplicates;
  a.scrambled += b.scrambled;
  a.transport_errors += b.transport_errors;
  a.psi_errors += b.psi_errors;
  a.pes_errors += b.pes_errors;
  return a;
}

}  // namespace

TsInput::TsInput(container::TsReaderOptions options)
    : options_(std::move(options)), reader_(std::make_unique<container::TsReader>(options_)) {}

void TsInput::feed(Bytes bytes, Units& out) {
  bytes_ += bytes.size();
  reader_->feed(bytes);
  drain(out);
}

void TsInput::finish(Units& out) {
  reader_->flush();
  drain(out);
  before_ = ts_counters();
  reader_ = std::make_unique<container::TsReader>(options_);
}

SourceCounters TsInput::counters() const {
  SourceCounters out;
  out.bytes = bytes_;
  out.ts = ts_counters();
  out.lost = out.ts.continuity_errors;
  return out;
}

container::TsCounters TsInput::ts_counters() const {
  return sum(before_, reader_->counters());
}

void TsInput::drain(Units& out) {
  while (auto unit = reader_->next()) out.push_back(std::move(*unit));
}

}  // namespace flu::ingest
