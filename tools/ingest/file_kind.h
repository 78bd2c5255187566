#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/ingest/source_url.h"

namespace flu::ingest {

// Who reads a file: we ourselves what is MPEG-TS or cannot be told, flu-demux what begins as
// another container does.
enum class FileKind { kTransport, kForeign };

inline constexpr std::size_t kFileHead = 4096;
FileKind kind_of_file(Bytes head);

// The file of a file:// source, below its location where it has one. A pipe may wait for its
// writer.
Result<UniqueFd> open_source_file(const SourceUrl& url);

// Of a regular file that can be opened; kTransport of everything else, whose reader says why.
FileKind probe_file(const SourceUrl& url);

}  // namespace flu::ingest
