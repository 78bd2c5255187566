// Tested by tests/e2e/serve/sessions-curl.sh
#include "tools/ctl/session_commands.h"

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/service/table.h"
#include "tools/ctl/client.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

// Pages come until one says that it is the last.
Result<json> fetch_sessions(Client& client, const std::string& stream) {
  json all = json::array();
  json question{{"type", "list"}, {"after", 0}};
  if (!stream.empty()) question["name"] = stream;
  while (true) {
    FLU_TRY_ASSIGN(json page, client.ask(question));
    for (json session : list_of(page, "sessions")) {
      if (session.is_object()) session.erase("number");
      all.push_back(std::move(session));
    }
    const auto next = page.find("next");
    if (next == page.end() || !next->is_number_unsigned()) return all;
    question["after"] = *next;
  }
}

}  // namespace

Result<void> list_sessions(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect_auth(request.common));
  FLU_TRY_ASSIGN(const json sessions, fetch_sessions(client, request.options.stream));
  if (request.common.is_json) {
    fmt::print("{}\n", sessions.dump(-1, ' ', false, json::error_handler_t::replace));
    return {};
  }
  service::Table table(
      {{"STREAM"}, {"TYPE"}, {"ADDRESS"}, {"TIME", true}, {"SENT", true}, {"SESSION"}});
  for (const json& session : sessions) {
    table.add(
        {printable(text_of(session, "name")), printable(text_of(session, "type")),
         printable(text_of(session, "ip")),
         service::duration_text(static_cast<std::int64_t>(number_of(session, "duration") / 1000)),
         service::size_text(number_of(session, "bytes_sent")),
         printable(text_of(session, "session_id"))});
  }
  fmt::print("{}", table.to_text());
  return {};
}

Result<void> close_session(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect_auth(request.common));
  FLU_TRY_ASSIGN(const json reply, client.ask({{"type", "close"}, {"ids", request.options.ids}}));
  const double count = number_of(reply, "count");
  if (count < 1) {
    return fail(ErrorCode::kNotFound,
                "no such session (flu-ctl sessions lists them with their names)");
  }
  fmt::print("{:.0f} session{} closed\n", count, count > 1 ? "s" : "");
  return {};
}

}  // namespace flu::ctl
