// Tested by tests/e2e/ingest/tstcp-socat.sh

#include "tools/ingest/source_tcp.h"

#include <utility>

#include <fmt/format.h>

namespace flu::ingest {

TcpSource::TcpSource(boost::asio::io_context& loop, const SourceUrl& url)
    : StreamSource(loop, url),
      connection_(loop, {nullptr,
                         [this](Bytes bytes) {
                           connection_.pause(input_.pause());
                           input_.feed(bytes);
                         },
                         [this](const Result<>& result) { on_end(result); }}) {}

void TcpSource::connect() {
  connection_.open(url_.peer);
}

void TcpSource::on_end(const Result<>& result) {
  if (!input_.finish()) return;
  if (!result) {
    handlers_.on_end(
        fail(result.error().code, fmt::format("{}: {}", url_.text, result.error().message)));
  } else if (const std::string why = input_.why_empty(); !why.empty()) {
    handlers_.on_end(
        fail(ErrorCode::kMalformed, fmt::format("{}: the connection ended: {}", url_.text, why)));
  } else {
    timer_.expires_after(input_.unplayed(false));
    timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
      if (!failed && !alive.expired()) handlers_.on_end({});
    });
  }
}

}  // namespace flu::ingest
