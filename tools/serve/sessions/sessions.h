#pragma once

#include <cstdint>
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

  // May the viewer watch? From here on the connection's answer counts for the session.
  enum class Verdict : std::uint8_t {
    kYes,
    kAnswered,   // no, and the request was told so
    kUndecided,  // flu-auth was asked: when_decided() is to follow
  };
  Verdict admit(const std::shared_ptr<Connection>& connection, const Asking& viewer);

  // Who was undecided just now: calls `go_on` when he may watch, else answers the request itself.
  void when_decided(const std::shared_ptr<Connection>& connection, std::function<void()> go_on);

  // All that are open on the server, as {"sessions": [...]}; of one stream, unless "".
  using Done = std::function<void(Result<nlohmann::json>)>;
  void list(const std::string& stream, Done done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with accounts of connections that outlive us
};

}  // namespace flu::serve
