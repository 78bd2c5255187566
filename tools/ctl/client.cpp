// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/client.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessage = 1 << 20;
constexpr std::size_t kMaxState = 256 << 20;
constexpr auto kPatience = std::chrono::seconds(10);

}  // namespace

Result<Client> Client::connect(const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(common));
  const std::string absent =
      fmt::format("no server runs in {} (start one with: flu-ctl start)", run_dir.path());
  const std::string path = run_dir.control_socket();
  return connect(std::move(run_dir), path, absent);
}

Result<Client> Client::connect_auth(const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(common));
  const std::string absent = fmt::format(
      "no flu-auth, which keeps the sessions, runs in {}: a server has one where it has an 'http'",
      run_dir.path());
  const std::string path = run_dir.auth_socket();
  return connect(std::move(run_dir), path, absent);
}

Result<Client> Client::connect(service::RunDir run_dir, const std::string& path,
                               const std::string& absent) {
  auto socket = io::connect_unix(path, io::UnixType::kSeqPacket);
  if (!socket) {
    const bool is_absent = socket.error().code == ErrorCode::kNotFound ||
                           socket.error().code == ErrorCode::kUnavailable;
    if (!is_absent) return tl::unexpected<Error>(std::move(socket).error());
    return fail(ErrorCode::kUnavailable, absent);
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket->get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return io::fail_system("getsockopt", "SO_PEERCRED", errno);
  }
  return Client(std::move(run_dir), std::move(*socket), peer.pid);
}

Result<void> Client::send(const json& request) {
  const std::string text = request.dump(-1, ' ', false, json::error_handler_t::replace);
  FLU_TRY_ASSIGN(const bool is_sent, io::send_message(socket_.get(), as_bytes(text)));
  if (!is_sent) return fail(ErrorCode::kUnavailable, "the server does not read its commands");
  return {};
}

Result<json> Client::receive(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    FLU_TRY_ASSIGN(auto message, io::receive_message(socket_.get(), kMaxMessage));
    if (message) {
      json object = json::parse(message->data.begin(), message->data.end(), nullptr, false);
      if (object.is_object()) return object;
      return fail(ErrorCode::kMalformed, "the server sent something that is no JSON object");
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return fail(ErrorCode::kUnavailable, "the server does not answer");
    pollfd waiting{socket_.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(left.count()));
  }
}

Result<json> Client::ask(const json& request) {
  FLU_TRY(send(request));
  FLU_TRY_ASSIGN(json reply, receive(kPatience));
  if (reply.value("ok", json()) == true) return reply;
  const std::string error = text_of(reply, "error");
  if (error.empty()) return reply;
  return fail(ErrorCode::kNotFound, error);
}

Result<json> read_state(const service::RunDir& run_dir, const std::string& name) {
  const std::string path = fmt::format("{}/{}.json", run_dir.state(), name);
  FLU_TRY_ASSIGN(const Buffer content, io::read_file(path, kMaxState));
  json object = json::parse(content.begin(), content.end(), nullptr, false);
  if (object.is_object()) return object;
  return fail(ErrorCode::kMalformed, fmt::format("read {}: expected a JSON object", path));
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_of(const json& object, const char* name, double otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

json list_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : json::array();
}

}  // namespace flu::ctl
