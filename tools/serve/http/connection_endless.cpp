// Tested by tests/e2e/serve/mpegts-slow.sh
#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "tools/serve/http/connection.h"
#include "tools/serve/http/server.h"
#include "tools/serve/limits.h"

// A connection and a body that is made while it is sent.
namespace flu::serve {

void Connection::respond_endless(const Response& head, std::unique_ptr<EndlessBody> body) {
  if (state_ != State::kHandling) return;
  answer_ = make_endless_answer(head, server_->date(), shared_origin());
  if (request().method == Method::kHead) {
    send(std::move(answer_));
    return;
  }
  begin_endless(std::move(body));
}

void Connection::respond_long(Response response, const MakeBody& make) {
  if (state_ != State::kHandling) return;
  Answer answer =
      make_answer(request(), std::move(response), server_->date(), false, shared_origin());
  if (answer.size == 0) return send(std::move(answer));
  auto body = make(answer.first, answer.size);
  answer_ = std::move(answer);
  begin_endless(std::move(body));
}

// answer_ is its head.
void Connection::begin_endless(std::unique_ptr<EndlessBody> body) {
  count_answer();
  endless_ = std::move(body);
  head_sent_ = 0;
  if (account_) account_->answered(answer_.status);
  state_ = State::kEndless;
  pending_ = {};
  pending_.shrink_to_fit();
  pump();
  wait_readable();
}

void Connection::respond_upgrade(const Response& response, std::unique_ptr<EndlessBody> body) {
  if (state_ != State::kHandling) return;
  answer_ = make_upgrade_answer(response, server_->date());
  endless_ = std::move(body);
  head_sent_ = 0;
  if (account_) account_->answered(answer_.status);
  state_ = State::kEndless;
  pump();
  if (is_processing_ || state_ != State::kEndless) return;  // process() goes on with what it has
  hear_first();
}

// What came behind the request belongs to the new protocol.
void Connection::hear_first() {
  const std::string first = std::exchange(pending_, {});
  if (!first.empty()) hear(first);
  if (state_ == State::kEndless) wait_readable();
}

void Connection::wake() {
  if (state_ == State::kEndless && !wants_write_) pump();
}

void Connection::pump() {
  constexpr std::size_t kPieces = 64;
  while (true) {
    std::array<iovec, kPieces> pieces;
    std::size_t count = 0;
    const std::size_t head_left = answer_.head.size() - head_sent_;
    if (head_left > 0) pieces.at(count++) = {answer_.head.data() + head_sent_, head_left};
    count += endless_->next_pieces(std::span(pieces).subspan(count));
    if (count == 0) {
      if (tls_ && !flush_tls()) {
        set_deadline(kWriteStallTime);
        return wait_writable();
      }
      deadline_ = kNever;
      if (endless_->is_over()) close();
      return;
    }
    const ssize_t sent = send_pieces(std::span(pieces).first(count));
    if (sent < 0 && errno != EAGAIN) return close();
    if (sent < 0) {
      set_deadline(kWriteStallTime);
      return wait_writable();
    }
    const auto bytes = static_cast<std::size_t>(sent);
    count_sent(bytes);
    const std::size_t of_head = std::min(bytes, head_left);
    head_sent_ += of_head;
    if (bytes > of_head) endless_->sent(bytes - of_head);
    endless_sent_ += bytes - of_head;
  }
}

}  // namespace flu::serve
