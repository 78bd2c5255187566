#include "tools/supervisor/config_editor.h"

#include <sys/stat.h>

#include <utility>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/text.h"
#include "libcommon/config/edit.h"
#include "libcommon/config/limits.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/io/file.h"
#include "libcommon/io/rewrite.h"

namespace flu::supervisor {
namespace {

using Kind = EditFailure::Kind;

constexpr std::size_t kMaxErrors = 50;
constexpr int kAttempts = 3;

tl::unexpected<EditFailure> refuse(Kind kind, std::string error) {
  return tl::unexpected<EditFailure>(EditFailure{kind, {std::move(error)}});
}

std::vector<std::string> errors_of(const config::Diagnostics& diagnostics, std::string_view file) {
  std::vector<std::string> out;
  for (const config::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != config::Severity::kError) continue;
    if (out.size() == kMaxErrors) {
      out.emplace_back("and more");
      break;
    }
    out.push_back(to_text(diagnostic, file));
  }
  return out;
}

// Which file it is and how it stands: another one when somebody else wrote it.
struct FileStamp {
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t changed = 0;

  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

struct OnDisk {
  config::LoadedConfig config;
  FileStamp stamp;
};

tl::expected<OnDisk, EditFailure> read(const std::string& path) {
  const FileStamp stamp = stamp_of(path);
  const auto content = io::read_file(path, config::kMaxConfigSize);
  if (!content) return refuse(Kind::kFile, "config: " + content.error().message);
  OnDisk out{config::load_config(as_text(*content)), stamp};
  auto errors = errors_of(out.config.diagnostics, path);
  if (!errors.empty()) {
    errors.insert(errors.begin(), "the config file has mistakes, which come first");
    return tl::unexpected<EditFailure>(EditFailure{Kind::kFile, std::move(errors)});
  }
  return out;
}

// nullopt-like: false when somebody else wrote the file meanwhile.
tl::expected<bool, EditFailure> write(const std::string& path, const std::string& text,
                                      const FileStamp& stamp) {
  if (!(stamp_of(path) == stamp)) return false;
  if (const auto done = io::rewrite_file(path, as_bytes(text)); !done) {
    return refuse(Kind::kFile, "config: " + done.error().message);
  }
  return true;
}

// `change` alters the document, or says why not.
template <typename Change>
EditResult edit(const std::string& path, Change change) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto disk = read(path);
    if (!disk) return tl::unexpected<EditFailure>(std::move(disk).error());
    if (auto refusal = change(disk->config.document); !refusal.errors.empty()) {
      return tl::unexpected<EditFailure>(std::move(refusal));
    }
    const auto text = config::write_document(disk->config.document);
    if (!text) return refuse(Kind::kText, text.error().message);
    config::LoadedConfig after = config::load_config(*text);
    auto errors = errors_of(after.diagnostics, path);
    if (!errors.empty()) {
      errors.insert(errors.begin(), "the config would have mistakes afterwards");
      return tl::unexpected<EditFailure>(EditFailure{Kind::kText, std::move(errors)});
    }
    const auto is_written = write(path, *text, disk->stamp);
    if (!is_written) return tl::unexpected<EditFailure>(is_written.error());
    if (*is_written) return EditedConfig{std::move(after.server), {}};
  }
  return refuse(Kind::kFile,
                fmt::format("config: {} is being written by somebody else at this time", path));
}

}  // namespace

EditResult put_streams(const std::string& path, std::string_view text) {
  config::Diagnostics diagnostics;
  const config::Document streams = config::parse_streams(text, diagnostics);
  if (auto errors = errors_of(diagnostics, "request"); !errors.empty()) {
    return tl::unexpected<EditFailure>(EditFailure{Kind::kText, std::move(errors)});
  }
  auto edited = edit(path, [&](config::Document& document) {
    config::put_streams(document, streams);
    return EditFailure{};
  });
  if (edited) edited->names = config::stream_names(streams);
  return edited;
}

EditResult remove_stream(const std::string& path, std::string_view name) {
  auto edited = edit(path, [&](config::Document& document) {
    if (config::remove_stream(document, name)) return EditFailure{};
    const auto names = config::stream_names(document);
    const std::vector<std::string_view> known(names.begin(), names.end());
    return EditFailure{Kind::kNotFound,
                       {fmt::format("no stream '{}' in the config{}", printable(name),
                                    config::did_you_mean(name, known))}};
  });
  if (edited) edited->names.emplace_back(name);
  return edited;
}

EditResult load_text(std::string_view text) {
  config::LoadedConfig loaded = config::load_config(text);
  if (auto errors = errors_of(loaded.diagnostics, "request"); !errors.empty()) {
    return tl::unexpected<EditFailure>(EditFailure{Kind::kText, std::move(errors)});
  }
  return EditedConfig{std::move(loaded.server), {}};
}

EditResult replace_config(const std::string& path, std::string_view text) {
  auto loaded = load_text(text);
  if (!loaded) return loaded;
  if (const auto done = io::rewrite_file(path, as_bytes(text)); !done) {
    return refuse(Kind::kFile, "config: " + done.error().message);
  }
  return loaded;
}

}  // namespace flu::supervisor
