#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "libcommon/base/bytes.h"
#include "tests/support/disk_history.h"
#include "tests/support/disk_log.h"

namespace flu::disk {

// A log written by hand. Inodes are what the test says; the root is kRoot.
class LogBuilder {
 public:
  static constexpr std::uint64_t kRoot = 1;

  LogBuilder() { add(Op::kStart, kRoot, "/root"); }

  LogBuilder& create(std::uint64_t inode, std::string_view path) {
    return add(Op::kCreate, inode, path);
  }
  LogBuilder& mkdir(std::uint64_t inode, std::string_view path) {
    return add(Op::kMkdir, inode, path);
  }
  LogBuilder& write(std::uint64_t inode, std::uint64_t offset, std::string_view data,
                    std::uint16_t flags = 0) {
    return add(Op::kWrite, inode, "", offset, flags, "", data);
  }
  LogBuilder& truncate(std::uint64_t inode, std::uint64_t size) {
    return add(Op::kTruncate, inode, "", size);
  }
  LogBuilder& rename(std::uint64_t inode, std::string_view from, std::string_view to) {
    return add(Op::kRename, inode, from, 0, 0, to);
  }
  LogBuilder& unlink(std::uint64_t inode, std::string_view path) {
    return add(Op::kUnlink, inode, path);
  }
  LogBuilder& begin_sync(std::uint64_t inode, std::uint64_t token) {
    return add(Op::kSyncBegin, inode, "", token);
  }
  LogBuilder& end_sync(std::uint64_t inode, std::uint64_t token, std::uint16_t flags = 0) {
    return add(Op::kSyncEnd, inode, "", token, flags);
  }
  // Inode 0: all.
  LogBuilder& sync(std::uint64_t inode, std::uint16_t flags = 0) {
    ++token_;
    return begin_sync(inode, token_).end_sync(inode, token_, flags);
  }
  LogBuilder& fail_sync(std::uint64_t inode) {
    ++token_;
    return begin_sync(inode, token_).add(Op::kSyncFailed, inode, "", token_);
  }
  LogBuilder& say(std::string_view text) { return add(Op::kAck, 0, "", 0, 0, "", text); }

  LogBuilder& add(Op op, std::uint64_t inode, std::string_view path, std::uint64_t offset = 0,
                  std::uint16_t flags = 0, std::string_view other = {},
                  std::string_view data = {}) {
    LogHeader header;
    header.op = op;
    header.flags = flags;
    header.object = inode;
    header.offset = offset;
    header.length = data.size();
    header.path_size = static_cast<std::uint32_t>(path.size());
    header.other_size = static_cast<std::uint32_t>(other.size());
    append(log_, {reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
    for (const std::string_view text : {path, other, data}) append(log_, as_bytes(text));
    return *this;
  }

  [[nodiscard]] const Buffer& bytes() const { return log_; }
  [[nodiscard]] History history() const {
    auto parsed = History::parse(log_);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed ? std::move(*parsed) : History();
  }
  [[nodiscard]] std::string refusal() const {
    const auto parsed = History::parse(log_);
    return parsed ? "" : parsed.error().message;
  }

 private:
  Buffer log_;
  std::uint64_t token_ = 1000;
};

}  // namespace flu::disk
