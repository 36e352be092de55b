# For tests that look at the workstation in a terminal, after lib.sh:
#
#     . "$abs_srcdir/tests/shell/tmux.sh"
#
# tmux is the terminal: a server of the test's own, a window of a given size. Nothing waits for
# longer than $tmux_patience tenths of a second, and nothing sleeps for a condition it could ask.
command -v tmux >/dev/null || skip 'tmux is not installed'
tmux_patience=200

# A path of its own, short: sockets have little room.
tmux_folder=$(mktemp -d /tmp/headroom-tmux-XXXXXX) || exit 1
tmux_() { tmux -S "$tmux_folder/socket" -f /dev/null "$@"; }
tmux_clean_up() {
	tmux_ kill-server 2>/dev/null
	rm -rf "$tmux_folder"
	clean_up
}
trap tmux_clean_up EXIT

# tui WIDTHxHEIGHT [VARIABLE=VALUE...] [-- WORD...]: headroom with these words and the scratch
# database (with db empty: none is named), in a shell that tells how it ended and stays. $as, where
# it is set, are the words of a program that runs it as somebody else.
tui() {
	local size=$1 settings='' where=''
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		settings="$settings '$1'"
		shift
	done
	[ "${1:-}" = -- ] && shift
	[ -n "$db" ] && where="--db '$db'"
	last_words="$* (in a terminal of $size)"
	status='not ended'
	: >"$scratch/out"
	: >"$scratch/err"
	tmux_ kill-server 2>/dev/null
	# The server is gone when it no longer answers.
	for _ in $(seq 50); do
		tmux_ has-session 2>/dev/null || break
		sleep 0.1
	done
	rm -f "$scratch/ended" "$scratch/pid"
	cat >"$scratch/session" <<-END
		stty -g >'$scratch/stty.before'
		env $settings sh -c 'echo \$\$ >"\$0"; exec "\$@"' '$scratch/pid' ${as:-} '$headroom' $where $* 2>'$scratch/err'
		status=\$?
		stty -g >'$scratch/stty.after'
		echo "\$status" >'$scratch/ended'
		echo "ended with \$status"
		exec sh
	END
	tmux_ new-session -d -x "${size%x*}" -y "${size#*x}" "exec sh '$scratch/session'" ||
		fail 'tmux does not start'
}

keys() { tmux_ send-keys "$@"; }          # by tmux's names: Enter, Escape, C-l
typed() { tmux_ send-keys -l -- "$1"; }   # a text, letter by letter
screen() { tmux_ capture-pane -p; }
resize() { tmux_ resize-window -x "${1%x*}" -y "${1#*x}"; }

# shows PATTERN: the screen comes to hold it. Extended regular expression.
shows() {
	for _ in $(seq "$tmux_patience"); do
		screen 2>/dev/null | grep -qE -e "$1" && return
		sleep 0.1
	done
	fail "the screen never showed: $1"
	screen 2>/dev/null | sed 's/^/  | /'
}
shows_not() { # the screen comes to be without it
	for _ in $(seq "$tmux_patience"); do
		screen 2>/dev/null | grep -qE -e "$1" || return
		sleep 0.1
	done
	fail "the screen still shows: $1"
}

# ended_with STATUS: headroom ends so, and gives the terminal back as it was.
ended_with() {
	for _ in $(seq "$tmux_patience"); do
		[ -s "$scratch/ended" ] && break
		sleep 0.1
	done
	if [ ! -s "$scratch/ended" ]; then
		fail 'headroom did not end'
		return
	fi
	status=$(cat "$scratch/ended")
	[ "$status" = "$1" ] || fail "ended with $status, not $1"
	cmp -s "$scratch/stty.before" "$scratch/stty.after" || fail 'the terminal is not as it was'
	grep -aqE 'Sanitizer|runtime error:' "$scratch/err" && fail 'a sanitizer spoke'
	[ "$(tmux_ display-message -p '#{alternate_on}#{cursor_flag}')" = 01 ] ||
		fail 'the alternate screen or the cursor was not given back'
}

# one window of a service: counts of `main;serve;hot` and `main;serve;rest` from TIME on.
window_of() { # SERVICE TIME HOT REST
	printf 'main;serve;hot %d\nmain;serve;rest %d\n' "$3" "$4" >"$scratch/window.folded"
	must --quiet import profile "$scratch/window.folded" --service "$1" --time "$2" --duration 1h
}
# A service with a regression in hot and a quiet rest: eight windows before, eight after.
world() {
	must --quiet service add api --cores 100 --watts-per-core 10
	for hour in 02 03 04 05 06 07 08 09; do
		window_of api "2026-11-19T$hour:00:00Z" "$((2000 + 10#$hour))" 98000
	done
	for hour in 10 11 12 13 14 15 16 17; do
		window_of api "2026-11-19T$hour:00:00Z" "$((8000 + 10#$hour))" 98000
	done
	must --quiet detect
}
