// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/top.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "libcommon/service/table.h"
#include "tools/ctl/client.h"
#include "tools/ctl/process_usage.h"
#include "tools/ctl/stream_row.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

// Cursor home, and each line cleared behind its text: no flicker as from clearing all at once.
constexpr std::string_view kHome = "\033[H";
constexpr std::string_view kClearLine = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

struct Sum {
  double cpu = 0;
  double memory = 0;
};

Sum usage_of(const json& holder, UsageMeter& meter) {
  Sum sum;
  for (const json& unit : list_of(holder, "units")) {
    const auto pid = static_cast<pid_t>(number_of(unit, "pid"));
    if (pid <= 0) continue;
    if (const auto usage = meter.measure(pid)) {
      sum.cpu += usage->cpu_percent;
      sum.memory += usage->private_bytes;
    }
  }
  return sum;
}

std::string draw(const json& server, const json& streams, UsageMeter& meter) {
  auto columns = stream_columns();
  columns.insert(columns.begin() + 4, {{"CPU", true}, {"MEMORY", true}});
  service::Table table(columns);
  for (const json& stream : list_of(streams, "streams")) {
    const Sum sum = usage_of(stream, meter);
    auto row = stream_row(stream);
    row.insert(row.begin() + 4, {fmt::format("{:.1f}%", sum.cpu), service::size_text(sum.memory)});
    table.add(std::move(row));
  }
  const Sum serving = usage_of(server, meter);
  return fmt::format("flu {}, up {}: {:.0f} streams, {:.0f} running; serving: {:.1f}% CPU, {}\n\n",
                     text_of(server, "program_version"),
                     service::duration_text(static_cast<std::int64_t>(number_of(server, "uptime"))),
                     number_of(server, "streams"), number_of(server, "streams_running"),
                     serving.cpu, service::size_text(serving.memory)) +
         table.to_text();
}

std::string for_screen(const std::string& text) {
  std::string out(kHome);
  for (const char c : text) {
    if (c == '\n') out += kClearLine;
    out += c;
  }
  return out + std::string(kClearBelow);
}

}  // namespace

Result<void> top(const Request& request) {
  const bool is_screen = ::isatty(STDOUT_FILENO) != 0 && !request.common.is_json;
  UsageMeter meter;
  for (unsigned shown = 0; request.options.count == 0 || shown < request.options.count; ++shown) {
    FLU_TRY_ASSIGN(const Client client, Client::connect(request.common));
    FLU_TRY_ASSIGN(const json streams, read_state(client.run_dir(), "streams"));
    FLU_TRY_ASSIGN(const json server, read_state(client.run_dir(), "server"));
    if (request.common.is_json) {
      fmt::print("{}\n", json{{"server", server}, {"streams", list_of(streams, "streams")}}.dump(
                             -1, ' ', false, json::error_handler_t::replace));
    } else {
      const std::string text = draw(server, streams, meter);
      fmt::print("{}", is_screen ? for_screen(text) : text);
    }
    if (std::fflush(stdout) != 0) return {};  // the reader has left
    if (shown + 1 != request.options.count) ::sleep(1);
  }
  return {};
}

}  // namespace flu::ctl
