#include "tools/serve/tls/certificates.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "libcommon/service/certificate_files.h"
#include "libcommon/wire/http/date.h"

namespace flu::serve {
namespace {

constexpr std::chrono::milliseconds kLookInterval{1000};
// What Flussonic's documentation has keys encrypted with; it keeps nobody out.
constexpr const char* kKeyPassword = "flussonic";

// Another one when the file is, however it was replaced.
std::string stamp_of(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return "-";
  return fmt::format("{}.{}.{}.{}", status.st_ino, status.st_size, status.st_ctim.tv_sec,
                     status.st_ctim.tv_nsec);
}

std::string stamp_of(const io::TlsFiles& files) {
  return fmt::format("{} {} {}", stamp_of(files.certificate), stamp_of(files.key),
                     stamp_of(files.chain));
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "no name" : out;
}

}  // namespace

Certificates::Certificates(TlsSettings settings, Told told)
    : settings_(std::move(settings)), told_(std::move(told)) {}

std::vector<io::TlsFiles> Certificates::wanted() const {
  return settings_.files.empty() ? service::certificate_files(settings_.folder) : settings_.files;
}

void Certificates::refresh(MonotonicTime now) {
  if (now < next_look_) return;
  next_look_ = now + kLookInterval;
  std::vector<Entry> entries;
  for (const io::TlsFiles& files : wanted()) entries.push_back(look_at(files));
  entries_ = std::move(entries);
  const bool has_new_key = settings_.tickets.advance(now);
  io::TlsIdentities identities;
  for (const Entry& entry : entries_) {
    if (entry.identity) identities.push_back(entry.identity);
  }
  for (const auto& identity : identities) {
    const bool is_known =
        std::find(identities_.begin(), identities_.end(), identity) != identities_.end();
    if (!is_known || has_new_key) identity->set_ticket_key(settings_.tickets.key());
  }
  identities_ = std::move(identities);
}

Certificates::Entry Certificates::look_at(const io::TlsFiles& files) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.files == files; });
  const bool is_new = found == entries_.end();
  Entry entry = is_new ? Entry{files, {}, {}, nullptr, {}} : *found;
  const std::string stamp = stamp_of(files);
  if (is_new || stamp != entry.stamp) load(entry, stamp, is_new);
  return entry;
}

void Certificates::load(Entry& entry, const std::string& stamp, bool is_new) {
  auto identity = io::TlsIdentity::load(entry.files, kKeyPassword);
  if (identity) {
    entry.identity = std::move(*identity);
    entry.stamp = stamp;
    entry.trouble.clear();
    if (told_) {
      told_(fmt::format("certificate {} for {}, valid until {}", entry.files.certificate,
                        list_of(entry.identity->names()),
                        wire::write_http_date(entry.identity->valid_until())),
            false);
    }
    return;
  }
  // Certificate and key are replaced one after the other: judged when they stay so for a moment.
  if (!is_new && std::exchange(entry.tried, stamp) != stamp) return;
  entry.stamp = stamp;
  entry.trouble = identity.error().message;
  if (!told_) return;
  told_(entry.identity ? entry.trouble + "; the one before stays in use" : entry.trouble, true);
}

std::string Certificates::trouble() const {
  for (const Entry& entry : entries_) {
    if (!entry.trouble.empty()) return entry.trouble;
  }
  if (entries_.empty()) {
    return fmt::format("no certificate: expected NAME.crt with NAME.key in {}", settings_.folder);
  }
  return {};
}

std::vector<Certificates::Report> Certificates::reports() const {
  std::vector<Report> out;
  for (const Entry& entry : entries_) {
    Report report{entry.files.certificate, {}, {}, entry.trouble};
    if (entry.identity) {
      report.names = entry.identity->names();
      report.until = entry.identity->valid_until();
    }
    out.push_back(std::move(report));
  }
  return out;
}

}  // namespace flu::serve
