// Tested by tests/e2e/supervisor/ondemand.sh
#include "tools/supervisor/control.h"

#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/config/limits.h"
#include "libcommon/config/secret.h"
#include "libcommon/io/file.h"
#include "tools/supervisor/message_field.h"
#include "tools/supervisor/state_view.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

json error_of(const std::string& text) {
  return {{"ok", false}, {"error", text}};
}

Result<Buffer> read_body(int fd) {
  constexpr std::string_view kWhat = "the body of a request";
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is no file", kWhat));
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > config::kMaxConfigSize) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{} is larger than {} bytes", kWhat, config::kMaxConfigSize));
  }
  return io::pread_up_to(fd, size, 0, kWhat);
}

}  // namespace

Result<void> Control::open(boost::asio::io_context& loop, const std::string& path) {
  service::MessageServer::Handlers handlers;
  handlers.message = [this](service::MessageServer::Peer peer, const json& message,
                            std::vector<UniqueFd>& fds) {
    if (text_field(message, "command") == "api") {
      api(peer, message, fds);
    } else {
      on_message(peer, message);
    }
  };
  handlers.closed = [this](service::MessageServer::Peer peer) { on_closed(peer); };
  FLU_TRY_ASSIGN(server_, service::MessageServer::open(loop, path, std::move(handlers)));
  return {};
}

void Control::answer(service::MessageServer::Peer peer, const json& message) {
  if (server_) server_->send(peer, message);
}

void Control::publish(const json& event) {
  if (!server_ || followers_.empty()) return;
  const std::vector<service::MessageServer::Peer> peers(followers_.begin(), followers_.end());
  for (const service::MessageServer::Peer peer : peers) server_->send(peer, event);
}

void Control::on_closed(service::MessageServer::Peer peer) {
  followers_.erase(peer);
  fleet_.close(peer);
}

void Control::on_message(service::MessageServer::Peer peer, const json& message) {
  const std::string command = text_field(message, "command");
  const std::string name = text_field(message, "name");
  if (command == "status") {
    answer(peer, actions_.status());
  } else if (command == "reload") {
    answer(peer, actions_.reload());
  } else if (command == "upgrade") {
    fleet_.upgrade(peer);
  } else if (command == "stop") {
    answer(peer, {{"ok", true}});
    actions_.stop();
  } else if (command == "want" || command == "touch") {
    want(peer, message, name);
  } else if (command == "unwant") {
    fleet_.unwant(name, peer);
    answer(peer, {{"ok", true}});
  } else if (command == "restart-stream") {
    if (fleet_.units_of(name).empty()) {
      answer(peer, error_of(fmt::format("no stream '{}' runs", printable(name))));
      return;
    }
    message.value("resync", json()) == true ? fleet_.resync_stream(name)
                                            : fleet_.restart_stream(name);
    answer(peer, {{"ok", true}});
  } else if (command == "switch-source") {
    answer(peer, switch_source(name, text_field(message, "url")));
  } else if (command == "stream") {
    const config::StreamConfig* stream = fleet_.find_stream(name);
    answer(peer,
           stream == nullptr
               ? error_of(fmt::format("no stream '{}'", printable(name)))
               : json{{"ok", true}, {"stream", describe_stream(fleet_, *stream, monotonic_now())}});
  } else if (command == "events") {
    events(peer, message);
  } else {
    answer(peer, error_of(fmt::format("unknown command '{}'", printable(command))));
  }
}

// `url` as it stands in the config, or as people are shown it.
json Control::switch_source(const std::string& name, const std::string& url) {
  const config::StreamConfig* stream = fleet_.find_stream(name);
  if (stream == nullptr) return error_of(fmt::format("no stream '{}'", printable(name)));
  for (const config::SourceUrl& source : stream->sources) {
    const bool is_it = source.url == url || config::hide_secrets(source.url) == url;
    if (!is_it || !source.is_supported) continue;
    if (fleet_.tell_ingest(name, {{"type", "switch_source"}, {"url", source.url}})) {
      return {{"ok", true}};
    }
    return error_of(fmt::format("stream '{}' does not run", printable(name)));
  }
  return error_of(fmt::format("stream '{}' has no source {}", printable(name),
                              printable(config::hide_secrets(url))));
}

// The body comes as a file, since a message is shorter than a config may be.
void Control::api(service::MessageServer::Peer peer, const json& message,
                  std::vector<UniqueFd>& fds) {
  json reply;
  const auto body = fds.empty() ? Result<Buffer>(Buffer{}) : read_body(fds.front().get());
  if (body) {
    reply = actions_.api(message, as_text(*body));
  } else {
    reply = error_of(body.error().message);
  }
  const auto tag = message.find("tag");
  if (tag != message.end()) reply["tag"] = *tag;
  answer(peer, reply);
}

void Control::want(service::MessageServer::Peer peer, const json& message,
                   const std::string& name) {
  if (text_field(message, "command") == "touch") {
    const bool is_known = fleet_.find_stream(name) != nullptr;
    if (is_known) fleet_.touch(name);
    answer(peer, is_known ? json{{"ok", true}}
                          : error_of(fmt::format("no stream '{}'", printable(name))));
    return;
  }
  const auto tag = message.find("tag");
  fleet_.want(name, peer, tag == message.end() ? json() : *tag);
}

// The latest, and with "follow" all that come.
void Control::events(service::MessageServer::Peer peer, const json& message) {
  constexpr std::size_t kDefault = 20;
  const auto last = message.find("last");
  const std::size_t count =
      last != message.end() && last->is_number_unsigned() ? last->get<std::size_t>() : kDefault;
  const auto& latest = journal_.latest();
  const std::size_t from = latest.size() - std::min(count, latest.size());
  for (std::size_t i = from; i < latest.size(); ++i) answer(peer, latest[i]);
  if (message.value("follow", json()) == true) {
    followers_.insert(peer);
  } else {
    answer(peer, {{"ok", true}});
  }
}

}  // namespace flu::supervisor
