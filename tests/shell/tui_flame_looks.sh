#!/bin/bash
# The flame screen's views as people have them: small and large, with 256, 8 and no colours, with
# and without UTF-8. What is looked at: nothing but ASCII where only that is known, colours where
# there are some and marks where there are none, and no word cut that need not be.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"

world
difference='flame --service api --before 2026-11-19T02:00:00Z..2026-11-19T10:00:00Z --after 2026-11-19T10:00:00Z..2026-11-19T18:00:00Z'

# sgr CODES: does the screen use one of these SGR codes (a pattern)?
sgr() { tmux_ capture-pane -p -e | grep -qP "\x1b\[([0-9;]*;)?($1)(;[0-9;]*)?m"; }
looks() { # what holds on every view
	screen >"$scratch/out"
	grep -q $'\xef\xbf\xbd' "$scratch/out" && fail 'a character was not understood'
	[ -z "$only_ascii" ] || ! LC_ALL=C grep -qP '[^\x00-\x7f]' "$scratch/out" || fail 'more than ASCII'
	grep -qE '[0-9][~…] *([0-9]|$)' "$scratch/out" && fail 'a number is cut'
	:
}
every_view() {
	shows '(icicle).*noise'
	shows 'api   Nov 19 02:00 \(8\) \| Nov 19 10:00 \(8\)'
	shows '[+]hot 7.6'
	looks
	keys m
	shows '[-─] flame [-─]'
	looks
	keys m v
	shows 'program .*kernel'
	looks
	keys v v c
	shows 'less, q'
	looks
	keys c c c t
	shows 'FUNCTION +SELF +CHANGE +TOTAL +CHANGE'
	shows '[+]hot +7.56 % +[+]5.55 +7.56 %'
	looks
	keys t T
	shows 'CALLS .*SELF +TOTAL +CHANGE +Q'
	shows '[+]hot +7.56 % +7.56 % +[+]5.55'
	looks
	keys T /
	typed 'hot|rest'
	keys Enter
	shows 'found: 100 % -> 100 % of all, places: 2'
	looks
	keys Escape
	shows_not 'found:'
	keys t
	shows 'FUNCTION'
	keys s
	shows 'callers \(Tab: callees\)'
	looks
	keys s
	shows 'icicle'
	keys f
	shows 'focus .*\(u undoes\)'
	looks
	keys I
	shows '> invert'
	keys U
	shows_not 'undoes'
	keys '?'
	shows 'keys: flame'
	shows 'Enter +zoom'
	looks
	keys Escape
	shows_not 'keys: flame'
	keys E
	shows 'columns: 16 '
	shows '^>?[ >]hot|^>hot'
	looks
	keys m
	shows 'self of '
	looks
	keys q q
	shows 'icicle'
}

only_ascii=

it '80x24, 256 colours: everything in it, and not cut'
# shellcheck disable=SC2086
tui 80x24 TERM=xterm-256color -- $difference
every_view
sgr '48;5;[0-9]+' || fail 'not one of 256 colours'
keys Q
ended_with 0

it '80x24, vt100 and the C locale: ASCII and no colours, marks instead'
only_ascii=1
# shellcheck disable=SC2086
tui 80x24 TERM=vt100 LC_ALL=C -- $difference
every_view
sgr '(3|4|9|10)[0-7]|[34]8;5;[0-9]+' && fail 'colours on a vt100'
sgr '7' || fail 'the cursor is not to be seen'
keys Q
ended_with 0

it '240x70, xterm: eight colours'
only_ascii=
# shellcheck disable=SC2086
tui 240x70 TERM=xterm -- $difference
shows 'moved most'
shows '[+]hot +[+]5.55'
shows 'before Nov 19 02:00 - 10:00 \(8\) \| after Nov 19 10:00 - 18:00 \(8\)'
looks
sgr '4[0-7]' || fail 'no colours'
sgr '48;5;[0-9]+' && fail 'more colours than there are'
keys Q
ended_with 0

it '120x40, screen'
# shellcheck disable=SC2086
tui 120x40 TERM=screen -- $difference
shows 'moved most'
looks
sgr '4[0-7]' || fail 'no colours'
keys Q
ended_with 0

finish
