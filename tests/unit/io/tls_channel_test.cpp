#include "libcommon/io/tls_channel.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/tls_client.h"
#include "tests/unit/io/temporary_folder.h"
#include "tests/unit/io/test_certificate.h"

namespace flu::io {
namespace {

using Step = TlsChannel::Step;

iovec piece(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size()};
}

class TlsChannelTest : public testing::Test {
 protected:
  TlsChannelTest() {
    identities_ = {load("one", "DNS:one.example"), load("two", "DNS:*.two.example")};
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    socket_ = UniqueFd(ends[0]);
    client_socket_ = UniqueFd(ends[1]);
  }

  std::shared_ptr<TlsIdentity> load(const std::string& name, const std::string& names) {
    const TestCertificate made(names);
    std::ofstream(folder_ / (name + ".crt")) << made.certificate();
    std::ofstream(folder_ / (name + ".key")) << made.key();
    auto loaded = TlsIdentity::load({folder_ / (name + ".crt"), folder_ / (name + ".key"), ""}, "");
    EXPECT_TRUE(loaded) << loaded.error().message;
    return *loaded;
  }

  // The client trusts `authority` alone. True: both are through.
  bool connect(const std::string& host, const std::string& authority) {
    channel_.emplace(identities_, socket_.get());
    TlsClient::Settings settings;
    settings.ca_file = folder_ / (authority + ".crt");
    auto client = TlsClient::make(std::move(client_socket_), {host, 443}, settings);
    EXPECT_TRUE(client) << client.error().message;
    client_.emplace(std::move(*client));
    bool is_done = false;
    for (int round = 0; round < 20; ++round) {
      if (!is_done) {
        const auto step = client_->handshake();
        if (!step) return false;
        is_done = *step == TlsClient::Step::kDone;
      }
      if (channel_->handshake() == Step::kDone && is_done) return true;
    }
    return false;
  }

  // What the client can read now.
  std::string read_some() {
    std::string out(1 << 20, 0);
    std::size_t got = 0;
    const auto step = client_->read(reinterpret_cast<std::uint8_t*>(out.data()), out.size(), got);
    is_end_ = step && *step == TlsClient::Step::kEnd;
    out.resize(step && *step == TlsClient::Step::kDone ? got : 0);
    return out;
  }

  TemporaryFolder folder_;
  TlsIdentities identities_;
  UniqueFd socket_;
  UniqueFd client_socket_;
  std::optional<TlsChannel> channel_;
  std::optional<TlsClient> client_;
  bool is_end_ = false;
};

TEST_F(TlsChannelTest, TheNameChoosesTheCertificate) {
  EXPECT_TRUE(connect("a.two.example", "two"));
}

TEST_F(TlsChannelTest, AnotherNameGetsTheFirst) {
  EXPECT_FALSE(connect("one.example.org", "two"));
  EXPECT_EQ(channel_->handshake(), Step::kFailed);
  EXPECT_FALSE(channel_->failure().empty());
}

TEST_F(TlsChannelTest, PiecesComeAsOneRecordAndTheEndIsTold) {
  ASSERT_TRUE(connect("one.example", "one"));
  const std::string head = "head ";
  const std::string body = "body";
  const iovec pieces[] = {piece(head), {nullptr, 0}, piece(body)};
  EXPECT_EQ(channel_->send(pieces), 9);
  EXPECT_TRUE(channel_->flush());
  EXPECT_EQ(read_some(), "head body");
  channel_->end();
  EXPECT_EQ(read_some(), "");
  EXPECT_TRUE(is_end_);
}

TEST_F(TlsChannelTest, ReceivesLikeASocket) {
  ASSERT_TRUE(connect("one.example", "one"));
  std::string into(64 << 10, 0);
  EXPECT_EQ(channel_->receive(into), -1);
  EXPECT_EQ(errno, EAGAIN);
  std::size_t taken = 0;
  ASSERT_TRUE(client_->write(as_bytes("GET /"), taken));
  EXPECT_EQ(channel_->receive(into), 5);
  EXPECT_EQ(into.substr(0, 5), "GET /");
  EXPECT_EQ(read_some(), "");  // what the server keeps of it
  client_.reset();
  EXPECT_EQ(channel_->receive(into), 0);
}

// Between two sends the caller may come to think of other bytes: those that were taken go out.
TEST_F(TlsChannelTest, WhatWasTakenGoesOutAsItWas) {
  ASSERT_TRUE(connect("one.example", "one"));
  std::string sent;
  char letter = 'a';
  while (true) {
    const std::string bytes(10'000, letter++);
    const iovec one = piece(bytes);
    const ssize_t taken = channel_->send({&one, 1});
    if (taken < 0) {
      EXPECT_EQ(errno, EAGAIN);
      break;
    }
    sent += bytes.substr(0, static_cast<std::size_t>(taken));
  }
  EXPECT_FALSE(channel_->flush());
  std::string got;
  for (int round = 0; round < 1000 && got.size() < sent.size(); ++round) {
    got += read_some();
    channel_->flush();
  }
  EXPECT_TRUE(channel_->flush());
  EXPECT_TRUE(got == sent) << got.size() << " of " << sent.size();
}

TEST_F(TlsChannelTest, WhatIsNoTlsFails) {
  channel_.emplace(identities_, socket_.get());
  ASSERT_EQ(::send(client_socket_.get(), "SSH-2.0-x\r\n", 11, 0), 11);
  EXPECT_EQ(channel_->handshake(), Step::kFailed);
  EXPECT_FALSE(channel_->failure().empty());
}

}  // namespace
}  // namespace flu::io
