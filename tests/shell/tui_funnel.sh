#!/bin/bash
# The funnel in a terminal: what detection filtered, down to one change with its chart; a
# dismissal that teaches; the same from the shell.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"

# a window: counts of hot, of bump and of the rest, from TIME on
window() {
	printf 'main;serve;hot %d\nmain;serve;bump %d\nmain;serve;rest %d\n' "$2" "$3" "$4" \
		>"$scratch/window.folded"
	must --quiet import profile "$scratch/window.folded" --service api --time "$1" --duration 1h
}

it 'says that detection has not run'
tui 100x30
shows 'headroom demo'
keys F
shows 'Detection has not run yet'
keys Q
ended_with 0

# hot grows for good at hour 10; bump grows at 12 and is back at 17.
must --quiet service add api --cores 100
for hour in 00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
	n=$((10#$hour)) hot=2000 bump=1000
	[ "$n" -ge 10 ] && hot=8000
	[ "$n" -ge 12 ] && [ "$n" -lt 17 ] && bump=6000
	window "2026-11-19T$hour:00:00Z" $((hot + n * 7 % 5)) $((bump + n * 3 % 7)) 98000
done
must --json detect
found=$(jq -r .scanned.change_points "$scratch/out")
away=$(jq -r .scanned.filtered.went_away "$scratch/out")
[ "$away" -ge 1 ] || fail "nothing went away: $(cat "$scratch/out")"

it 'shows the counts that the command gives'
tui 100x30
shows 'hot'
keys F
shows 'findings > funnel'
shows "change points +$found +100 %"
shows "went away +$away "
shows 'reported +[1-9]'
keys j
shows 'Is the change still there'

it 'lists what a stage filtered, and opens one with its chart'
keys Enter
shows 'filtered: went away'
shows 'api +bump'
keys Enter
shows 'filtered: went away > bump'
shows 'filtered +by the stage "went away"'
shows 'it had to be at least'
shows '2026-11-19T1'
keys +
keys 0
resize 80x24
shows 'filtered, not reported'
resize 20x5
shows 'bump'
resize 200x50
shows 'filtered, not reported'
keys q
shows 'api +bump'
keys C-o
shows '\[Regressions [1-9]'

it 'finds the funnel by its name'
typed ':'
typed 'funnel'
keys Enter
shows 'findings > funnel'
keys q

it 'asks for a reason and suggests, and sets nothing'
resize 100x30
keys d
shows 'dismiss F[0-9]+ because:'
typed 'small'
shows 'too small'
keys Enter
shows 'T suggests settings'
keys T
shows 'min_delta: [0-9.]+%'
keys Q
ended_with 0
[ ! -e "${XDG_CONFIG_HOME:-$HOME/.config}/headroom/config.yaml" ] || fail 'a setting was made'
run service suggest
out_has 'min_delta: '
run --json service suggest api
json_is '.[0].reason == "too small"'
json_is '.[0].yaml | contains("min_delta")'

it 'takes the lines that it suggests'
run service suggest
grep -v '^#' "$scratch/out" >"$scratch/suggested.yaml"
run --config "$scratch/suggested.yaml" service suggest
ok

finish
