#include "tests/support/disk_history.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/io/file.h"

namespace flu::disk {
namespace {

constexpr std::size_t kMaxLog = std::size_t{4} << 30U;

struct Record {
  LogHeader header;
  std::string path;
  std::string other;
  Bytes data;
};

template <typename... Arguments>
tl::unexpected<Error> bad_log(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  return fail(ErrorCode::kMalformed, fmt::format(text, std::forward<Arguments>(arguments)...));
}

// The JSON object that begins at text[from], to its closing brace.
std::string_view object_at(std::string_view text, std::size_t from) {
  int depth = 0;
  bool is_quoted = false;
  for (std::size_t at = from; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted) {
      if (c == '\\') ++at;
      if (c == '"') is_quoted = false;
    } else if (c == '"') {
      is_quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return text.substr(from, at + 1 - from);
    }
  }
  return {};
}

template <typename T>
bool take(const nlohmann::json& from, const char* key, T& out) {
  const auto found = from.find(key);
  if (found == from.end()) return false;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) return false;
  } else {
    if (!found->is_number()) return false;
  }
  out = found->template get<T>();
  return true;
}

Result<Ack> parse_ack(std::string_view line) {
  for (auto at = line.find('{'); at != std::string_view::npos; at = line.find('{', at + 1)) {
    const auto value = nlohmann::json::parse(object_at(line, at), nullptr, false);
    if (!value.is_object() || value.value("event", "") != "dvr_new_fragment") continue;
    Ack ack;
    const bool is_whole = take(value, "media", ack.media) && take(value, "utc", ack.utc) &&
                          take(value, "start90", ack.start90) && take(value, "seq", ack.seq) &&
                          take(value, "size", ack.size) && take(value, "data_crc", ack.data_crc);
    if (is_whole) return ack;
    return bad_log("an acknowledgement lacks media, utc, start90, seq, size or data_crc: {}", line);
  }
  return bad_log("no acknowledgement can be read in: {}", line);
}

}  // namespace

Result<std::vector<Ack>> parse_acks(std::string_view text) {
  std::vector<Ack> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find("dvr_new_fragment") == std::string_view::npos) continue;
    FLU_TRY_ASSIGN(Ack ack, parse_ack(line));
    out.push_back(std::move(ack));
  }
  return out;
}

// Follows the log with the tree as the recorder saw it, and marks what each sync made durable.
class HistoryParser {
 public:
  explicit HistoryParser(Buffer log) { out_.log_ = std::move(log); }

  Result<History> run() {
    const Bytes log(out_.log_);
    for (std::size_t at = 0; at < log.size();) {
      FLU_TRY_ASSIGN(const Record record, read_record(log, at));
      if (root_inode_ == 0 && record.header.op != Op::kStart) return bad_log("no start");
      if (auto done = follow(record); !done) {
        return tl::unexpected<Error>(std::move(done).error().with_context(
            fmt::format("record {}, before byte {}", out_.record_count_, at)));
      }
      ++out_.record_count_;
    }
    if (out_.record_count_ == 0) return bad_log("the log is empty: was disk_shim preloaded?");
    return std::move(out_);
  }

 private:
  struct Sync {
    std::size_t begin = 0;
    std::optional<std::size_t> object;  // none: all
  };

  static Result<Record> read_record(Bytes log, std::size_t& at);
  Result<void> follow(const Record& record);
  Result<void> start(const Record& record);
  Result<void> change_content(const Record& record);
  Result<void> change_name(const Record& record);
  Result<void> end_sync(const Record& record);
  void make_durable(const Sync& sync);
  void make_names_durable(const Sync& sync);

  Result<std::size_t> known(std::uint64_t inode) const;
  std::size_t add_object(std::uint64_t inode, bool is_folder);
  Result<Name> resolve(std::string_view path) const;
  Result<void> take_away(const Name& name, std::size_t object);
  void put(const Name& name, std::size_t object);

  History out_;
  std::uint64_t root_inode_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_inode_;
  std::vector<std::map<std::string, std::size_t>> tree_;  // by object
  std::vector<int> links_;                                // by object
  std::vector<std::vector<std::size_t>> pending_;  // by object: changes that a sync makes durable
  std::vector<std::size_t> pending_names_;
  std::map<std::size_t, std::set<std::size_t>> synced_folders_;  // of renames between folders
  std::unordered_map<std::uint64_t, Sync> syncs_;
};

Result<Record> HistoryParser::read_record(Bytes log, std::size_t& at) {
  Record record;
  const auto left = [&] { return log.size() - at; };
  if (left() < sizeof(LogHeader)) return bad_log("byte {}: the log ends in a header", at);
  std::memcpy(&record.header, log.data() + at, sizeof(LogHeader));
  if (record.header.magic != kLogMagic) return bad_log("byte {}: no record", at);
  at += sizeof(LogHeader);
  const auto text = [&](std::size_t size) {
    const std::string_view found = as_text(log.subspan(at, size));
    at += size;
    return std::string(found);
  };
  const LogHeader& header = record.header;
  const bool has_data =
      header.op == Op::kWrite || header.op == Op::kAck || header.op == Op::kUnsupported;
  const std::uint64_t data_size = has_data ? header.length : 0;
  const std::uint64_t paths = std::uint64_t{header.path_size} + header.other_size;
  if (paths > left() || data_size > left() - paths) {
    return bad_log("byte {}: the log ends in a record", at);
  }
  record.path = text(header.path_size);
  record.other = text(header.other_size);
  record.data = log.subspan(at, data_size);
  at += data_size;
  return record;
}

Result<void> HistoryParser::follow(const Record& record) {
  switch (record.header.op) {
    case Op::kStart: return start(record);
    case Op::kWrite:
    case Op::kTruncate:
    case Op::kZero: return change_content(record);
    case Op::kCreate:
    case Op::kMkdir:
    case Op::kRename:
    case Op::kUnlink:
    case Op::kRmdir:
    case Op::kLink: return change_name(record);
    case Op::kSyncBegin: {
      Sync sync{out_.record_count_, std::nullopt};
      if (record.header.object != 0) {
        FLU_TRY_ASSIGN(sync.object, known(record.header.object));
      }
      syncs_[record.header.offset] = sync;
      return {};
    }
    case Op::kSyncEnd:
    case Op::kSyncFailed: return end_sync(record);
    case Op::kAck: {
      FLU_TRY_ASSIGN(const auto acks, parse_acks(as_text(record.data)));
      for (Ack ack : acks) {
        ack.at = out_.record_count_;
        out_.acks_.push_back(std::move(ack));
      }
      return {};
    }
    case Op::kUnsupported:
      return bad_log("{} of '{}': the model of the disk does not know it", as_text(record.data),
                     record.path);
  }
  return bad_log("no operation {}", static_cast<unsigned>(record.header.op));
}

Result<void> HistoryParser::start(const Record& record) {
  if (root_inode_ == record.header.object) return {};
  if (root_inode_ != 0) return bad_log("another root: {}", record.path);
  if (record.header.offset != 0) {
    return bad_log("{} had {} entries when the log began; it has to be empty", record.path,
                   record.header.offset);
  }
  root_inode_ = record.header.object;
  links_.at(add_object(root_inode_, true)) = 1;
  return {};
}

Result<void> HistoryParser::change_content(const Record& record) {
  const LogHeader& header = record.header;
  FLU_TRY_ASSIGN(const std::size_t object, known(header.object));
  if (out_.objects_[object].is_folder) return bad_log("'{}' is a folder", record.path);
  ContentChange change;
  change.at = out_.record_count_;
  change.op = header.op;
  change.offset = header.offset;
  change.length = header.length;
  change.data = record.data;
  change.is_lost = (header.flags & kLied) != 0;
  change.keeps_size = (header.flags & kKeepSize) != 0;
  auto& changes = out_.objects_[object].changes;
  if (!change.is_lost) pending_[object].push_back(changes.size());
  changes.push_back(change);
  return {};
}

Result<void> HistoryParser::change_name(const Record& record) {
  NameChange change;
  change.at = out_.record_count_;
  change.op = record.header.op;
  const std::uint64_t inode = record.header.object;
  if (change.op == Op::kCreate || change.op == Op::kMkdir) {
    if (const auto old = known(inode); old && links_[*old] > 0) {
      return bad_log("'{}' has the inode of a file that is still there", record.path);
    }
    change.object = add_object(inode, change.op == Op::kMkdir);
    if (record.path.empty()) return {};  // without a name
  } else {
    FLU_TRY_ASSIGN(change.object, known(inode));
  }
  FLU_TRY_ASSIGN(change.name, resolve(record.path));
  if (change.op == Op::kRename) {
    FLU_TRY_ASSIGN(change.to, resolve(record.other));
    FLU_TRY(take_away(change.name, change.object));
    put(change.to, change.object);
  } else if (change.op == Op::kUnlink || change.op == Op::kRmdir) {
    FLU_TRY(take_away(change.name, change.object));
  } else {
    put(change.name, change.object);
  }
  pending_names_.push_back(out_.names_.size());
  out_.names_.push_back(std::move(change));
  return {};
}

Result<void> HistoryParser::end_sync(const Record& record) {
  const auto found = syncs_.find(record.header.offset);
  if (found == syncs_.end()) return bad_log("a sync ends that did not begin");
  const Sync sync = found->second;
  syncs_.erase(found);
  if (record.header.op == Op::kSyncEnd) {
    ++out_.sync_count_;
    if ((record.header.flags & kLied) == 0) make_durable(sync);
    return {};
  }
  // The kernel takes pages that it could not write for clean: a later sync says yes and does not
  // write them.
  for (std::size_t object = 0; object < pending_.size(); ++object) {
    if (sync.object && *sync.object != object) continue;
    std::erase_if(pending_[object], [&](std::size_t change) {
      return out_.objects_[object].changes[change].at < sync.begin;
    });
  }
  return {};
}

void HistoryParser::make_durable(const Sync& sync) {
  for (std::size_t object = 0; object < pending_.size(); ++object) {
    if (sync.object && *sync.object != object) continue;
    std::erase_if(pending_[object], [&](std::size_t number) {
      ContentChange& change = out_.objects_[object].changes[number];
      if (change.at >= sync.begin) return false;
      change.durable_at = out_.record_count_;
      return true;
    });
  }
  if (!sync.object || out_.objects_[*sync.object].is_folder) make_names_durable(sync);
}

void HistoryParser::make_names_durable(const Sync& sync) {
  std::set<Name> kept;  // what stands under these is settled, so what happened to them before, too
  for (auto at = pending_names_.rbegin(); at != pending_names_.rend(); ++at) {
    NameChange& change = out_.names_[*at];
    const bool is_rename = change.op == Op::kRename;
    bool is_durable =
        change.at < sync.begin && (!sync.object || change.name.folder == *sync.object);
    if (is_rename && change.to.folder != change.name.folder && sync.object &&
        change.at < sync.begin) {
      auto& synced = synced_folders_[*at];  // of a rename between folders: after both
      synced.insert(*sync.object);
      is_durable = synced.contains(change.name.folder) && synced.contains(change.to.folder);
    }
    is_durable =
        is_durable || kept.contains(change.name) || (is_rename && kept.contains(change.to));
    if (!is_durable) continue;
    change.durable_at = out_.record_count_;
    kept.insert(change.name);
    if (is_rename) kept.insert(change.to);
  }
  std::erase_if(pending_names_,
                [&](std::size_t at) { return out_.names_[at].durable_at != kNever; });
}

Result<std::size_t> HistoryParser::known(std::uint64_t inode) const {
  const auto found = by_inode_.find(inode);
  if (found != by_inode_.end()) return found->second;
  return bad_log("inode {} was never seen to be made: by stdio, or without disk_shim?", inode);
}

std::size_t HistoryParser::add_object(std::uint64_t inode, bool is_folder) {
  const std::size_t object = out_.objects_.size();
  out_.objects_.push_back({is_folder, {}});
  tree_.emplace_back();
  links_.push_back(0);
  pending_.emplace_back();
  by_inode_[inode] = object;
  return object;
}

Result<Name> HistoryParser::resolve(std::string_view path) const {
  Name out;
  std::string_view rest = path;
  for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    const auto& names = tree_[out.folder];
    const auto found = names.find(std::string(rest.substr(0, slash)));
    if (found == names.end()) return bad_log("nothing is at '{}' that '{}' lies in", rest, path);
    out.folder = found->second;
    rest.remove_prefix(slash + 1);
  }
  out.text = rest;
  if (rest.empty()) return bad_log("'{}' is no name", path);
  return out;
}

Result<void> HistoryParser::take_away(const Name& name, std::size_t object) {
  auto& names = tree_[name.folder];
  const auto found = names.find(name.text);
  if (found == names.end() || found->second != object) {
    return bad_log("'{}' is not what it should be: done by a program without disk_shim?",
                   name.text);
  }
  --links_[object];
  names.erase(found);
  return {};
}

void HistoryParser::put(const Name& name, std::size_t object) {
  auto [entry, is_new] = tree_[name.folder].try_emplace(name.text, object);
  if (!is_new) {
    --links_[entry->second];
    entry->second = object;
  }
  ++links_[object];
}

Result<History> History::parse(Buffer log) {
  return HistoryParser(std::move(log)).run();
}

Result<History> History::read(const std::string& path) {
  FLU_TRY_ASSIGN(Buffer log, io::read_file(path, kMaxLog));
  auto out = parse(std::move(log));
  if (!out) return tl::unexpected<Error>(std::move(out).error().with_context(path));
  return out;
}

std::vector<Ack> History::acks_before(std::size_t cut) const {
  std::vector<Ack> out;
  for (const Ack& ack : acks_) {
    if (ack.at < cut) out.push_back(ack);
  }
  return out;
}

}  // namespace flu::disk
