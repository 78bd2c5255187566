#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/unique_fd.h"
#include "tools/serve/http/poller.h"
#include "tools/serve/http/request_parser.h"
#include "tools/serve/http/response.h"
#include "tools/serve/http/tls_link.h"

namespace flu::serve {

class HttpServer;
class Connection;

// Answers requests: now or later, by exactly one respond() or respond_endless() each.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(const std::shared_ptr<Connection>& connection) = 0;

  // Asked when the headers of a request are there whose body would be kept. An answer ends it.
  virtual std::optional<Response> refuse_body(const Request& /*request*/,
                                              const boost::asio::ip::address& /*peer*/) {
    return std::nullopt;
  }
};

// Who counts what a request brought its client. Kept for as long as the answer goes out.
class Account {
 public:
  virtual ~Account() = default;
  virtual void answered(unsigned status) = 0;
  virtual void sent(std::size_t bytes) = 0;
  // For the access log; "": none.
  // When the session began, UTC in ms; 0: it is not known.
  [[nodiscard]] virtual std::int64_t began_ms() const { return 0; }
  [[nodiscard]] virtual std::string session_id() const { return ""; }
  [[nodiscard]] virtual std::string_view protocol() const { return ""; }
};

// A body that ends with its client or its stream. Its bytes belong to many clients.
class EndlessBody {
 public:
  virtual ~EndlessBody() = default;

  // What goes out next, as many pieces as fit; 0: nothing now, Connection::wake() will tell.
  virtual std::size_t next_pieces(std::span<iovec> pieces) = 0;
  virtual void sent(std::size_t bytes) = 0;

  // Nothing comes any more: the connection is closed when next_pieces() has nothing left.
  [[nodiscard]] virtual bool is_over() const = 0;

  // One side of a talk: what the client sends is for receive(), not dropped.
  [[nodiscard]] virtual bool takes_input() const { return false; }
  virtual void receive(Bytes /*bytes*/) {}
  virtual void check(MonotonicTime /*now*/) {}  // about once a second

  // To end where a player best bears it, soon; false: it knows no such place.
  virtual bool finish() { return false; }
};

// One client's connection: requests one after the other, answers in their order. Holds no buffers
// while it waits for a request. Keeps itself alive until it is closed.
class Connection final : public std::enable_shared_from_this<Connection>, public Poller::Watcher {
 public:
  Connection(HttpServer& server, UniqueFd socket, boost::asio::ip::address peer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  void start_secure();  // with a TLS handshake first

  [[nodiscard]] const Request& request() const { return parser_.request(); }
  [[nodiscard]] const boost::asio::ip::address& peer() const { return peer_; }
  [[nodiscard]] const std::string& peer_text() const { return peer_text_; }
  [[nodiscard]] bool is_secure() const { return tls_ != nullptr; }
  [[nodiscard]] boost::asio::ip::address local() const;  // that the client came to
  [[nodiscard]] bool is_closed() const { return state_ == State::kClosed; }
  [[nodiscard]] bool is_endless() const { return state_ == State::kEndless; }
  // Of the request that is being handled.
  [[nodiscard]] std::int64_t session_began_ms() const {
    return account_ ? account_->began_ms() : 0;
  }
  void set_account(std::shared_ptr<Account> account) { account_ = std::move(account); }
  // Any page may have the answer, also to what it asked with the viewer's credentials.
  void share_with_pages() { is_shared_ = true; }

  void respond(Response response);
  // With the type and the further lines of `head`.
  void respond_endless(const Response& head, std::unique_ptr<EndlessBody> body);
  // With a body of response.length bytes that `make` makes while they are sent: of which the answer
  // has `size` from `first` on.
  using MakeBody =
      std::function<std::unique_ptr<EndlessBody>(std::uint64_t first, std::uint64_t size)>;
  void respond_long(Response response, const MakeBody& make);
  // Another protocol from here on: `response` is a 101.
  void respond_upgrade(const Response& response, std::unique_ptr<EndlessBody> body);
  void wake();  // an endless body has more

  // Called about once a second.
  void check_deadline(MonotonicTime now);
  // The server stops: idle connections go, answers under way are finished.
  void stop();
  // What is endless ends, too, at the next good place.
  void cut();
  void close();

 private:
  friend class HttpServer;

  enum class State {
    kHandshake,  // of TLS
    kReading,    // waits for a request, or is in the middle of one
    kHandling,   // the handler has it
    kWriting,    // the answer goes out
    kEndless,    // an endless body goes out
    kLingering,  // closed for us; reads until the client closes
    kClosed,
  };
  enum class Progress { kDone, kBlocked, kFailed };

  static constexpr MonotonicTime kNever = MonotonicTime::max();

  void on_ready(std::uint32_t events) override;
  void look_again();
  void shake_hands();
  bool begin_tls();
  [[nodiscard]] std::optional<std::string_view> receive_tls();
  ssize_t send_tls(std::span<const iovec> pieces);
  void go_on_receiving();
  bool flush_tls();
  void end_tls();
  void wait_readable();
  void wait_writable();
  [[nodiscard]] std::optional<std::string_view> receive();
  ssize_t send_pieces(std::span<iovec> pieces);
  void on_readable();
  void on_writable();
  void read_requests();
  void drop_input();
  void hear_input();
  void hear(std::string_view bytes);
  void hear_first();
  void process(std::string_view bytes);
  bool begin_request(RequestParser::State state);
  void take_body();
  void fail_request(unsigned status, std::string_view words);
  void send(Answer answer);
  void begin_endless(std::unique_ptr<EndlessBody> body);
  std::span<iovec> joined(std::span<iovec, 2> pieces);
  Progress write_answer();
  void finish_answer();
  void pump();
  void log_answer();
  void set_deadline(std::chrono::seconds from_now);
  void count_sent(std::size_t bytes);
  void count_answer();
  [[nodiscard]] std::optional<std::string_view> shared_origin() const;

  HttpServer* server_;
  std::list<Connection*>::iterator place_;  // in the server's list
  UniqueFd socket_;
  std::shared_ptr<Connection> self_;  // while it is open
  std::unique_ptr<TlsLink> tls_;      // null: plain
  boost::asio::ip::address peer_;
  std::string peer_text_;
  RequestParser parser_;
  std::string pending_;  // bytes of a request that is not complete, or of the next ones
  State state_ = State::kReading;
  bool wants_read_ = false;  // on_readable() is to be called when there is something
  bool wants_write_ = false;
  bool is_readable_ = false;  // as far as is known: the poller tells of changes alone
  bool is_writable_ = true;
  bool has_hung_up_ = false;  // the end is among what is readable
  bool is_processing_ = false;
  bool is_shared_ = false;   // share_with_pages() was called
  bool has_unread_ = false;  // the client may still be sending: linger before closing
  MonotonicTime deadline_{};
  MonotonicTime started_{};  // the answer under way
  Answer answer_;
  std::size_t head_sent_ = 0;
  std::size_t body_sent_ = 0;
  std::uint64_t endless_sent_ = 0;
  std::size_t lingered_ = 0;
  std::unique_ptr<EndlessBody> endless_;
  std::shared_ptr<Account> account_;
};

}  // namespace flu::serve
