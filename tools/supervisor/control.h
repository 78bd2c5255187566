#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/result.h"
#include "libcommon/service/message_server.h"
#include "tools/supervisor/fleet.h"
#include "tools/supervisor/journal.h"

namespace flu::supervisor {

// control.sock (docs/state.md): requests {"command": ...} of flu-ctl and of programs that want
// streams, each answered by {"ok": ...}.
class Control {
 public:
  struct Actions {
    std::function<nlohmann::json()> status;
    std::function<nlohmann::json()> reload;
    std::function<void()> stop;
    std::function<nlohmann::json(const nlohmann::json& request, std::string_view body)> api;
  };

  Control(Fleet& fleet, Journal& journal, Actions actions)
      : fleet_(fleet), journal_(journal), actions_(std::move(actions)) {}

  Result<void> open(boost::asio::io_context& loop, const std::string& path);
  void close() { server_.reset(); }
  void answer(service::MessageServer::Peer peer, const nlohmann::json& message);
  void publish(const nlohmann::json& event);
  // The reply to the command "switch-source".
  [[nodiscard]] nlohmann::json switch_source(const std::string& name, const std::string& url);

 private:
  void on_message(service::MessageServer::Peer peer, const nlohmann::json& message);
  void on_closed(service::MessageServer::Peer peer);
  void want(service::MessageServer::Peer peer, const nlohmann::json& message,
            const std::string& name);
  void api(service::MessageServer::Peer peer, const nlohmann::json& message,
           std::vector<UniqueFd>& fds);
  void events(service::MessageServer::Peer peer, const nlohmann::json& message);

  Fleet& fleet_;
  Journal& journal_;
  Actions actions_;
  std::unique_ptr<service::MessageServer> server_;
  std::set<service::MessageServer::Peer> followers_;  // of events
};

}  // namespace flu::supervisor
