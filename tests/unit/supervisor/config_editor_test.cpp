#include "tools/supervisor/config_editor.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/io/file.h"

namespace flu::supervisor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = EditFailure::Kind;

class ConfigEditorTest : public testing::Test {
 protected:
  ConfigEditorTest() {
    std::string name = (std::filesystem::temp_directory_path() / "flu-edit.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/flu.conf";
  }
  ~ConfigEditorTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write(std::string_view text) { ASSERT_TRUE(io::replace_file(path_, as_bytes(text))); }
  [[nodiscard]] std::string text() const {
    return std::string(as_text(io::read_file(path_, 100'000).value()));
  }

  std::string folder_;
  std::string path_;
};

TEST_F(ConfigEditorTest, PutsAndRemovesStreams) {
  write("# mine\nhttp 8080;\n");
  const auto put = put_streams(path_, "stream a { url fake://fake; }");
  ASSERT_TRUE(put);
  EXPECT_THAT(put->names, ElementsAre("a"));
  EXPECT_EQ(put->server.streams.size(), 1U);
  EXPECT_EQ(text(), "# mine\nhttp 8080;\nstream a { url fake://fake; }\n");
  const auto removed = remove_stream(path_, "a");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->server.streams.size(), 0U);
  EXPECT_EQ(text(), "# mine\nhttp 8080;\n");
}

TEST_F(ConfigEditorTest, EditsWhatIsOnDiskNow) {
  write("http 8080;\n");
  ASSERT_TRUE(put_streams(path_, "stream a { }"));
  write("http 8081;\nstream a { }\nstream hand { }\n");
  const auto put = put_streams(path_, "stream b { }");
  ASSERT_TRUE(put);
  EXPECT_EQ(put->server.streams.size(), 3U);
  EXPECT_EQ(put->server.http.front().port, 8081);
}

TEST_F(ConfigEditorTest, ABadTextChangesNothing) {
  write("http 8080;\n");
  const auto put = put_streams(path_, "stream a {\n segmnets 5;\n}");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, Kind::kText);
  EXPECT_THAT(put.error().errors, ElementsAre(HasSubstr("request:2: unknown option 'segmnets'")));
  EXPECT_EQ(text(), "http 8080;\n");
  EXPECT_FALSE(put_streams(path_, "http 1;"));
  EXPECT_FALSE(put_streams(path_, ""));
  EXPECT_EQ(text(), "http 8080;\n");
}

TEST_F(ConfigEditorTest, MistakesOfTheFileAreToldAsSuch) {
  write("htp 8080;\n");
  const auto put = put_streams(path_, "stream a { }");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, Kind::kFile);
  EXPECT_THAT(put.error().errors.at(1), HasSubstr(path_ + ":1: "));
  EXPECT_EQ(text(), "htp 8080;\n");
  std::filesystem::remove(path_);
  EXPECT_EQ(put_streams(path_, "stream a { }").error().kind, Kind::kFile);
}

TEST_F(ConfigEditorTest, AnUnknownStreamIsNotRemoved) {
  write("stream ort { }\n");
  const auto removed = remove_stream(path_, "rot");
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, Kind::kNotFound);
  EXPECT_EQ(text(), "stream ort { }\n");
}

TEST_F(ConfigEditorTest, AWholeConfigReplacesTheFile) {
  write("http 8080;\n");
  EXPECT_FALSE(replace_config(path_, "htp 1;"));
  EXPECT_EQ(text(), "http 8080;\n");
  const auto loaded = load_text("http 8081;\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(text(), "http 8080;\n");
  ASSERT_TRUE(replace_config(path_, "# new\nhttp 8081;\n"));
  EXPECT_EQ(text(), "# new\nhttp 8081;\n");
}

}  // namespace
}  // namespace flu::supervisor
