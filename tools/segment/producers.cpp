// Tested by tests/e2e/segment/takeover.sh
#include "tools/segment/producers.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <variant>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

using boost::asio::posix::stream_descriptor;

bool has_bytes(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0;
}

}  // namespace

Producers::Producers(boost::asio::io_context& loop, LiveStream& stream, Hooks hooks)
    : loop_(&loop), stream_(&stream), hooks_(std::move(hooks)), listener_(loop) {}

std::string_view Producers::format() const {
  return playing_ == nullptr ? "" : playing_->input.format();
}

Producers::ProducerPtr Producers::make(std::string name) {
  container::StreamHead assumed;
  assumed.start_us = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  auto producer = std::make_shared<Producer>(*loop_, assumed);
  producer->name = std::move(name);
  producer->connected = monotonic_now();
  producer->last_data = producer->connected;
  producers_.push_back(producer);
  return producer;
}

void Producers::listen(UniqueFd socket) {
  listener_.assign(socket.release());
  accept();
}

void Producers::accept() {
  listener_.async_wait(
      stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error) return;
        while (true) {
          auto connection = io::accept_unix(listener_.native_handle());
          if (!connection) log_alert("in.sock: {}", connection.error().message);
          if (!connection || !*connection) break;
          if (producers_.size() >= kMaxProducers) {
            log_alert("in.sock: a producer is refused, {} are connected", producers_.size());
            continue;
          }
          const int size = kSocketBuffer;
          ::setsockopt((*connection)->get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
          const ProducerPtr producer = make("in.sock");
          producer->descriptor.assign((*connection)->release());
          wait(producer);
        }
        accept();
      });
}

void Producers::add_stdin() {
  const ProducerPtr producer = make("standard input");
  producer->is_stdin = true;
  producer->may_block = true;
  producer->descriptor.assign(STDIN_FILENO);
  wait(producer);
}

void Producers::wait(const ProducerPtr& producer) {
  if (producer->is_closed) return;
  if (producer->is_always_ready) {
    boost::asio::post(*loop_, [this, producer] { read(producer); });
    return;
  }
  producer->descriptor.async_wait(
      stream_descriptor::wait_read, [this, producer](const boost::system::error_code& error) {
        if (producer->is_closed || error == boost::asio::error::operation_aborted) return;
        // Regular files and the like cannot be waited for, and need not be.
        if (error) producer->is_always_ready = true;
        read(producer);
      });
}

void Producers::read(const ProducerPtr& producer) {
  for (int i = 0; i < kReadsInARow && !producer->is_closed; ++i) {
    if (!read_once(*producer)) break;
  }
  hooks_.progress();
  wait(producer);
}

// False when nothing more waits.
bool Producers::read_once(Producer& producer) {
  const int fd = producer.descriptor.native_handle();
  // prepare() may have more room than asked for.
  const auto room = producer.input.prepare(producer.read_size).first(producer.read_size);
  const ssize_t got = ::read(fd, room.data(), room.size());
  if (got < 0) {
    if (errno == EINTR) return true;
    if (errno != EAGAIN) end(producer, io::system_error("read", producer.name, errno));
    return false;
  }
  producer.last_data = monotonic_now();
  const bool is_filled = static_cast<std::size_t>(got) == room.size();
  producer.read_size = is_filled ? kLargeReadSize : kReadSize;
  producer.input.commit(static_cast<std::size_t>(got));
  if (got == 0) producer.input.finish();
  auto taken = take_units(producer);
  stream_->flush_if_due(producer.last_data);
  if (!taken) {
    end(producer, std::move(taken).error());
    return false;
  }
  if (got == 0) {
    end(producer, std::nullopt);
    return false;
  }
  // Less than there was room for was all.
  return !producer.is_closed && is_filled &&
         (!producer.may_block || producer.is_always_ready || has_bytes(fd));
}

Result<void> Producers::take_units(Producer& producer) {
  while (!producer.is_closed) {
    FLU_TRY_ASSIGN(const auto unit, producer.input.next());
    if (!unit) return {};
    FLU_TRY(take(producer, *unit));
  }
  return {};
}

Result<void> Producers::take(Producer& producer, const container::StreamUnit& unit) {
  const bool is_playing = playing_ == &producer;
  if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    return take_fragment(producer, *fragment);
  }
  if (const auto* head = std::get_if<container::StreamHead>(&unit)) {
    producer.head = *head;
    if (!is_playing && !may_play(producer)) {
      return fail(ErrorCode::kUnavailable, "another producer plays, which goes before it");
    }
  } else if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    producer.tracks = changed->tracks;
    const media::Track* main = media::main_track(producer.tracks);
    producer.main_track = main == nullptr ? 0 : main->id;
    if (is_playing) return stream_->set_tracks(producer.tracks);
  } else if (const auto* event = std::get_if<media::Event>(&unit)) {
    if (is_playing) stream_->add_event(*event);
  } else if (is_playing) {
    log_info("{}: the stream ended", producer.name);
    playing_ = nullptr;
    stream_->end_source();
  }
  return {};
}

Result<void> Producers::take_fragment(Producer& producer, const container::Fragment& fragment) {
  if (playing_ == &producer) {
    stream_->add_fragment(fragment);
    return {};
  }
  if (fragment.samples.empty()) return {};
  if (playing_ == nullptr) {
    FLU_TRY(play(producer));
    stream_->add_fragment(fragment);
    return {};
  }
  if (!may_play(producer)) {
    return fail(ErrorCode::kUnavailable, "another producer plays, which goes before it");
  }
  const bool is_key =
      fragment.track_id == producer.main_track && fragment.samples.front().sap != media::Sap::kNone;
  if (!is_key) {
    if (fragment.track_id != producer.main_track) producer.preroll.add(fragment);
    return {};
  }
  FLU_TRY(play(producer));
  stream_->add_fragment(fragment);
  producer.preroll.drain([this](const container::Fragment& held) { stream_->add_fragment(held); });
  return {};
}

bool Producers::may_play(const Producer& producer) const {
  if (playing_ == nullptr) return true;
  const bool is_silent = monotonic_now() - playing_->last_data >= kPublisherSilence;
  return may_take_over(playing_->claim(), is_silent, producer.claim());
}

Result<void> Producers::play(Producer& producer) {
  if (playing_ != nullptr) {
    end(*std::exchange(playing_, nullptr),
        Error{ErrorCode::kUnavailable, "another producer took over"});
  }
  log_info("{}: plays", producer.name);
  ++started_;
  stream_->begin_source(producer.head);
  FLU_TRY(stream_->set_tracks(producer.tracks));
  playing_ = &producer;
  return {};
}

void Producers::end(Producer& producer, std::optional<Error> why) {
  if (std::exchange(producer.is_closed, true)) return;
  if (why) log_alert("{}: {}", producer.name, why->message);
  if (playing_ == &producer) {
    playing_ = nullptr;
    stream_->end_source();
    // Said once its last segment stands.
    if (!why) log_info("{}: the producer left", producer.name);
  }
  const bool was_stdin = producer.is_stdin;
  boost::system::error_code ignored;
  producer.descriptor.close(ignored);
  std::erase_if(producers_, [&](const ProducerPtr& other) { return other.get() == &producer; });
  if (was_stdin) hooks_.stdin_end(std::move(why));
}

void Producers::check(MonotonicTime now) {
  for (const ProducerPtr& producer : std::list<ProducerPtr>(producers_)) {
    const bool is_mute =
        producer->tracks.empty() && now - producer->connected > kMaxTimeWithoutHead;
    if (is_mute && !producer->is_stdin) {
      end(*producer, Error{ErrorCode::kUnavailable, "no stream came"});
    }
  }
}

void Producers::close_all() {
  boost::system::error_code ignored;
  listener_.close(ignored);
  for (const ProducerPtr& producer : std::list<ProducerPtr>(producers_)) {
    producer->is_stdin = false;
    end(*producer, std::nullopt);
  }
}

}  // namespace flu::hub
