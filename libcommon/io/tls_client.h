#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::io {

// The client's end of TLS 1.2 or later over a connected, non-blocking socket. A library of its own
// (flu_io_tls): who does not use it is not linked with OpenSSL.
class TlsClient {
 public:
  struct Settings {
    std::string ca_file;      // the authorities to trust; "": those of the system
    bool is_verified = true;  // the certificate: its chain, its dates, and that it names the peer
  };

  // What a step needs before it is tried again, with the same arguments.
  enum class Step { kDone, kWantRead, kWantWrite, kEnd };

  static Result<TlsClient> make(UniqueFd socket, const HostPort& peer, const Settings& settings);

  TlsClient(TlsClient&&) noexcept;
  TlsClient& operator=(TlsClient&&) noexcept;
  ~TlsClient();

  [[nodiscard]] int fd() const;

  Result<Step> handshake();
  // kEnd: the peer has ended; nothing more comes.
  Result<Step> read(std::uint8_t* into, std::size_t max, std::size_t& got);
  Result<Step> write(Bytes bytes, std::size_t& taken);

 private:
  struct State;

  explicit TlsClient(std::unique_ptr<State> state);
  Result<Step> judge(int result, std::string_view doing);

  std::unique_ptr<State> state_;
};

}  // namespace flu::io
