#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/result.h"
#include "libcommon/service/run_dir.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/sessions/session_table.h"

namespace flu::serve {

// The sessions of this worker's viewers: flu-auth (RUN_DIR/auth.sock) decides on each once, and is
// told what they fetched. Without flu-auth everybody may watch; when it comes it is told of all.
class Sessions {
 public:
  Sessions(boost::asio::io_context& loop, service::RunDir run_dir);
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  // Calls `go_on` when the viewer may watch, at once when that is known; else answers the request
  // itself. From here on the connection's answer counts for the session.
  void admit(const std::shared_ptr<Connection>& connection, Viewer viewer,
             std::function<void()> go_on);

  // All that are open on the server, as {"sessions": [...]}; of one stream, unless "".
  using Done = std::function<void(Result<nlohmann::json>)>;
  void list(const std::string& stream, Done done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with accounts of connections that outlive us
};

}  // namespace flu::serve
