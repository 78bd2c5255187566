#include "libcommon/container/mp4/mse_fragment.h"

#include <algorithm>
#include <chrono>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/check.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"

namespace flu::container {
namespace {

// tf_flags: default-base-is-moof and the defaults of duration, size and flags, which the run then
// says again; they are there for their length.
constexpr std::uint32_t kTfhdFlags = 0x02'0038;
// tr_flags: data offset, and all four of each sample.
constexpr std::uint32_t kTrunFlags = 0xf01;
constexpr std::size_t kBeforeTrun = 100;
constexpr std::size_t kTrunHead = 20;
constexpr std::size_t kTrunSample = 16;

std::size_t moof_size(std::span<const SampleEntry> samples) {
  return kBeforeTrun + kTrunHead + kTrunSample * samples.size();
}

std::size_t payload_size(std::span<const SampleEntry> samples) {
  std::size_t size = 0;
  for (const SampleEntry& sample : samples) size += sample.size;
  return size;
}

std::uint32_t duration_of(const SampleEntry& sample) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(sample.duration.count(), 0, 0xFFFF'FFFF));
}

void write_futc(media::Timestamp time, ByteWriter& out) {
  const BoxScope box(out, four_cc("futc"), 0, 0);
  const auto wall = media::to_wall(time).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wall);
  out.u32(static_cast<std::uint32_t>(seconds.count()));
  out.u32(static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(wall - seconds).count()));
}

void write_trun(std::span<const SampleEntry> samples, ByteWriter& out) {
  const BoxScope box(out, four_cc("trun"), 1, kTrunFlags);
  out.u32(static_cast<std::uint32_t>(samples.size()));
  out.u32(static_cast<std::uint32_t>(moof_size(samples) + kBoxHeaderBytes));
  for (const SampleEntry& sample : samples) {
    out.u32(duration_of(sample));
    out.u32(sample.size);
    out.u32(sample_flags(sample.sap));
    out.u32(static_cast<std::uint32_t>(sample.cts.count()));  // signed, in version 1
  }
}

void write_traf(std::uint8_t track_id, std::span<const SampleEntry> samples, ByteWriter& out) {
  const BoxScope traf(out, four_cc("traf"));
  {
    const BoxScope tfhd(out, four_cc("tfhd"), 0, kTfhdFlags);
    out.u32(track_id);
    out.u32(duration_of(samples[0]));
    out.u32(samples[0].size);
    out.u32(sample_flags(samples[0].sap));
  }
  {
    const BoxScope tfdt(out, four_cc("tfdt"), 1, 0);
    out.u64(static_cast<std::uint64_t>(samples[0].dts.count()));
  }
  write_futc(samples[0].dts, out);
  write_trun(samples, out);
}

}  // namespace

std::size_t mse_fragment_size(std::span<const SampleEntry> samples) {
  return moof_size(samples) + kBoxHeaderBytes + payload_size(samples);
}

void write_mse_fragment(std::uint8_t track_id, std::uint32_t sequence,
                        std::span<const SampleEntry> samples, Bytes payload, Buffer& out) {
  FLU_CHECK(!samples.empty() && track_id > 0);
  const std::size_t start = out.size();
  ByteWriter writer(out);
  {
    const BoxScope moof(writer, four_cc("moof"));
    {
      const BoxScope mfhd(writer, four_cc("mfhd"), 0, 0);
      writer.u32(sequence);
    }
    write_traf(track_id, samples, writer);
  }
  FLU_CHECK(out.size() - start == moof_size(samples));
  {
    const BoxScope mdat(writer, four_cc("mdat"));
    for (const SampleEntry& sample : samples) {
      writer.bytes(payload.subspan(sample.offset, sample.size));
    }
  }
}

}  // namespace flu::container
