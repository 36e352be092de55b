#!/bin/bash
# `headroom flame`: files and services, as a table without a terminal, as a screen in one.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"

printf 'main;serve;hot 100\nmain;serve;rest 900\n' >"$scratch/a.folded"
printf 'main;serve;hot 300\nmain;serve;rest 900\nmain;serve\n' >"$scratch/b.folded"
empty_home=$scratch/nothing

it 'prints the table without a terminal, and needs no database'
(
	db=
	export XDG_DATA_HOME=$empty_home
	"$headroom" flame "$scratch/b.folded" --before "$scratch/a.folded" --json \
		>"$scratch/out" 2>"$scratch/err"
) || fail 'it failed'
[ "$(jq -r '.functions[] | select(.function == "hot") | .share' "$scratch/out")" = 0.25 ] ||
	fail 'the share of hot is not 0.25'
[ "$(jq -r .samples_before "$scratch/out")" = 1000 ] || fail 'not 1000 samples before'
[ "$(jq -r .lines_not_understood "$scratch/out")" = 1 ] || fail 'not one line not understood'
grep -q 'b.folded:3' "$scratch/err" || fail 'it does not say which line'
[ -e "$empty_home" ] && fail 'a database was made'

it 'says at once that a file is not there'
run flame /nowhere.folded
[ "$status" = 3 ] || fail 'not an error'
err_has 'nowhere.folded: no such file'

it 'opens the flame graph of a file'
saved=$db db=
tui 100x30 "XDG_DATA_HOME=$empty_home" -- flame "$scratch/b.folded"
shows 'headroom > b.folded flame'
shows 'hot 25'
shows 'plain profile'
shows '1 line not understood, first at .*b.folded:3: '
keys i
shows 'without a finding'
keys t
shows 'FUNCTION'
keys Q
ended_with 0
[ -e "$empty_home" ] && fail 'a database was made'

it 'compares two files'
tui 80x24 "XDG_DATA_HOME=$empty_home" NO_COLOR=1 LC_ALL=C -- flame "$scratch/b.folded" --before "$scratch/a.folded"
shows 'a.folded . b.folded flame'
shows 'difference'
keys Q
ended_with 0
db=$saved

it 'says in the screen what is wrong with a file'
printf 'no profile at all\n' >"$scratch/c.txt"
tui 80x24 -- flame "$scratch/c.txt"
shows 'c.txt'
shows 'C-r loads again'
keys Q
ended_with 0

world
it 'opens a service on two times, and from the findings'
tui 100x30 -- flame --service api --before 2026-11-19T02:00:00Z..2026-11-19T10:00:00Z \
	--after 2026-11-19T10:00:00Z..2026-11-19T18:00:00Z
shows 'headroom > api flame'
shows '\(8\)'
keys W
shows 'units of work before..after, or a series:'
keys Escape
shows_not 'or a series:'
keys Q
ended_with 0

it 'takes the units of work from a series of the service'
{
	echo time,requests
	for hour in 02 03 04 05 06 07 08 09; do echo "2026-11-19T$hour:00:00Z,1000"; done
	for hour in 10 11 12 13 14 15 16 17; do echo "2026-11-19T$hour:00:00Z,2000"; done
} >"$scratch/requests.csv"
must --quiet import series "$scratch/requests.csv" --service api
tui 120x30 -- flame --service api --before 2026-11-19T02:00:00Z..2026-11-19T10:00:00Z \
	--after 2026-11-19T10:00:00Z..2026-11-19T18:00:00Z
shows 'difference'
keys W
shows 'requests'
typed 'req'
keys Enter
shows 'weight for a unit of requests'
keys %
shows_not 'weight for'
keys W
shows 'two numbers'
keys Enter
shows 'or a series:'
typed 'nothing'
keys Enter
shows 'nothing: no such series'
keys W
shows 'two numbers'
keys Enter
typed '1000..2000'
keys Enter
shows 'weight for a unit of work .1000..2000.'
keys Q
ended_with 0
tui 100x30
shows 'F1 hot'
keys P
shows 'api flame'
shows 'plain profile'
keys q
shows 'F1 hot'
keys Q
ended_with 0

finish
