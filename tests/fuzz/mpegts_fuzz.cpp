// A transport stream from anywhere. The first byte says how it is cut: what comes out, and what is
// counted, must not depend on it. The rest is also tried as one table with a right CRC, which no
// change of bytes would hit upon.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "libcommon/base/check.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/scte35.h"
#include "libcommon/container/mpegts/ts_reader.h"

namespace {

using flu::Bytes;
using namespace flu::container;  // NOLINT(google-build-using-namespace): a test

struct Outcome {
  std::vector<flu::media::Unit> units;
  TsCounters counters;
};

void take_units(TsReader& reader, Outcome& out) {
  while (std::optional<flu::media::Unit> unit = reader.next())
    out.units.push_back(*std::move(unit));
}

Outcome read(Bytes bytes, std::size_t step) {
  Outcome out;
  TsReader reader;
  while (!bytes.empty()) {
    const std::size_t taken = std::min(step, bytes.size());
    reader.feed(bytes.first(taken));
    bytes = bytes.subspan(taken);
    take_units(reader, out);
  }
  reader.flush();
  take_units(reader, out);
  out.counters = reader.counters();
  return out;
}

void check_units(const Outcome& outcome) {
  flu::media::Tracks tracks;
  for (const flu::media::Unit& unit : outcome.units) {
    if (const auto* changed = std::get_if<flu::media::TracksChanged>(&unit)) {
      tracks = changed->tracks;
      for (const flu::media::Track& track : tracks) {
        FLU_CHECK(track.id >= 1 && track.id <= 63);
        FLU_CHECK(track.language.size() == 3);
        FLU_CHECK(flu::media::find_track(tracks, track.id) == &track);
      }
    } else if (const auto* sample = std::get_if<flu::media::Sample>(&unit)) {
      FLU_CHECK(flu::media::find_track(tracks, sample->track_id) != nullptr);
      FLU_CHECK(sample->cts.count() >= 0);
      FLU_CHECK(!sample->data.empty());
    }
  }
}

bool are_equal(const flu::media::Unit& a, const flu::media::Unit& b) {
  if (a.index() != b.index()) return false;
  if (const auto* sample = std::get_if<flu::media::Sample>(&a)) {
    const auto& other = std::get<flu::media::Sample>(b);
    return sample->track_id == other.track_id && sample->dts == other.dts &&
           sample->cts == other.cts && sample->sap == other.sap && sample->data == other.data;
  }
  if (const auto* changed = std::get_if<flu::media::TracksChanged>(&a)) {
    return changed->tracks == std::get<flu::media::TracksChanged>(b).tracks;
  }
  if (const auto* event = std::get_if<flu::media::Event>(&a)) {
    return *event == std::get<flu::media::Event>(b);
  }
  return true;
}

void compare(const Outcome& a, const Outcome& b) {
  FLU_CHECK(a.units.size() == b.units.size());
  for (std::size_t i = 0; i < a.units.size(); ++i) FLU_CHECK(are_equal(a.units[i], b.units[i]));
  FLU_CHECK(a.counters.packets == b.counters.packets);
  FLU_CHECK(a.counters.sync_losses == b.counters.sync_losses);
  FLU_CHECK(a.counters.skipped_bytes == b.counters.skipped_bytes);
  FLU_CHECK(a.counters.continuity_errors == b.counters.continuity_errors);
  FLU_CHECK(a.counters.duplicates == b.counters.duplicates);
  FLU_CHECK(a.counters.scrambled == b.counters.scrambled);
  FLU_CHECK(a.counters.transport_errors == b.counters.transport_errors);
  FLU_CHECK(a.counters.psi_errors == b.counters.psi_errors);
  FLU_CHECK(a.counters.pes_errors == b.counters.pes_errors);
}

// As a section: what is read must be what would be written.
void try_tables(Bytes bytes) {
  flu::Buffer section(bytes.begin(), bytes.end());
  if (section.size() < 3 || section.size() > 1020) return;
  const std::size_t length = section.size() + 4 - 3;
  section[1] = static_cast<std::uint8_t>(0xB0 | length >> 8);
  section[2] = static_cast<std::uint8_t>(length);
  const std::uint32_t crc = mpegts::crc32_mpeg(section);
  for (int shift = 24; shift >= 0; shift -= 8) {
    section.push_back(static_cast<std::uint8_t>(crc >> shift));
  }
  if (const auto pat = mpegts::parse_pat(section)) {
    const auto written = mpegts::write_pat(*pat);
    FLU_CHECK(written && mpegts::parse_pat(*written) == *pat);
  }
  if (const auto pmt = mpegts::parse_pmt(section)) {
    const auto written = mpegts::write_pmt(*pmt);
    FLU_CHECK(written && mpegts::parse_pmt(*written) == *pmt);
  }
  static_cast<void>(mpegts::parse_sdt(section));
  static_cast<void>(mpegts::parse_splice_info(section));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + std::size_t{data[0]} * 7;
  const Bytes bytes(data + 1, size - 1);
  const Outcome whole = read(bytes, bytes.size());
  check_units(whole);
  compare(whole, read(bytes, step));
  static_cast<void>(looks_like_ts(bytes));
  try_tables(bytes);
  return 0;
}
