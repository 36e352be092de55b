#!/bin/bash
# What a slow line and an impatient person feel: bytes and time for a key, and nothing while idle.
# Bytes are exact; times have room for a busy machine and sanitizers.
. "${srcdir:-.}/tests/shell/lib.sh"

meter=$abs_builddir/tests/bench/tui_meter
fill=$abs_builddir/tests/bench/fill
[ -x "$meter" ] && [ -x "$fill" ] || { echo 'tui_speed: tests/bench is not built'; exit 1; }

value() { sed -n "s/^$1 //p" "$scratch/meter"; }
at_most() { # NAME LIMIT
	local found
	found=$(value "$1")
	awk -v found="${found:-x}" -v limit="$2" 'BEGIN { exit !(found + 0 == found && found <= limit) }' ||
		fail "$1 is ${found:-missing}, at most $2 wanted"
}
measure() { # KEYS: on 120x40
	last_words="$1 (measured)"
	status=0
	"$meter" --size 120x40 --keys "$1" -- "$headroom" --db "$db" >"$scratch/meter" 2>"$scratch/err" ||
		fail "the meter: $(cat "$scratch/err")"
	: >"$scratch/out"
}

"$fill" findings "$db" 10000 >/dev/null || { echo 'tui_speed: no database'; exit 1; }

it 'moves the cursor for 300 bytes, and is silent after'
measure 'j j j j j j j j j j'
at_most key_bytes_max 300
at_most key_ms_median 100
at_most start_ms 3000
at_most idle_bytes 0
at_most idle_cpu_ms 5
[ "$(value keys_answered)" = 10 ] || fail 'a key had no answer'

it 'pages through without a pause'
measure 'PgDn PgDn PgDn G g PgDn'
at_most key_ms_median 200
[ "$(value alive)" = 1 ] || fail 'it did not stay alive'

finish
