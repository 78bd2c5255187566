#include "libcommon/store/archive_root.h"

#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;

TEST_F(ArchiveTest, ARootIsMadeAndMarkedAtItsFirstUse) {
  { const ArchiveRoot root = open_root(); }
  EXPECT_TRUE(fs::exists(fs::path(root_path()) / ".flu-root"));
  const ArchiveRoot again = open_root();
  EXPECT_TRUE(again.is_in_place());
}

TEST_F(ArchiveTest, NothingIsWrittenWhereTheDiskIsNotMounted) {
  { const ArchiveRoot root = open_root(); }
  fs::rename(root_path(), folder_ / "disk");  // what is left is its mount point
  fs::create_directory(root_path());
  const auto root = ArchiveRoot::open(root_path(), memory());
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(root.error().message.find("not mounted"), std::string::npos) << root.error().message;
  EXPECT_TRUE(fs::is_empty(root_path()));

  fs::remove(root_path());
  EXPECT_FALSE(ArchiveRoot::open(root_path(), memory())) << "nor is a mount point made";
  EXPECT_FALSE(fs::exists(root_path()));
}

TEST_F(ArchiveTest, WhoOnlyReadsMakesNoRoot) {
  const auto open = [&] { return ArchiveRoot::open_existing(root_path(), memory()); };
  EXPECT_EQ(open().error().code, ErrorCode::kNotFound);
  fs::create_directory(root_path());
  EXPECT_EQ(open().error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs::is_empty(root_path()));
  { const ArchiveRoot root = open_root(); }
  EXPECT_TRUE(open());
  EXPECT_TRUE(ArchiveRoot::open_existing(root_path(), "")) << "who knows no state directory";
  fs::remove(fs::path(root_path()) / ".flu-root");
  EXPECT_EQ(open().error().code, ErrorCode::kUnavailable);
}

TEST_F(ArchiveTest, ANewDiskIsAdopted) {
  { const ArchiveRoot root = open_root(); }
  fs::remove_all(root_path());
  fs::create_directory(root_path());
  const auto done = ArchiveRoot::adopt(root_path(), memory());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(ArchiveRoot::open(root_path(), memory()));
}

TEST_F(ArchiveTest, ARootThatWasMovedAwayIsNotInPlace) {
  const ArchiveRoot root = open_root();
  fs::rename(root_path(), folder_ / "disk");
  EXPECT_FALSE(root.is_in_place());
  fs::create_directory(root_path());
  EXPECT_FALSE(root.is_in_place());
}

TEST_F(ArchiveTest, ErrorsNameThePathThatPeopleKnow) {
  const ArchiveRoot root = open_root();
  const Error error = root.readable({ErrorCode::kUnavailable, "open " + root.base() + "/a: full"});
  EXPECT_EQ(error.message, "open " + root_path() + "/a: full");
}

}  // namespace
}  // namespace flu::store
