#pragma once

#include <string>
#include <vector>

#include "libcommon/config/server_config.h"
#include "libcommon/io/tls_identity.h"

namespace flu::service {

// The certificates of a server that lie in `folder`: each NAME.crt that has a NAME.key, with
// NAME-ca.crt as its chain; flu.crt first, then flussonic.crt, then the others by their names.
std::vector<io::TlsFiles> certificate_files(const std::string& folder);

// Warns where the config of that path has https without one of those beside it.
void warn_of_certificates(config::LoadedConfig& loaded, const std::string& path);

}  // namespace flu::service
