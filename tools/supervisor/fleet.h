#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/config/plan.h"
#include "libcommon/config/server_config.h"
#include "tools/supervisor/unit_record.h"
#include "tools/supervisor/unit_runner.h"
#include "tools/supervisor/wants.h"

namespace flu::supervisor {

// What a change of the config did to the units, by name.
struct PlanChanges {
  std::vector<std::string> started;
  std::vector<std::string> stopped;
  std::vector<std::string> restarted;
  std::vector<std::string> upgraded;  // replaced without losing a client, if that succeeds
  std::vector<std::string> updated;   // run on with changed options
  std::size_t unchanged = 0;
  std::vector<std::string> reconfigured;  // streams with other settings
};

// All units: keeps those running that the plan and the wants ask for.
class Fleet {
 public:
  // Where the answer to a want goes.
  using Answer = std::function<void(Wants::Holder, const nlohmann::json&)>;

  Fleet(UnitSurroundings& surroundings, Answer answer);

  // Takes over what a former supervisor left running, before the first apply().
  void adopt(const std::vector<UnitRecord>& records, config::ServerConfig server);
  // Touches only units whose plan differs.
  PlanChanges apply(config::ServerConfig server);
  void stop();
  [[nodiscard]] std::size_t process_count() const;
  // Once a second: wants that ran out, dependencies that take too long.
  void tick();

  // From status.sock; `process` is the sender's id as the kernel knows it.
  void on_message(service::MessageServer::Peer peer, pid_t process, const nlohmann::json& message);
  void on_closed(service::MessageServer::Peer peer);

  // nullptr: no stream of that name.
  [[nodiscard]] const config::StreamConfig* find_stream(std::string_view name) const;
  // Held until unwant() or close(); answered when the stream's hub is ready, or has failed.
  void want(std::string_view stream, Wants::Holder holder, const nlohmann::json& tag);
  void touch(std::string_view stream);
  void unwant(std::string_view stream, Wants::Holder holder);
  void close(Wants::Holder holder);
  void restart_stream(std::string_view name);
  // The same, but its hub stays, and takes times that go back from who comes next.
  void resync_stream(std::string_view name);
  // Whether a stream with an archive is recorded, until it is restarted or configured otherwise.
  void set_recording(std::string_view name, bool is_recording);
  [[nodiscard]] bool is_recorded(const config::StreamConfig& stream) const;
  // flu-serve is replaced by the program on disk; answered when that is done, or has failed.
  void upgrade(Wants::Holder holder);
  // To the stream's flu-ingest. False: none runs.
  bool tell_ingest(std::string_view stream, const nlohmann::json& message);
  // The same to a unit by its name.
  bool tell_unit(const std::string& name, const nlohmann::json& message);

  [[nodiscard]] const config::ServerConfig& server() const { return server_; }
  [[nodiscard]] const UnitRunner* unit(std::string_view name) const;
  [[nodiscard]] std::vector<const UnitRunner*> units_of(std::string_view stream) const;
  [[nodiscard]] std::vector<const UnitRunner*> server_units() const;
  [[nodiscard]] const Wants& wants() const { return wants_; }
  // A number that grows with each change of any unit's state.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  struct Question {  // a want that is not answered yet
    std::string stream;
    Wants::Holder holder;
    nlohmann::json tag;
  };

  UnitRunner& add(config::Unit plan);
  void place_archives(config::ServerConfig& server) const;
  void forget_recordings(const config::ServerConfig& next);
  void remember_units(const std::vector<config::Unit>& plan);
  void reconcile();
  void reconcile(std::string_view stream);
  void reconcile(UnitRunner& unit);
  [[nodiscard]] bool is_desired(const UnitRunner& unit) const;
  [[nodiscard]] bool may_start(const UnitRunner& unit) const;
  void on_changed(UnitRunner& unit, const std::optional<Ending>& ending);
  void on_hello(service::MessageServer::Peer peer, pid_t process, const nlohmann::json& message);
  void give_up(const std::string& stream, const std::string& reason);
  void answer_questions(std::string_view stream, const std::string& error);
  void drop_removed();
  void answer_upgraders(const UnitRunner& unit);
  void tell_stream_changes(const std::string& stream, bool is_ready);

  UnitSurroundings& surroundings_;
  Answer answer_;
  config::ServerConfig server_;
  std::map<std::string, std::size_t, std::less<>> stream_index_;
  std::map<std::string, std::unique_ptr<UnitRunner>, std::less<>> units_;
  std::map<std::string, std::vector<std::string>, std::less<>> planned_;  // stream: unit names
  std::map<service::MessageServer::Peer, std::string> peers_;             // of status.sock
  Wants wants_;
  std::vector<Question> questions_;
  std::vector<Wants::Holder> upgraders_;
  std::set<std::string> up_;  // streams whose hub has been ready since they were last stopped
  bool is_stopping_ = false;
  std::uint64_t version_ = 0;
  std::map<std::string, bool, std::less<>> recordings_;  // by set_recording()
};

}  // namespace flu::supervisor
