#!/usr/bin/env bash
# A reload touches only what changed; a config with mistakes is refused with all of them.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
http 18080;
stream same { url udp://127.0.0.1:9001; }
stream source { url udp://127.0.0.1:9002; }
stream cut { url udp://127.0.0.1:9003; segments 5; }
stream gone { url udp://127.0.0.1:9004; }
END
start_server flu.conf
units=(segment@same ingest@same segment@source ingest@source segment@cut ingest@cut segment@gone ingest@gone serve)
wait_for 20 is_up "${units[@]}"
declare -A before=()
for unit in "${units[@]}"; do before[$unit]=$(unit_pid "$unit"); done

cat >flu.conf <<'END'
http 18080; http 18081
stream same { segmnets 5; }
strem other { }
END
expect_exit 2 flu-ctl reload
expect_match "flu.conf:2: unknown option 'segmnets' in stream 'same', did you mean 'segments'?" "$(<err)"
expect_match "flu.conf:3: unknown directive 'strem', did you mean 'stream'?" "$(<err)"
for unit in "${units[@]}"; do expect_eq "${before[$unit]}" "$(unit_pid "$unit")" "$unit after a refused reload"; done
expect_match 'config_refused' "$(flu-ctl events)"

cat >flu.conf <<'END'
http 18080;
# comments and titles touch nothing
stream same { title "The same"; url udp://127.0.0.1:9001; }
stream source { url udp://127.0.0.1:9012; }
stream cut { url udp://127.0.0.1:9003; segments 9; segment_duration 2; }
stream fresh { url udp://127.0.0.1:9005; }
END
expect_exit 0 flu-ctl reload --json
expect_eq '["ingest@fresh","segment@fresh"]' "$(jq -c '.started | sort' out)"
expect_eq '["ingest@gone","segment@gone"]' "$(jq -c '.stopped | sort' out)"
expect_eq '["ingest@source"]' "$(jq -c .restarted out)"
expect_eq '["segment@cut"]' "$(jq -c .updated out)"
expect_eq 6 "$(jq -c .unchanged out)"
wait_for 10 is_new_pid ingest@source "${before[ingest@source]}"
wait_for 10 is_up ingest@fresh segment@fresh ingest@source
for unit in segment@same ingest@same segment@source segment@cut ingest@cut serve; do
    expect_eq "${before[$unit]}" "$(unit_pid "$unit")" "$unit after the reload"
done
# The running hub was told, by message.
wait_for 5 grep -q '"segments": 9' "$FLU_FAKE_DIR/segment@cut.told"
is_gone() { [[ ! -d /proc/${before[$1]} ]]; }
wait_for 10 is_gone ingest@gone
expect_eq "The same" "$(flu-ctl stream same --json | jq -r .title)"

# SIGHUP is a reload too.
sed -i '/fresh/d' flu.conf
kill -HUP "$(pid_of supervisor)"
no_fresh() { [[ $(flu-ctl streams --json | jq 'map(select(.name == "fresh")) | length') == 0 ]]; }
wait_for 10 no_fresh
