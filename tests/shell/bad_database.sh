#!/bin/sh
# Databases that are locked, read-only, corrupt, newer, no databases, on a full disk; and a
# program that is killed: one clear line, the right status, nothing lost.
. "${srcdir:-.}/tests/shell/lib.sh"
at='--time 2026-11-01T00:00:00Z --duration 60s'
printf 'main;good 3\n' >good.folded
must service add api --cores 7
must import profile good.folded --service api $at
state=$(database_state)
cp "$db" whole.db

refused() { # FILE PATTERN: neither reading nor writing it works, and it stays as it is
	cp -r "$1" kept
	for words in 'findings' '--json service list' 'service add new' 'detect' \
		'import profile good.folded --service api' 'profile top' 'show F1'; do
		# The words are split on purpose.
		run_bare --db "$1" $words
		error_is 3 "$2"
	done
	diff -r "$1" kept >/dev/null || fail "$1 was changed"
	rm -rf kept
}

it 'what is no database is refused and left alone'
printf 'Dear all,\nthis is a letter.\n' >letter
refused letter 'letter: not a database'
head -c 8192 /dev/zero >zeros
refused zeros 'zeros: not a database'
head -c 20000 /dev/urandom >random
refused random 'random: not a database'
mkdir folder
refused folder 'folder: is a folder, not a database'
run_bare --db /dev/null findings
error_is 3 '/dev/null: not an ordinary file'
run_bare --db good.folded/x.db findings
error_is 3 'Not a directory'
run_bare --db '' findings
error_is 2 'empty name'
ln -s nowhere/at/all dangling
run_bare --db dangling findings
error_is 3 'dangling'

it 'somebody else'"'"'s SQLite database is refused and left alone'
if command -v sqlite3 >/dev/null; then
	sqlite3 other.db 'CREATE TABLE mine(x); INSERT INTO mine VALUES(1)'
	refused other.db 'other.db: not a headroom database'
else
	echo 'SKIPPED somebody else'"'"'s database: no sqlite3'
fi

it 'a damaged one is refused and left alone'
head -c 5000 whole.db >cut.db
refused cut.db 'cut.db: the database is damaged'
cp whole.db damaged.db
dd if=/dev/urandom of=damaged.db bs=4096 seek=1 count=20 conv=notrunc status=none
refused damaged.db 'damaged.db: .*damaged'
run_bare --db damaged.db doctor
status_is 1
out_has 'broken *database'

it 'one of a newer headroom is refused and left alone'
cp whole.db newer.db
printf '\000\000\000\143' | dd of=newer.db bs=1 seek=60 conv=notrunc status=none
refused newer.db 'newer.db: made by a newer headroom .its schema is version 99'

it 'an empty file becomes a database'
: >empty.db
run_bare --db empty.db findings
ok

it 'a locked one can be read, and writing says who is in the way'
mkfifo release
"$abs_builddir/tests/shell/hold_lock" "$db" <release >held &
exec 9>release
for _ in $(seq 100); do
	grep -q held held && break
	sleep 0.05
done
grep -q held held || fail 'hold_lock does not hold'
run --json service list
ok
json_is '.services[0].cores == 7'
run service set api --cores 8
error_is 3 'headroom.db: locked by another process'
exec 9>&-
wait
run service set api --cores 7
ok

as_other() { # a user who may read and not write: nobody, where we are root
	if [ "$(id -u)" = 0 ]; then
		chmod 755 "$scratch" "$HOME"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
it 'a read-only one is shown and not written'
if [ "$(id -u)" != 0 ] || { setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$headroom"; } 2>/dev/null; then
	mkdir readonly
	cp whole.db readonly/db
	chmod 444 readonly/db
	chmod 555 readonly
	as_other "$headroom" --db readonly/db --json service list >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$? last_words='--json service list, read-only'
	check_always
	ok
	json_is '.services[0].cores == 7'
	for words in 'service set api --cores 9' 'import profile good.folded --service api' \
		'finding claim F1'; do
		# The words are split on purpose.
		as_other "$headroom" --db readonly/db $words >"$scratch/out" 2>"$scratch/err" </dev/null
		status=$? last_words="$words, read-only"
		check_always
		error_is 3 'readonly/db: is read-only'
	done
	as_other "$headroom" --db readonly/new service list >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$? last_words='service list, folder read-only'
	error_is 3 'readonly/new'
	chmod 755 readonly
	cmp -s whole.db readonly/db || fail 'it was changed'
else
	echo 'SKIPPED read-only: root here, and the program is out of the reach of others'
fi

many() { # a profile of 15,000 stacks
	awk 'BEGIN { for (i = 0; i < 15000; i++) printf "main;f%d;g%d;h%d %d\n", i % 97, i % 1009, i, i % 13 + 1 }'
}
many >many.folded

it 'a file that may not grow: one line, and what was there is there'
cp whole.db small.db
(
	ulimit -f 700
	exec "$headroom" --db small.db import profile many.folded --service api --time 2026-11-02T00:00:00Z
) >"$scratch/out" 2>"$scratch/err" </dev/null
status=$? last_words='import profile many.folded, at most 350 kB a file'
check_always
error_is 3 'small.db: '
[ "$state" = "$(database_state small.db)" ] || fail 'the database changed'
[ "$(windows_stored api small.db)" = 1 ] || fail 'a part of it was stored'
run_bare --db small.db import profile many.folded --service api --time 2026-11-02T00:00:00Z
ok
[ "$(windows_stored api small.db)" = 2 ] || fail 'it cannot be written any more'

it 'a full disk: one line, and what was there is there'
mkdir disk
cat >on_disk <<'S'
mount -t tmpfs -o size=1m tmpfs disk || exit 77
cp whole.db disk/db || exit 77
"$1" --db disk/db import profile many.folded --service api --time 2026-11-02T00:00:00Z
status=$?
"$1" --db disk/db --json profile top --service api >after
exit $status
S
if command -v unshare >/dev/null && unshare -rm true 2>/dev/null; then
	unshare -rm sh on_disk "$headroom" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$? last_words='import profile many.folded, on a full disk'
	if [ "$status" = 77 ]; then
		echo 'SKIPPED full disk: no tmpfs here'
	else
		check_always
		error_is 3 'disk/db: no space left'
		[ "$(jq .windows after)" = 1 ] || fail 'not the one window that was there'
	fi
else
	echo 'SKIPPED full disk: no user namespaces here'
fi

it 'killed at any moment it has all of a file or nothing'
started=$(date +%s%N)
cp whole.db timed.db
run_bare --db timed.db import profile many.folded --service api --time 2026-11-02T00:00:00Z
ok
took=$((($(date +%s%N) - started) / 1000000))
samples=$("$headroom" --db timed.db --json profile top --service api </dev/null | jq .samples_after)
all=0 nothing=0
for turn in $(seq 8); do
	rm -f killed.db*
	cp whole.db killed.db
	"$headroom" --db killed.db import profile many.folded --service api \
		--time 2026-11-02T00:00:00Z >"$scratch/out" 2>"$scratch/err" </dev/null &
	sleep "$(awk -v t="$turn" -v ms="$took" 'BEGIN { printf "%.3f", ms * t / 7 / 1000 }')"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
	run_bare --db killed.db --json profile top --service api
	ok
	case $(jq -c '[.windows, .samples_after]' "$scratch/out") in
	'[1,3]') nothing=$((nothing + 1)) ;;
	"[2,$samples]") all=$((all + 1)) ;;
	*) fail "a part of the file: $(jq -c '[.windows, .samples_after]' "$scratch/out")" ;;
	esac
	[ "$state" = "$(database_state killed.db)" ] || fail 'what was there changed'
	run_bare --db killed.db service set api --cores 7
	ok
done
[ "$nothing" -gt 0 ] || fail "no kill came in time ($took ms)"

it 'stopped by SIGTERM and SIGINT it stores nothing and says so'
for signal in TERM INT; do
	rm -f stopped.db*
	cp whole.db stopped.db
	# A shell gives its background jobs no SIGINT; env takes that back.
	env --default-signal=INT "$headroom" --db stopped.db import profile - --service api \
		--time 2026-11-02T00:00:00Z >"$scratch/out" 2>"$scratch/err" <release &
	exec 9>release
	many >&9
	sleep 0.2
	kill -$signal $!
	many >&9 2>/dev/null
	exec 9>&-
	wait $!
	status=$? last_words="import profile -, $signal"
	check_always
	error_is 3 'cancelled'
	[ "$(windows_stored api stopped.db)" = 1 ] || fail 'a part of it was stored'
done

finish
