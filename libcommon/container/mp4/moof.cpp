#include "libcommon/container/mp4/moof.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"

namespace flu::container {
namespace {

using media::Sap;

// tf_flags of tfhd (ISO 14496-12 8.8.7)
constexpr std::uint32_t kBaseDataOffset = 0x01;
constexpr std::uint32_t kDescriptionIndex = 0x02;
constexpr std::uint32_t kDefaultDuration = 0x08;
constexpr std::uint32_t kDefaultSize = 0x10;
constexpr std::uint32_t kDefaultFlags = 0x20;
constexpr std::uint32_t kDefaultBaseIsMoof = 0x02'0000;
// tr_flags of trun (8.8.8)
constexpr std::uint32_t kDataOffset = 0x001;
constexpr std::uint32_t kFirstFlags = 0x004;
constexpr std::uint32_t kSampleDuration = 0x100;
constexpr std::uint32_t kSampleSize = 0x200;
constexpr std::uint32_t kSampleFlags = 0x400;
constexpr std::uint32_t kSampleCts = 0x800;

std::uint32_t duration_of(const SampleEntry& sample) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(sample.duration.count(), 0, 0xFFFF'FFFF));
}

// Which fields the tfhd and the trun of one traf carry.
struct TrafPlan {
  std::uint32_t tfhd = kDefaultBaseIsMoof;
  std::uint32_t trun = kDataOffset;
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint32_t flags = 0;
  std::uint8_t version = 0;  // of the trun: 1 where a cts is negative
};

TrafPlan plan_traf(std::span<const SampleEntry> samples, const TrexDefaults* trex) {
  TrafPlan plan;
  const SampleEntry& typical = samples.size() > 1 ? samples[1] : samples[0];
  plan.duration = trex != nullptr ? trex->duration : duration_of(typical);
  plan.flags = trex != nullptr ? trex->flags : sample_flags(typical.sap);
  plan.size = typical.size;
  bool same_duration = true;
  bool same_size = trex == nullptr && samples.size() > 1;
  bool same_flags_after_first = true;
  for (const SampleEntry& sample : samples) {
    same_duration = same_duration && duration_of(sample) == plan.duration;
    same_size = same_size && sample.size == plan.size;
    if (&sample != samples.data() && sample_flags(sample.sap) != plan.flags) {
      same_flags_after_first = false;
    }
    if (sample.cts.count() != 0) plan.trun |= kSampleCts;
    if (sample.cts.count() < 0) plan.version = 1;
  }
  if (!same_duration) plan.trun |= kSampleDuration;
  if (!same_size) plan.trun |= kSampleSize;
  if (!same_flags_after_first) {
    plan.trun |= kSampleFlags;
  } else if (sample_flags(samples[0].sap) != plan.flags) {
    plan.trun |= kFirstFlags;
  }
  if (trex == nullptr) {
    if (same_duration) plan.tfhd |= kDefaultDuration;
    if (same_size) plan.tfhd |= kDefaultSize;
    if (same_flags_after_first) plan.tfhd |= kDefaultFlags;
  }
  return plan;
}

void write_tfhd(std::uint32_t track_id, const TrafPlan& plan, ByteWriter& out) {
  const BoxScope box(out, four_cc("tfhd"), 0, plan.tfhd);
  out.u32(track_id);
  if ((plan.tfhd & kDefaultDuration) != 0) out.u32(plan.duration);
  if ((plan.tfhd & kDefaultSize) != 0) out.u32(plan.size);
  if ((plan.tfhd & kDefaultFlags) != 0) out.u32(plan.flags);
}

void write_tfdt(media::Timestamp time, ByteWriter& out) {
  const BoxScope box(out, four_cc("tfdt"), 1, 0);
  out.u64(static_cast<std::uint64_t>(time.count()));
}

struct TrafDefaults {
  std::optional<std::uint32_t> duration;
  std::optional<std::uint32_t> size;
  std::optional<std::uint32_t> flags;
  bool base_is_moof = false;
  std::optional<std::int64_t> base;  // base_data_offset, from the start of the moof
};

Result<std::int64_t> read_base(ByteReader& reader, const MoofRules& rules) {
  FLU_TRY_ASSIGN(const std::uint64_t base, reader.u64());
  if (!rules.position) {
    return fail(ErrorCode::kMalformed,
                "tfhd: base_data_offset in a flu stream, expected default-base-is-moof");
  }
  if (base >= std::uint64_t{1} << 62 || *rules.position >= std::uint64_t{1} << 62) {
    return fail(ErrorCode::kMalformed, fmt::format("tfhd: base_data_offset {}", base));
  }
  return static_cast<std::int64_t>(base) - static_cast<std::int64_t>(*rules.position);
}

Result<std::uint32_t> read_tfhd(Bytes payload, const MoofRules& rules, TrafDefaults& defaults) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  FLU_TRY_ASSIGN(const std::uint32_t id, reader.u32());
  if ((header.flags & kBaseDataOffset) != 0) {
    FLU_TRY_ASSIGN(defaults.base, read_base(reader, rules));
  }
  defaults.base_is_moof = (header.flags & kDefaultBaseIsMoof) != 0;
  if (rules.movie != nullptr) {
    const auto track = std::find_if(rules.movie->begin(), rules.movie->end(),
                                    [&](const MovieTrack& t) { return t.file_id == id; });
    if (track == rules.movie->end()) {
      return fail(ErrorCode::kMalformed, fmt::format("tfhd: track {} is not in the moov", id));
    }
    defaults.duration = track->default_duration;
    defaults.size = track->default_size;
    defaults.flags = track->default_flags;
  }
  if ((header.flags & kDescriptionIndex) != 0) FLU_TRY(reader.skip(4));
  if ((header.flags & kDefaultDuration) != 0) {
    FLU_TRY_ASSIGN(defaults.duration, reader.u32());
  }
  if ((header.flags & kDefaultSize) != 0) {
    FLU_TRY_ASSIGN(defaults.size, reader.u32());
  }
  if ((header.flags & kDefaultFlags) != 0) {
    FLU_TRY_ASSIGN(defaults.flags, reader.u32());
  }
  return id;
}

Result<std::uint64_t> read_tfdt(Bytes payload) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  if (header.version == 1) return reader.u64();
  FLU_TRY_ASSIGN(const std::uint32_t time, reader.u32());
  return time;
}

std::uint32_t take_u32(const std::uint8_t*& at) {
  const std::uint32_t value = (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) |
                              (std::uint32_t{at[2]} << 8) | at[3];
  at += 4;
  return value;
}

struct RunHead {
  FullBoxHeader box;
  std::uint32_t count = 0;
  std::optional<std::int32_t> data_offset;
  std::optional<std::uint32_t> first_flags;
};

Result<RunHead> read_run_head(ByteReader& reader) {
  RunHead run;
  FLU_TRY_ASSIGN(run.box, read_full_box(reader));
  FLU_TRY_ASSIGN(run.count, reader.u32());
  if ((run.box.flags & kDataOffset) != 0) {
    FLU_TRY_ASSIGN(const std::uint32_t offset, reader.u32());
    run.data_offset = static_cast<std::int32_t>(offset);
  }
  if ((run.box.flags & kFirstFlags) != 0) {
    FLU_TRY_ASSIGN(run.first_flags, reader.u32());
  }
  return run;
}

// Every field a sample lacks must have a default.
Result<void> check_defaults(std::uint32_t flags, const TrafDefaults& defaults) {
  const auto lacks = [&](std::uint32_t flag, const std::optional<std::uint32_t>& value) {
    return (flags & flag) == 0 && !value;
  };
  if (lacks(kSampleDuration, defaults.duration) || lacks(kSampleSize, defaults.size)) {
    return fail(ErrorCode::kMalformed, "trun: sample duration or size is said nowhere");
  }
  return {};
}

class MoofReader {
 public:
  MoofReader(const MoofRules& rules, Moof& out) : rules_(&rules), out_(&out) {}

  Result<void> read_traf(Bytes payload) {
    RawTraf traf;
    traf.first = out_->samples.size();
    TrafDefaults defaults;
    ByteReader reader(payload);
    bool has_header = false;
    std::int64_t base = 0;
    while (true) {
      FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
      if (!box) break;
      if (box->type == four_cc("tfhd")) {
        FLU_TRY_ASSIGN(traf.file_id, read_tfhd(box->payload, *rules_, defaults));
        has_header = true;
        // ISO 14496-12 8.8.7.1: without the flag a later traf counts from where the one before ends
        base = defaults.base_is_moof || out_->trafs.empty() ? 0 : data_end_;
        base = defaults.base.value_or(base);
        data_end_ = base;
      } else if (box->type == four_cc("tfdt")) {
        FLU_TRY_ASSIGN(traf.decode_time, read_tfdt(box->payload));
      } else if (box->type == four_cc("trun")) {
        if (!has_header) return fail(ErrorCode::kMalformed, "trun before tfhd");
        FLU_TRY(read_trun(box->payload, base, defaults));
      }
    }
    if (!has_header) return fail(ErrorCode::kMalformed, "no tfhd");
    traf.count = out_->samples.size() - traf.first;
    out_->trafs.push_back(traf);
    return {};
  }

 private:
  Result<void> read_trun(Bytes payload, std::int64_t base, const TrafDefaults& defaults) {
    ByteReader reader(payload);
    FLU_TRY_ASSIGN(const RunHead run, read_run_head(reader));
    // Over the whole moof, since a run whose samples are all default costs only 16 bytes.
    if (run.count > rules_->max_run_samples || out_->samples.size() + run.count > kMaxRunSamples) {
      return fail(ErrorCode::kLimitExceeded, fmt::format("trun: {} samples, expected at most {}",
                                                         run.count, rules_->max_run_samples));
    }
    FLU_TRY(check_defaults(run.box.flags, defaults));
    unsigned width = 0;
    for (const std::uint32_t flag : {kSampleDuration, kSampleSize, kSampleFlags, kSampleCts}) {
      if ((run.box.flags & flag) != 0) width += 4;
    }
    FLU_TRY_ASSIGN(const Bytes table, reader.bytes(std::size_t{run.count} * width));
    if (base > kFarthest || base < -kFarthest) {
      return fail(ErrorCode::kMalformed, fmt::format("tfhd: data {} bytes from the moof", base));
    }
    if (run.data_offset) data_end_ = base + *run.data_offset;
    return read_samples(run, table, defaults);
  }

  Result<void> read_samples(const RunHead& run, Bytes table, const TrafDefaults& defaults) {
    const std::uint32_t flags = run.box.flags;
    const std::uint8_t* at = table.data();
    for (std::uint32_t i = 0; i < run.count; ++i) {
      RawSample sample;
      sample.duration = (flags & kSampleDuration) != 0 ? take_u32(at) : *defaults.duration;
      sample.size = (flags & kSampleSize) != 0 ? take_u32(at) : *defaults.size;
      sample.flags = (flags & kSampleFlags) != 0 ? take_u32(at) : defaults.flags.value_or(0);
      if (i == 0 && run.first_flags) sample.flags = *run.first_flags;
      if ((flags & kSampleCts) != 0) {
        const std::uint32_t cts = take_u32(at);
        // Many writers put negative offsets into version 0, which has them unsigned; no honest
        // offset reaches 2^31.
        sample.cts = static_cast<std::int32_t>(cts);
      }
      if (sample.size > kMaxSampleBytes) {
        return fail(ErrorCode::kLimitExceeded,
                    fmt::format("trun: sample of {} bytes, expected at most {}", sample.size,
                                kMaxSampleBytes));
      }
      if (data_end_ < 0 || data_end_ + sample.size > kFarthest) {
        return fail(ErrorCode::kMalformed,
                    fmt::format("trun: data at {} is outside of any mdat", data_end_));
      }
      sample.offset = static_cast<std::uint32_t>(data_end_);
      data_end_ += sample.size;
      out_->samples.push_back(sample);
    }
    return {};
  }

  static constexpr std::int64_t kFarthest = 2 * kMaxBoxBytes;

  const MoofRules* rules_;
  Moof* out_;
  std::int64_t data_end_ = 0;  // from the start of the moof
};

}  // namespace

std::uint32_t sample_flags(Sap sap) {
  switch (sap) {
    case Sap::kClosed: return kFlagsSync;
    case Sap::kOpen: return kFlagsSyncOpen;
    case Sap::kNone: return kFlagsNonSync;
  }
  return kFlagsNonSync;
}

Sap sap_of(std::uint32_t flags, bool is_flu) {
  constexpr std::uint32_t kIsNonSync = 0x0001'0000;
  if ((flags & kIsNonSync) != 0) return Sap::kNone;
  return is_flu && (flags & 0xFFFF) == 3 ? Sap::kOpen : Sap::kClosed;
}

TrexDefaults trex_defaults(const media::Track& track) {
  const std::int64_t nominal = track.nominal_duration.count();
  return {nominal > 0 && nominal <= 0xFFFF'FFFF ? static_cast<std::uint32_t>(nominal) : 0,
          track.kind == media::TrackKind::kVideo ? kFlagsNonSync : kFlagsSync};
}

std::size_t write_traf(std::uint32_t track_id, std::span<const SampleEntry> samples,
                       const TrexDefaults* trex, ByteWriter& out) {
  const TrafPlan plan = plan_traf(samples, trex);
  const BoxScope traf(out, four_cc("traf"));
  write_tfhd(track_id, plan, out);
  write_tfdt(samples[0].dts, out);
  const BoxScope trun(out, four_cc("trun"), plan.version, plan.trun);
  out.u32(static_cast<std::uint32_t>(samples.size()));
  const std::size_t data_offset = out.size();
  out.u32(0);
  if ((plan.trun & kFirstFlags) != 0) out.u32(sample_flags(samples[0].sap));
  for (const SampleEntry& sample : samples) {
    if ((plan.trun & kSampleDuration) != 0) out.u32(duration_of(sample));
    if ((plan.trun & kSampleSize) != 0) out.u32(sample.size);
    if ((plan.trun & kSampleFlags) != 0) out.u32(sample_flags(sample.sap));
    if ((plan.trun & kSampleCts) != 0) out.u32(static_cast<std::uint32_t>(sample.cts.count()));
  }
  return data_offset;
}

void write_empty_traf(std::uint32_t track_id, media::Timestamp time, ByteWriter& out) {
  const BoxScope traf(out, four_cc("traf"));
  write_tfhd(track_id, TrafPlan{}, out);
  write_tfdt(time, out);
}

Result<void> parse_moof(Bytes payload, const MoofRules& rules, Moof& out) {
  out.sequence = 0;
  out.trafs.clear();
  out.samples.clear();
  MoofReader moof(rules, out);
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return {};
    if (box->type == four_cc("mfhd")) {
      ByteReader header(box->payload);
      FLU_TRY(header.skip(4));
      FLU_TRY_ASSIGN(out.sequence, header.u32());
    } else if (box->type == four_cc("traf")) {
      if (out.trafs.size() == kMaxTrafs) {
        return fail(ErrorCode::kLimitExceeded, fmt::format("more than {} trafs", kMaxTrafs));
      }
      auto done = moof.read_traf(box->payload);
      if (!done) return tl::unexpected<Error>(std::move(done).error().with_context("traf"));
    }
  }
}

}  // namespace flu::container
