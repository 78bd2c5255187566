#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::hub {

// cur.mp4: the flu stream of one segment while it grows. It is only ever appended to, so others
// read it by position while they hold it, also after its name is gone. Layout:
//   ftyp moov FLU-HEAD primer | CUT fragment | carried fragments | fragments...
// Carried fragments are copies of what came before the cut and belongs behind it: for those who
// begin to read here; who comes from the file before has had them.
class LogFile {
 public:
  // `tracks_number` differs between files that begin with different tracks.
  static Result<std::shared_ptr<LogFile>> create(const std::string& path,
                                                 std::uint64_t tracks_number);
  // What a hub that was killed left: whole, to be read.
  static Result<std::shared_ptr<LogFile>> open(const std::string& path);

  // At the end; the position of `payload`. Bytes are held until flush(): many small fragments then
  // cost one call, and a segment that is complete before that never needs the file.
  std::uint64_t append(Bytes header, Bytes payload);

  // Writes what is held. After an error nothing of it is in the file, and it may be tried again or
  // given up.
  Result<void> flush();
  void give_up_held();

  // Bytes at `position`: held ones at once, for others nullopt and they are to be read.
  [[nodiscard]] std::optional<Bytes> held(std::uint64_t position, std::size_t count) const;
  // Fills `out` from the file and what is held.
  Result<void> read(std::uint64_t position, std::span<std::uint8_t> out) const;

  // Memory for what will be held, and back from a log that needs it no more.
  void give_memory(Buffer memory) { held_ = std::move(memory); }
  Buffer take_memory();

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::uint64_t size() const { return size_; }        // with what is held
  [[nodiscard]] std::uint64_t written() const { return written_; }  // what others can read

  // Layout marks, set while the file is begun.
  void end_head() { head_size_ = size_; }
  void begin_carried() { carried_begin_ = size_; }
  void end_carried() { carried_end_ = size_; }
  [[nodiscard]] std::uint64_t head_size() const { return head_size_; }
  [[nodiscard]] std::uint64_t carried_begin() const { return carried_begin_; }
  [[nodiscard]] std::uint64_t carried_end() const { return carried_end_; }

  // The first fragment of a GOP of the main track is appended next.
  void mark_key() { keys_.push_back(size_); }
  [[nodiscard]] const std::vector<std::uint64_t>& keys() const { return keys_; }

  // The file that continues the stream; none while this is the growing one.
  void set_next(std::shared_ptr<LogFile> next) { next_ = std::move(next); }
  [[nodiscard]] const std::shared_ptr<LogFile>& next() const { return next_; }
  // Those who read on need the next file's head only where this number changes.
  [[nodiscard]] std::uint64_t tracks_number() const { return tracks_number_; }

  // The first place at or after `position` where a fragment begins. Walks the boxes from the GOP
  // before it.
  [[nodiscard]] Result<std::uint64_t> next_boundary(std::uint64_t position) const;

 private:
  LogFile(UniqueFd fd, std::string path, std::uint64_t tracks_number)
      : fd_(std::move(fd)), path_(std::move(path)), tracks_number_(tracks_number) {}

  UniqueFd fd_;
  std::string path_;
  std::uint64_t tracks_number_;
  std::uint64_t size_ = 0;
  std::uint64_t written_ = 0;
  Buffer held_;
  std::uint64_t head_size_ = 0;
  std::uint64_t carried_begin_ = 0;
  std::uint64_t carried_end_ = 0;
  std::vector<std::uint64_t> keys_;
  std::shared_ptr<LogFile> next_;
};

}  // namespace flu::hub
