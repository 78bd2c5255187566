#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/io/tls_identity.h"
#include "tools/serve/tls/ticket_secret.h"

namespace flu::serve {

struct TlsSettings {
  std::vector<io::TlsFiles> files;
  // Without `files`: each NAME.crt here that has a NAME.key, with NAME-ca.crt as its chain.
  std::string folder;
  TicketSecret tickets;
};

// The certificates of the https ports, as their files are now. One that cannot be read any more, or
// does not fit its key, stays as it was. Nothing is loaded before refresh().
class Certificates {
 public:
  // Hears what happens to a certificate, once: a line for people, and whether it is trouble.
  using Told = std::function<void(const std::string& line, bool is_trouble)>;

  explicit Certificates(TlsSettings settings, Told told = nullptr);

  // Looks at the files, unless that was a moment ago.
  void refresh(MonotonicTime now);
  // Empty: there is none that could be used. The first is for who names none of the others.
  [[nodiscard]] const io::TlsIdentities& identities() const { return identities_; }

  // The first trouble of those that are not loaded as they stand there.
  [[nodiscard]] std::string trouble() const;

  struct Report {
    std::string file;
    std::vector<std::string> names;
    WallTime until{};  // 1970: nothing is loaded
    std::string trouble;
  };
  [[nodiscard]] std::vector<Report> reports() const;

 private:
  struct Entry {
    io::TlsFiles files;
    std::string stamp;  // of what was loaded or refused
    std::string tried;  // of what failed once: it may be half replaced
    std::shared_ptr<io::TlsIdentity> identity;
    std::string trouble;
  };

  [[nodiscard]] std::vector<io::TlsFiles> wanted() const;
  Entry look_at(const io::TlsFiles& files);
  void load(Entry& entry, const std::string& stamp, bool is_new);

  TlsSettings settings_;
  Told told_;
  MonotonicTime next_look_{};
  std::vector<Entry> entries_;
  io::TlsIdentities identities_;
};

}  // namespace flu::serve
