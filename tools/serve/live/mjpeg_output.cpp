// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/serve/live/mjpeg_output.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace flu::serve {
namespace {

// RFC 2046 5.1.1. A browser shows a picture when it has seen the boundary behind it, so that this
// goes out with the picture, not before the next one.
constexpr std::string_view kContentType = "multipart/x-mixed-replace; boundary=flu-picture";
constexpr std::string_view kFirst = "--flu-picture\r\n";
constexpr std::string_view kBehind = "\r\n--flu-picture\r\n";

Bytes bytes_of(std::string_view text) {
  return as_bytes(text);
}

}  // namespace

class MjpegOutput::Client final : public EndlessBody {
 public:
  Client(MjpegOutput& output, Connection& connection)
      : output_(&output), connection_(&connection) {}
  ~Client() override {
    if (output_ != nullptr) output_->remove(this);
  }

  std::size_t next_pieces(std::span<iovec> pieces) override {
    take_next();
    std::size_t count = 0;
    std::size_t before = offset_;
    for (const Bytes piece : this->pieces()) {
      if (count == pieces.size()) break;
      const std::size_t gone = std::min(before, piece.size());
      before -= gone;
      if (gone == piece.size()) continue;
      pieces[count++] = {const_cast<std::uint8_t*>(piece.data()) + gone, piece.size() - gone};
    }
    return count;
  }

  void sent(std::size_t bytes) override {
    offset_ += bytes;
    std::size_t size = 0;
    for (const Bytes piece : pieces()) size += piece.size();
    if (offset_ < size) return;
    part_.reset();
    has_begun_ = true;
    offset_ = 0;
  }

  [[nodiscard]] bool is_over() const override { return output_ == nullptr || output_->has_ended_; }

  void forget_output() { output_ = nullptr; }
  [[nodiscard]] Connection& connection() const { return *connection_; }

 private:
  void take_next() {
    if (part_ != nullptr || output_ == nullptr || output_->newest_ == nullptr) return;
    const auto& newest = output_->newest_;
    // Compared by who owns it: an address may be used again.
    if (!seen_.owner_before(newest) && !newest.owner_before(seen_)) return;
    part_ = newest;
    seen_ = newest;
  }

  [[nodiscard]] std::array<Bytes, 4> pieces() const {
    if (part_ == nullptr) return {};
    return {bytes_of(has_begun_ ? std::string_view() : kFirst), bytes_of(part_->head),
            Bytes(*part_->picture), bytes_of(kBehind)};
  }

  MjpegOutput* output_;
  Connection* connection_;            // owns this
  std::shared_ptr<const Part> part_;  // goes out
  std::weak_ptr<const Part> seen_;    // the last that was begun
  std::size_t offset_ = 0;            // of what goes out
  bool has_begun_ = false;
};

MjpegOutput::~MjpegOutput() {
  clients_.for_each([](Client& client) { client.forget_output(); });
}

void MjpegOutput::show(const Thumbnail::Picture& picture) {
  if (picture == nullptr || (newest_ != nullptr && newest_->picture == picture)) return;
  has_ended_ = false;
  newest_ = std::make_shared<const Part>(
      Part{picture,
           fmt::format("Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", picture->size())});
  wake_clients();
}

void MjpegOutput::end() {
  has_ended_ = true;
  newest_.reset();
  wake_clients();
}

void MjpegOutput::wake_clients() {
  clients_.for_each([](Client& client) { client.connection().wake(); });
}

void MjpegOutput::add_client(const std::shared_ptr<Connection>& connection) {
  auto client = std::make_unique<Client>(*this, *connection);
  clients_.add(client.get());
  Response head;
  head.content_type = kContentType;
  connection->respond_endless(head, std::move(client));
}

void MjpegOutput::remove(Client* client) {
  clients_.remove(client);
}

}  // namespace flu::serve
