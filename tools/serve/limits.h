#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// The bounds of flu-serve: each with its reason, and what happens to who goes beyond.
namespace flu::serve {

using std::chrono::seconds;

// Request line and headers. Players with long tokens and cookies stay below 8 KiB; 414 or 431.
inline constexpr std::uint32_t kMaxHeaderBytes = 16 << 10;
// Only the API needs a body; what comes with another request is read and dropped; 413.
inline constexpr std::uint64_t kMaxBodyBytes = 64 << 10;
// A POST to the API: a config of 10 000 streams has about 2 MiB. Kept for whoever may change
// something, refused before it is read for the rest; 413.
inline constexpr std::uint64_t kMaxApiBodyBytes = 4 << 20;
// From the first byte of a request to the end of its headers (and body); 408.
inline constexpr seconds kRequestTime{10};
// A connection on which nothing was asked yet, or nothing any more; closed.
inline constexpr seconds kFirstRequestTime{10};
inline constexpr seconds kKeepAliveTime{60};
// A TLS handshake, from the connection to its end; closed.
inline constexpr seconds kHandshakeTime{10};
// Handshakes of a worker under way, about 60 KiB each; the oldest is closed for a new one.
inline constexpr std::size_t kMaxHandshakes = 1000;
// No byte of an answer taken by the client; closed.
inline constexpr seconds kWriteStallTime{30};
// After an error the client may still send: read and drop, so that it sees the answer, not a reset.
inline constexpr seconds kLingerTime{2};
inline constexpr std::size_t kMaxLingerBytes = 1 << 20;
// Requests answered in a row for one connection before others have their turn.
inline constexpr unsigned kMaxPipelined = 16;
// Descriptors of a worker that are not clients: listeners, logs, windows, feeds.
inline constexpr std::size_t kReservedDescriptors = 128;
// Clients of one worker, also where the system would allow more descriptors; 503.
inline constexpr std::size_t kMaxConnections = 65'536;
// The access log: lines are written once a second, or when so many bytes are there.
inline constexpr std::size_t kLogWriteBytes = 64 << 10;
// What waits for a disk or a pipe that takes nothing; further lines are left out and counted.
inline constexpr std::size_t kMaxLogGathered = 1 << 20;
// SIGTERM to exit: answers under way are finished, then cut.
inline constexpr seconds kStopTime{5};
// Clients of a worker that was replaced and has waited long enough: so long for a key frame to
// come.
inline constexpr seconds kCutTime{10};

// A playlist asked for before the first segment is complete; 503 with Retry-After.
inline constexpr seconds kPlaylistWait{10};
inline constexpr seconds kOnDemandWait{30};         // the stream itself has to be started first
inline constexpr std::size_t kMaxWaiting = 10'000;  // such requests in one worker; 503
// A window whose hub left counts as ended after so long: a hub that is restarted is back sooner.
inline constexpr seconds kRestartTime{5};
// How often a live window is looked at: at most, while asked for; always, while somebody waits.
inline constexpr std::chrono::milliseconds kWindowCheck{20};
// A stream that nobody asked for is forgotten.
inline constexpr seconds kIdleStream{30};
// Different track choices of one stream whose playlists are kept; the rest is built each time.
inline constexpr std::size_t kMaxPlaylists = 16;
// What a playlist was asked with is written to each of its addresses: a long token, but not so long
// that a playlist of thousands of segments becomes megabytes; 400.
inline constexpr std::size_t kMaxCarriedQuery = 2048;
// A smaller playlist goes out as it is: gzip would save less than the answer's head has.
inline constexpr std::size_t kMinPacked = 512;
// Breaks of SCTE-35 that a playlist tells of; beyond, the oldest are left out. A section of 4 KiB
// stands in it as twice that many letters.
inline constexpr std::size_t kMaxSplices = 64;
// Segments as they are sent, kept in a worker; the least recently used go first.
inline constexpr std::size_t kSegmentCacheBytes = 128 << 20;
// Subtitles in one segment of WebVTT: nobody reads so many in some seconds; the rest is left out.
inline constexpr std::size_t kMaxSegmentCues = 256;

// Segments in one playlist of an archive: more than four days of four seconds each, and 18 MB of
// text; 400. What is carried to each address counts, too.
inline constexpr std::size_t kMaxArchiveSegments = 100'000;
inline constexpr std::size_t kMaxArchivePlaylist = 64 << 20;
// Archives that a worker keeps open, some MiB of indexes each; the least recently used is closed.
inline constexpr std::size_t kMaxOpenArchives = 32;
// Requests of one worker that wait for a disk; 503.
inline constexpr std::size_t kMaxArchiveRequests = 1000;
// Movies that a worker makes of archives at once; 503. Each has its tables, some 2 MB an hour, 400
// with more, and what was read of it and is not sent yet, one piece and the next.
inline constexpr std::size_t kMaxMovies = 16;
inline constexpr std::size_t kMaxMovieTables = 32 << 20;
inline constexpr std::size_t kMoviePiece = 512 << 10;

// LL-HLS: requests that wait for a part are among kMaxWaiting. Three target durations are their
// patience, at least so much; 503.
inline constexpr seconds kPartPatience{6};
// The first playlist of a stream waits so long for the hub to tell what the newest parts are: a
// player begins behind the last one.
inline constexpr std::chrono::milliseconds kPartsGreeting{300};
// What a worker that just began to follow a stream does not know may come within so long; 404.
inline constexpr std::chrono::milliseconds kPartsSettle{1000};
// A hub that does not come back for so long: who waits is answered; 503.
inline constexpr seconds kPartsLost{5};

// A file of the web player; the largest, hls.js, has half a megabyte. A larger one is not read.
inline constexpr std::size_t kMaxAssetBytes = 4 << 20;

// The image over the player of a page. A larger one is not sent.
inline constexpr std::size_t kMaxLogoBytes = 1 << 20;

// HTTP MPEG-TS: what a worker keeps of a stream for slow clients. Whoever falls further behind is
// moved to the newest key frame, at most kMaxSkips times in kSkipWindow; then disconnected.
inline constexpr std::size_t kMaxBacklogBytes = 16 << 20;
// Different track choices of one stream, each muxed on its own; one that nobody watches makes place
// for the next, 503 where there is none.
inline constexpr std::size_t kMaxTrackOutputs = 16;
inline constexpr unsigned kMaxSkips = 3;
inline constexpr seconds kSkipWindow{60};
// A feed without clients leaves the stream's out.sock; one that lost it tries again for this long.
inline constexpr seconds kFeedIdle{10};
inline constexpr seconds kFeedLost{10};
// What such a feed keeps since the newest key frame, for a format that joins the others; with more,
// it waits for the next key frame.
inline constexpr std::size_t kMaxGroupBytes = 16 << 20;

// The JPEG of a stream: flu-thumb makes none that is larger. How often its file is looked at while
// somebody watches it.
inline constexpr std::size_t kMaxThumbnailBytes = 8 << 20;
inline constexpr std::chrono::milliseconds kThumbnailCheck{200};

// MSE-LD: what a client is sent of its own (inits, events) before it reads them; disconnected. An
// init has some KiB.
inline constexpr std::size_t kMaxMseAnswers = 256 << 10;
// Behind the newest key frame by so much: moved to it, as above.
inline constexpr seconds kMaxMseLag{4};
// A stream that is not there so soon is said to be on its way.
inline constexpr seconds kMseQuietWait{2};

// WebSocket: a message of a client. Its commands are short; 1009.
inline constexpr std::size_t kMaxWebSocketMessage = 64 << 10;
// Nothing came or went for so long: a ping, and once more so long without an answer: closed.
inline constexpr seconds kWebSocketPing{25};

// A viewer without a connection of its own is one for so long after its last request.
inline constexpr seconds kClientMemory{30};
// Sessions of a worker, about 0.6 KiB each. Who comes beyond is served and not counted.
inline constexpr std::size_t kMaxWorkerSessions = 100'000;
// What clients wrote of themselves in all of them, tokens mostly: 100 000 with one of 500 letters.
inline constexpr std::size_t kMaxWorkerSessionText = 128 << 20;
// What flu-auth is told of a token, user agent and referer; the rest is left off.
inline constexpr std::size_t kMaxViewerText = 512;
// Messages that flu-auth has not read: all sessions twice. The connection is made anew.
inline constexpr std::size_t kMaxAuthQueue = 128 << 20;
// A decision that does not come: the viewer is let in.
inline constexpr std::chrono::milliseconds kAuthPatience{1000};
// Changes that wait for the supervisor, in one worker, and for how long; 503.
inline constexpr std::size_t kMaxApiRequests = 64;
inline constexpr seconds kApiPatience{20};
// The supervisor writes its state each second; what is older was left by one that is gone; 503.
inline constexpr seconds kMaxStateAge{10};

}  // namespace flu::serve
