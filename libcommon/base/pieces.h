#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "libcommon/base/bytes.h"

namespace flu {

// Bytes put together from some that are written here and some that stay where they are, so that
// what is large is copied once, to where it goes. What was lent lives until clear().
class Pieces {
 public:
  // Below it a copy is cheaper than a piece.
  static constexpr std::size_t kSmall = 512;

  void clear() {
    own_.clear();
    parts_.clear();
    size_ = 0;
    open_ = 0;
  }

  // For writing more at its end, until the next lend() or parts().
  [[nodiscard]] Buffer& own() { return own_; }

  void lend(Bytes bytes) {
    if (bytes.size() < kSmall) return append(own_, bytes);
    close();
    parts_.push_back({bytes.data(), 0, bytes.size()});
    size_ += bytes.size();
  }

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return size_ + own_.size() - open_; }

  // Takes the bytes one after the other.
  class Reader {
   public:
    explicit Reader(Bytes bytes) : at_(bytes.data()), left_(bytes.size()) {}
    explicit Reader(Pieces& pieces) : pieces_(&pieces) { pieces.close(); }

    // At most what there is.
    void copy(std::uint8_t* to, std::size_t size) {
      while (size > 0) {
        if (left_ == 0) next();
        const std::size_t now = std::min(size, left_);
        std::memcpy(to, at_, now);
        to += now;
        at_ += now;
        size -= now;
        left_ -= now;
      }
    }

    // The next `size` bytes, where they stand together; else null.
    [[nodiscard]] const std::uint8_t* take(std::size_t size) {
      if (size > left_) return nullptr;
      left_ -= size;
      return std::exchange(at_, at_ + size);
    }

   private:
    void next() {
      const Part& part = pieces_->parts_[index_++];
      at_ = part.lent != nullptr ? part.lent : pieces_->own_.data() + part.begin;
      left_ = part.size;
    }

    const Pieces* pieces_ = nullptr;
    std::size_t index_ = 0;
    const std::uint8_t* at_ = nullptr;
    std::size_t left_ = 0;
  };

  // All of it in one.
  [[nodiscard]] Buffer joined() {
    Buffer out(size());
    Reader(*this).copy(out.data(), out.size());
    return out;
  }

 private:
  struct Part {
    const std::uint8_t* lent = nullptr;  // null: own
    std::size_t begin = 0;               // of own
    std::size_t size = 0;
  };

  // Ends the part of own bytes that is being written.
  void close() {
    if (own_.size() == open_) return;
    parts_.push_back({nullptr, open_, own_.size() - open_});
    size_ += own_.size() - open_;
    open_ = own_.size();
  }

  Buffer own_;
  std::vector<Part> parts_;
  std::size_t size_ = 0;  // of the parts
  std::size_t open_ = 0;  // where own bytes begin that are in no part yet
};

}  // namespace flu
