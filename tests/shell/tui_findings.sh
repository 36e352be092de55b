#!/bin/bash
# The workstation in a terminal: opening, moving, dialogs, sizes, signals, poor terminals.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"

it 'says how to begin where there is nothing'
tui 80x24
shows 'headroom demo'
shows 'headroom service add NAME'
keys Enter
shows 'there is no finding under the cursor'
keys Q
ended_with 0

world

it 'shows the regression with its cost, its trend and its preview'
tui 100x30
shows '1 open regression costs'
shows '> +\+[0-9.]+ cores api +hot +2\.[0-9]+ -> 7\.[0-9]+ %'
shows 'F1 hot'
shows 'next: i investigate'
shows 'Enter open'

it 'opens the finding and comes back'
keys Enter
shows 'headroom > findings > F1 hot'
shows 'impact +[0-9.]+ cores'
shows 'passed'
keys q
shows '\[Regressions 1\]'

it 'shows all keys and finds them'
keys '?'
shows 'Takes the marked findings'
keys Escape
shows_not 'Takes the marked findings'

it 'runs an action by its name'
typed ':'
typed 'claim'
keys Enter
shows 'claimed: F1; u takes it back'
shows 'Mine 1'
keys u
shows 'taken back: claimed: F1'
shows 'Mine 0'

it 'keeps what was said'
keys '!'
shows 'taken back: claimed: F1'
keys q

it 'shows what another process did at the next key'
run finding claim F1
keys j
shows 'claimed'
run finding undo F1

it 'follows a storm of sizes'
for size in 120x40 20x5 200x60 21x6 80x24 3x2 132x43 40x10 100x30; do
	resize "$size"
done
shows 'F1 hot'
shows '1 open regression costs'

it 'works in 20x5'
resize 20x5
shows 'headroom > findings'
keys Enter
shows 'F1 hot'
keys q
resize 10x3
shows '10x3: too'
resize 160x40
shows '│.*F1 hot'

it 'gives the terminal back on Q'
keys Q
ended_with 0

it 'opens the editor where the function is defined'
commit_file "$scratch/repository" hot.c $'int\nhot(int n)\n{\n\treturn n;\n}' 2026-11-18T00:00:00Z 'hot: begin'
must service set api --repo "$scratch/repository"
printf '#!/bin/sh\necho "$*" >"%s/edited"\n' "$scratch" >"$scratch/editor"
chmod +x "$scratch/editor"
tui 100x30 "EDITOR=$scratch/editor"
shows 'F1 hot'
keys e
for _ in $(seq "$tmux_patience"); do
	[ -s "$scratch/edited" ] && break
	sleep 0.1
done
grep -qxE "\+[12] $scratch/repository/hot.c" "$scratch/edited" || fail 'the editor was not opened there'
shows 'F1 hot'
keys Q
ended_with 0

for signal in TERM HUP INT; do
	it "gives the terminal back on SIG$signal, in a dialog too"
	tui 100x30
	shows 'F1 hot'
	keys d
	shows 'dismiss F1 because:'
	kill -s "$signal" "$(cat "$scratch/pid")"
	case $signal in
	TERM) ended_with 143 ;;
	HUP) ended_with 129 ;;
	INT) ended_with 130 ;;
	esac
done

it 'is plain without colour'
tui 100x30 NO_COLOR=1
shows 'F1 hot'
if tmux_ capture-pane -p -e | grep -qP '\e\[[0-9;]*(3[0-7]|4[0-7]|38;|48;|9[0-7])[;m0-9]*'; then
	fail 'a colour with NO_COLOR'
fi
keys Q
ended_with 0

it 'draws in ASCII in the C locale'
tui 100x30 LC_ALL=C
shows 'F1 hot'
if screen | LC_ALL=C grep -qP '[\x80-\xff]'; then
	fail 'more than ASCII in the C locale'
fi
keys Q
ended_with 0

it 'works on a vt100'
tui 80x24 TERM=vt100
shows 'F1 hot'
keys Enter
shows '> F1 hot'
keys Q
ended_with 0

it 'refuses a terminal that can do nothing, in one line'
tui 80x24 TERM=dumb
ended_with 3
err_has '^headroom: '
[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'more than one line'

finish
