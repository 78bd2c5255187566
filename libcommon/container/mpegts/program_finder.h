#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/container/mpegts/psi.h"

namespace flu::container::mpegts {

// Chooses the program to read: the one asked for, else the first in the PAT that has media.
class ProgramFinder {
 public:
  explicit ProgramFinder(std::uint16_t wanted) : wanted_(wanted) {}

  // A section of the PAT. True when the PIDs to look for PMTs on changed.
  bool on_pat(const Pat& pat);

  // Whether this is the PMT of the program to read. `has_media`: something in it can be carried.
  bool on_pmt(const Pmt& pmt, std::uint16_t pid, bool has_media);

  // Where PMTs are expected: of the chosen program, else of all that come into question.
  [[nodiscard]] std::vector<std::uint16_t> pmt_pids() const;

  [[nodiscard]] std::optional<std::uint16_t> chosen() const { return chosen_; }

 private:
  struct Candidate {
    PatProgram program;
    bool is_without_media = false;  // its PMT was seen

    bool operator==(const Candidate&) const = default;
  };

  [[nodiscard]] const Candidate* candidate_of(const Pmt& pmt, std::uint16_t pid) const;

  std::uint16_t wanted_;
  std::optional<std::uint16_t> chosen_;
  std::vector<Candidate> candidates_;  // in the order of the PAT
  std::optional<std::uint8_t> version_;
  int pats_ = 0;
};

}  // namespace flu::container::mpegts
