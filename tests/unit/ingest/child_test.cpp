#include "tools/ingest/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

std::string read_all(const UniqueFd& fd) {
  std::string out;
  char part[256];
  while (true) {
    pollfd wait{fd.get(), POLLIN, 0};
    ::poll(&wait, 1, 10'000);
    const ssize_t got = ::read(fd.get(), part, sizeof part);
    if (got <= 0) return out;
    out.append(part, static_cast<std::size_t>(got));
  }
}

TEST(Child, OutputErrorsAndExitCodeArrive) {
  auto child = Child::start({"/bin/sh", "-c", "echo out; echo err >&2; exit 4"});
  ASSERT_TRUE(child);
  EXPECT_EQ(read_all(child->take_output()), "out\n");
  EXPECT_EQ(read_all(child->take_errors()), "err\n");
  const int status = child->wait();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 4);
}

TEST(Child, GivenDescriptorIsItsThird) {
  const UniqueFd file(::open("/proc/self/comm", O_RDONLY | O_CLOEXEC));
  auto child = Child::start({"/bin/sh", "-c", "cat <&3; ls /proc/self/fd | wc -l"},
                            {.given = file.get(), .socket = -1});
  ASSERT_TRUE(child);
  EXPECT_NE(read_all(child->take_output()), "");
}

TEST(Child, DiesWithItsObjectAndLeavesNoZombie) {
  UniqueFd output;
  {
    auto child = Child::start({"/bin/sh", "-c", "sleep 100"});
    ASSERT_TRUE(child);
    output = child->take_output();
  }
  EXPECT_EQ(read_all(output), "");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Child, ProgramThatIsNotThereSaysSo) {
  auto child = Child::start({"/nowhere/at/all"});
  ASSERT_TRUE(child);
  EXPECT_NE(read_all(child->take_errors()).find("cannot be started"), std::string::npos);
  EXPECT_EQ(WEXITSTATUS(child->wait()), 127);
  EXPECT_FALSE(find_program("flu-nothing"));
}

}  // namespace
}  // namespace flu::ingest
