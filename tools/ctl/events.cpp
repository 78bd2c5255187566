// Tested by tests/e2e/ctl/events.sh
#include "tools/ctl/events.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"
#include "tools/ctl/client.h"
#include "tools/ctl/event_log.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 64 << 20;
constexpr auto kForEver = std::chrono::hours(24 * 20);
constexpr useconds_t kRetry = 200'000;

std::string content_of(const Result<UniqueFd>& file, const std::string& path) {
  if (!file) return "";
  const auto content = io::pread_up_to(file->get(), kMaxFile, 0, path);
  return content ? std::string(as_text(*content)) : "";
}

// Both are opened before either is read: when the newer becomes the older in between, what is new
// in the next one is told live.
std::vector<json> read_journal(const service::RunDir& run_dir) {
  const std::string path = run_dir.state() + "/events.jsonl";
  const auto newer = io::open_file(path, O_RDONLY);
  const auto older = io::open_file(path + ".1", O_RDONLY);
  return parse_events(content_of(older, path), content_of(newer, path));
}

class Printer {
 public:
  explicit Printer(const Request& request)
      : choice_(request.options), is_json_(request.common.is_json) {}

  // At most the last `count` of those that are wanted.
  void print_last(std::vector<json> events, std::size_t count) {
    if (!events.empty()) newest_ = id_of(events.back());
    std::erase_if(events, [&](const json& event) { return !choice_.wants(event); });
    const std::size_t first = events.size() - std::min(count, events.size());
    for (std::size_t i = first; i < events.size(); ++i) print(events[i]);
  }

  // Those that came since.
  void print_new(const std::vector<json>& events) {
    for (const json& event : events) print_new(event);
  }
  void print_new(const json& event) {
    if (id_of(event) <= newest_) return;
    newest_ = id_of(event);
    if (choice_.wants(event)) print(event);
  }

 private:
  void print(const json& event) const {
    fmt::print("{}\n", is_json_ ? event.dump(-1, ' ', false, json::error_handler_t::replace)
                                : event_line(event));
    std::fflush(stdout);
  }

  EventChoice choice_;
  bool is_json_;
  std::int64_t newest_ = 0;  // printed or passed over
};

// Registered for what comes; what was before is in the files.
Result<Client> listen(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY(client.send({{"command", "events"}, {"last", 0}, {"follow", true}}));
  return client;
}

// Returns when the server is gone.
void print_live(Client& client, Printer& printer) {
  while (auto event = client.receive(kForEver)) printer.print_new(*event);
}

[[noreturn]] void follow(const Request& request, Client client, Printer& printer) {
  while (true) {
    print_live(client, printer);
    printer.print_new(read_journal(client.run_dir()));
    if (!request.common.is_json) fmt::print(stderr, "the server is gone: waiting for it\n");
    auto next = listen(request);
    while (!next) {
      ::usleep(kRetry);
      next = listen(request);
    }
    client = std::move(*next);
    printer.print_new(read_journal(client.run_dir()));
  }
}

}  // namespace

Result<void> events(const Request& request) {
  if (auto problem = unknown_event(request.options.events); !problem.empty()) {
    return fail(ErrorCode::kInvalidArgument, "--event: " + problem);
  }
  Printer printer(request);
  // On a terminal it is for a person, who ends it by ^C.
  const bool is_following = request.options.is_following || ::isatty(STDOUT_FILENO) == 1;
  auto client = listen(request);
  if (!client) {
    // What a server that is gone left behind tells why.
    FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(request.common));
    auto left = read_journal(run_dir);
    if (request.options.is_following || left.empty()) {
      return tl::unexpected<Error>(std::move(client).error());
    }
    printer.print_last(std::move(left), request.options.last);
    return {};
  }
  printer.print_last(read_journal(client->run_dir()), request.options.last);
  if (is_following) follow(request, std::move(*client), printer);
  return {};
}

}  // namespace flu::ctl
