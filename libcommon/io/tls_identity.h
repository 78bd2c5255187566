#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace flu::io {

// PEM files of what a server shows of itself.
struct TlsFiles {
  std::string certificate;  // and, behind it, those that lead to an authority
  std::string key;
  std::string chain;  // more of these; "": none

  bool operator==(const TlsFiles&) const = default;
};

// What seals the tickets with which clients come back: name, HMAC and AES keys. Servers that share
// it know each other's clients.
using TlsTicketKey = std::array<std::uint8_t, 80>;

// A certificate with its key, ready for connections.
class TlsIdentity {
 public:
  // An encrypted key is opened with `password`.
  static Result<std::shared_ptr<TlsIdentity>> load(const TlsFiles& files,
                                                   const std::string& password);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  [[nodiscard]] const TlsFiles& files() const { return files_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] WallTime valid_from() const { return from_; }
  [[nodiscard]] WallTime valid_until() const { return until_; }

  // RFC 6125 6.4: a '*' stands for one whole label, the first.
  [[nodiscard]] bool is_for(std::string_view host) const;

  void set_ticket_key(const TlsTicketKey& key);

 private:
  friend class TlsChannel;

  TlsIdentity() = default;
  Result<void> take(const std::string& password);
  void read_facts(ssl_ctx_st* context);

  TlsFiles files_;
  ssl_ctx_st* context_ = nullptr;
  std::vector<std::string> names_;  // in lower case
  WallTime from_{};
  WallTime until_{};
};

// Those that a server has; the first is for clients that name none of them.
using TlsIdentities = std::vector<std::shared_ptr<TlsIdentity>>;

}  // namespace flu::io
