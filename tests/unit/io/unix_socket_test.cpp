#include "libcommon/io/unix_socket.h"

#include <unistd.h>

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "tests/unit/io/temporary_folder.h"

namespace flu::io {
namespace {

using testing::HasSubstr;

TEST(UnixSocket, CarriesMessagesAndDescriptors) {
  const TemporaryFolder folder;
  const auto listener = listen_unix(folder / "a.sock", UnixType::kSeqPacket);
  ASSERT_TRUE(listener);
  const auto client = connect_unix(folder / "a.sock", UnixType::kSeqPacket);
  ASSERT_TRUE(client);
  const auto server = accept_unix(listener->get());
  ASSERT_TRUE(server && *server);
  EXPECT_FALSE(accept_unix(listener->get())->has_value());

  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  EXPECT_EQ(send_message(client->get(), Buffer{1, 2, 3}, {write_end.get()}), true);
  const auto message = receive_message((*server)->get());
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->data, (Buffer{1, 2, 3}));
  ASSERT_EQ((*message)->fds.size(), 1U);
  // The descriptor that came is the pipe's.
  write_end.reset();
  ASSERT_TRUE(write_all((*message)->fds[0].get(), Buffer{9}, "pipe"));
  std::uint8_t byte = 0;
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 9);
}

TEST(UnixSocket, NothingWaitsIsNoError) {
  const TemporaryFolder folder;
  const auto listener = listen_unix(folder / "a.sock", UnixType::kSeqPacket);
  const auto client = connect_unix(folder / "a.sock", UnixType::kSeqPacket);
  const auto server = accept_unix(listener->get());
  ASSERT_TRUE(server && *server);
  const auto message = receive_message((*server)->get());
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->has_value());
}

TEST(UnixSocket, AMessageTakesTheRoomThatItNeeds) {
  const TemporaryFolder folder;
  const auto listener = listen_unix(folder / "a.sock", UnixType::kSeqPacket);
  const auto client = connect_unix(folder / "a.sock", UnixType::kSeqPacket);
  const auto server = accept_unix(listener->get());
  ASSERT_TRUE(server && *server);
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}}) {
    ASSERT_TRUE(send_message(client->get(), Buffer(size, 7)));
    const auto message = receive_message((*server)->get(), 1000);
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((*message)->data, Buffer(size, 7));
    EXPECT_EQ((*message)->data.capacity(), size);
  }
  ASSERT_TRUE(send_message(client->get(), Buffer(1001)));
  EXPECT_EQ(receive_message((*server)->get(), 1000).error().code, ErrorCode::kLimitExceeded);
}

TEST(UnixSocket, PathsMayBeLongerThanTheAddress) {
  const TemporaryFolder folder;
  const std::string deep = folder / (std::string(100, 'a') + "/" + std::string(100, 'b'));
  ASSERT_TRUE(make_directories(deep));
  const auto listener = listen_unix(deep + "/in.sock", UnixType::kStream);
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(connect_unix(deep + "/in.sock", UnixType::kStream));
}

TEST(UnixSocket, ALeftOverIsReplacedALiveOneIsNot) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(listen_unix(folder / "a.sock", UnixType::kStream)); }
  EXPECT_FALSE(connect_unix(folder / "a.sock", UnixType::kStream));
  const auto second = listen_unix(folder / "a.sock", UnixType::kStream);
  ASSERT_TRUE(second);
  const auto third = listen_unix(folder / "a.sock", UnixType::kStream);
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("somebody listens there"));
}

TEST(UnixSocket, ErrorsTellAMissingFileFromARefusal) {
  const TemporaryFolder folder;
  EXPECT_EQ(connect_unix(folder / "none", UnixType::kStream).error().code, ErrorCode::kNotFound);
  { ASSERT_TRUE(listen_unix(folder / "a.sock", UnixType::kStream)); }
  EXPECT_EQ(connect_unix(folder / "a.sock", UnixType::kStream).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace flu::io
