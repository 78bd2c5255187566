// Tested by tests/e2e/ingest/tshttp-python.sh

#include "tools/ingest/source_http.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/wire/http/request.h"
#include "tools/ingest/http_answer.h"

namespace flu::ingest {
namespace {

constexpr unsigned kMaxRedirects = 5;
constexpr std::chrono::seconds kAnswerTimeout{10};  // from the request to the end of the head
constexpr std::chrono::seconds kTlsTimeout{20};     // flu-tls connects and shakes hands before that

}  // namespace

HttpSource::HttpSource(boost::asio::io_context& loop, const SourceUrl& url)
    : StreamSource(loop, url), place_(url.http.url) {}

void HttpSource::connect() {
  reader_.reset();
  connection_ = std::make_unique<Connection>(
      loop_, Connection::Handlers{[this] { on_open(); }, [this](Bytes bytes) { on_bytes(bytes); },
                                  [this](const Result<>& result) { on_end(result); }});
  if (place_.is_tls) {
    connection_->open_tls(place_.peer, url_.http.tls_ca);
  } else {
    connection_->open(place_.peer);
  }
}

void HttpSource::on_open() {
  if (const auto sent = connection_->send(write_get_request(place_, url_.http.options)); !sent) {
    return stop(sent);
  }
  const auto timeout = kAnswerTimeout + (place_.is_tls ? kTlsTimeout : kTlsTimeout.zero());
  timer_.expires_after(timeout);
  timer_.async_wait([this, timeout, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired() || reader_.has_head()) return;
    stop(fail(ErrorCode::kUnavailable, fmt::format("no answer within {} s", timeout.count())));
  });
}

void HttpSource::on_bytes(Bytes bytes) {
  if (is_stopped_ || is_ended_) return;
  const std::weak_ptr<bool> alive = alive_;
  connection_->pause(input_.pause());
  while (!bytes.empty() && !reader_.is_complete()) {
    const bool had_head = reader_.has_head();
    const auto piece = reader_.read(bytes);
    if (!piece) return stop(tl::unexpected<Error>(piece.error()));
    bytes = bytes.subspan(piece->consumed);
    if (!had_head && reader_.has_head() && !on_head()) return;
    if (piece->body.empty()) continue;
    if (is_known_) {
      input_.feed(piece->body);
    } else if (!sniff(piece->body)) {
      return;
    }
    if (alive.expired() || is_stopped_) return;
  }
  if (reader_.is_complete()) on_end({});
}

// False: this connection is done with.
bool HttpSource::on_head() {
  timer_.cancel();
  const wire::HttpResponseHead& head = reader_.head();
  if (!is_redirect(head.status)) {
    const auto held = check_status(place_, head);
    if (!held) stop(held);
    return held.has_value();
  }
  auto next = follow_redirect(place_, head);
  if (!next) {
    stop(tl::unexpected<Error>(next.error()));
    return false;
  }
  if (++redirects_ > kMaxRedirects) {
    stop(fail(ErrorCode::kUnavailable, fmt::format("more than {} redirects", kMaxRedirects)));
    return false;
  }
  log_debug("{}: led to {}:{}", url_.text, next->peer.host, next->peer.port);
  place_ = std::move(*next);
  is_stopped_ = true;
  // Not from inside the connection that this replaces.
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    is_stopped_ = false;
    connect();
  });
  return false;
}

// False: it is no MPEG-TS.
bool HttpSource::sniff(Bytes body) {
  first_ += as_text(body);
  if (first_.size() < kSniffBytes && !reader_.is_complete()) return true;
  is_known_ = true;
  if (const auto held = check_body(reader_.head(), as_bytes(first_)); !held) {
    stop(held);
    return false;
  }
  const std::string all = std::exchange(first_, {});
  input_.feed(as_bytes(all));
  return true;
}

void HttpSource::on_end(const Result<>& result) {
  if (is_stopped_ || is_ended_) return;
  if (!result) return stop(result);
  const auto whole = reader_.finish();
  if (!reader_.has_head()) return stop(whole);
  if (!is_known_ && !first_.empty()) {
    if (const auto held = check_body(reader_.head(), as_bytes(first_)); !held) return stop(held);
  }
  if (!input_.finish()) return;
  if (!whole) return stop(whole);
  const std::string why = input_.why_empty();
  if (!why.empty()) {
    return stop(fail(ErrorCode::kMalformed, fmt::format("the body ended: {}", why)));
  }
  // What has a length is a file, not a live stream.
  const auto unplayed = input_.unplayed(reader_.content_length().has_value());
  if (unplayed.count() == 0) return stop({});
  is_ended_ = true;
  timer_.expires_after(unplayed);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) stop({});
  });
}

void HttpSource::stop(const Result<>& result) {
  if (std::exchange(is_stopped_, true)) return;
  timer_.cancel();
  if (result) return handlers_.on_end(result);
  handlers_.on_end(
      fail(result.error().code, fmt::format("{}: {}", url_.text, result.error().message)));
}

}  // namespace flu::ingest
