#include "libcommon/container/mpegts/program_finder.h"

#include <algorithm>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {

bool ProgramFinder::on_pat(const Pat& pat) {
  if (!pat.is_current) return false;
  const std::vector<std::uint16_t> before = pmt_pids();
  if (pat.section == 0) ++pats_;
  // A PAT of several sections is gathered; with a new version the gathering starts again.
  if (pat.last_section == 0 || version_ != pat.version) {
    const std::vector<Candidate> old = std::move(candidates_);
    candidates_.clear();
    for (const PatProgram& program : pat.programs) {
      const auto known = std::find_if(old.begin(), old.end(), [&](const Candidate& candidate) {
        return candidate.program == program;
      });
      candidates_.push_back(
          known != old.end() && version_ == pat.version ? *known : Candidate{program, false});
    }
  } else {
    for (const PatProgram& program : pat.programs) {
      const bool is_known = std::any_of(
          candidates_.begin(), candidates_.end(),
          [&](const Candidate& candidate) { return candidate.program.number == program.number; });
      if (!is_known) candidates_.push_back({program, false});
    }
  }
  version_ = pat.version;
  if (candidates_.size() > kMaxPrograms) candidates_.resize(kMaxPrograms);

  const bool is_gone = chosen_ && std::none_of(candidates_.begin(), candidates_.end(),
                                               [&](const Candidate& candidate) {
                                                 return candidate.program.number == *chosen_;
                                               });
  if (is_gone && pat.last_section == 0) {
    chosen_.reset();
    pats_ = 1;
  }
  return pmt_pids() != before;
}

bool ProgramFinder::on_pmt(const Pmt& pmt, std::uint16_t pid, bool has_media) {
  const Candidate* candidate = candidate_of(pmt, pid);
  if (candidate == nullptr || !pmt.is_current) return false;
  if (chosen_) return candidate->program.number == *chosen_;
  if (wanted_ != 0) {
    if (candidate->program.number != wanted_) return false;
    chosen_ = wanted_;
    return true;
  }
  const auto at = candidates_.begin() + (candidate - candidates_.data());
  if (!has_media) {
    at->is_without_media = true;
    return false;
  }
  const bool is_first = std::all_of(
      candidates_.begin(), at, [](const Candidate& before) { return before.is_without_media; });
  if (!is_first && pats_ < kPatsToWait) return false;
  chosen_ = candidate->program.number;
  return true;
}

std::vector<std::uint16_t> ProgramFinder::pmt_pids() const {
  std::vector<std::uint16_t> pids;
  for (const Candidate& candidate : candidates_) {
    const std::uint16_t number = candidate.program.number;
    if (chosen_ ? number != *chosen_ : wanted_ != 0 && number != wanted_) continue;
    pids.push_back(candidate.program.pmt_pid);
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

// Some PMTs carry another number than the PAT gives them: where a PID has one program only, it is
// that one.
const ProgramFinder::Candidate* ProgramFinder::candidate_of(const Pmt& pmt,
                                                            std::uint16_t pid) const {
  const Candidate* only = nullptr;
  std::size_t count = 0;
  for (const Candidate& candidate : candidates_) {
    if (candidate.program.pmt_pid != pid) continue;
    if (candidate.program.number == pmt.program) return &candidate;
    only = &candidate;
    ++count;
  }
  return count == 1 ? only : nullptr;
}

}  // namespace flu::container::mpegts
