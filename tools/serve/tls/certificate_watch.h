#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "tools/serve/tls/certificates.h"

namespace flu::serve {

// Says for all workers what becomes of the certificates: loaded, replaced, refused, out of date.
class CertificateWatch {
 public:
  explicit CertificateWatch(const TlsSettings& settings);

  // Those that were named one by one all have to be good; a folder may get its certificates later.
  Result<void> start(MonotonicTime now, WallTime wall);
  void tick(MonotonicTime now, WallTime wall);

  [[nodiscard]] nlohmann::json state(WallTime wall) const;

 private:
  void warn_of_dates(WallTime wall);

  bool is_strict_;
  Certificates certificates_;
  std::map<std::string, std::int64_t> warned_;  // by file: the day of the last warning
  bool has_none_ = false;
};

}  // namespace flu::serve
