#!/bin/bash
# Databases that cannot be opened, or not written: one line and no screen, or a screen that says so.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"

refused() { # PATTERN: the workstation does not open and says why in one line
	tui 80x24
	ended_with 3
	[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'not one line'
	err_has "^headroom: .*$1"
}

it 'is no database'
printf 'this is a text, and not a short one: %0200d\n' 0 >"$db"
refused 'not a database'
rm -f "$db"

it 'is damaged'
must service add api
head -c 6000 "$db" >"$db.part"
rm -f "$db-wal" "$db-shm"
mv "$db.part" "$db"
refused 'damaged|corrupt|malformed|not a database'
rm -f "$db"*

it 'is a folder'
mkdir "$db"
refused "$db"
rmdir "$db"

it 'was made by a newer headroom'
if command -v sqlite3 >/dev/null; then
	must service add api
	sqlite3 "$db" 'PRAGMA user_version = 9999'
	refused 'newer'
	rm -f "$db"*
else
	echo 'SKIPPED in tui_database: sqlite3 is not installed'
fi

it 'has no place to be: HOME is not set'
last_words='(no HOME)'
db='' tui 80x24 -u HOME -u HEADROOM_DB
ended_with 3
err_has '^headroom: '

it 'cannot be written: opens, says so, and refuses what writes'
as=
if [ "$(id -u)" = 0 ]; then
	as='setpriv --reuid 65534 --clear-groups'
	$as test -x "$headroom" 2>/dev/null || as=none
fi
if [ "$as" = none ]; then
	echo 'SKIPPED in tui_database: root may write everything, and nobody cannot run headroom'
else
	mkdir "$scratch/shelf"
	db=$scratch/shelf/headroom.db
	world
	chmod 0755 "$scratch"
	chmod 0444 "$db"
	chmod 0555 "$scratch/shelf"
	tui 100x30
	shows 'cannot be written'
	keys c
	shows 'claim: the database cannot be written'
	keys Enter
	shows '> F1 hot'
	keys Q
	ended_with 0
	as=
	chmod 0755 "$scratch/shelf"
fi

it 'is deleted while it is open: says so, makes no new one, and refuses what writes'
mkdir "$scratch/kept"
db=$scratch/kept/headroom.db
world
for how in deleted replaced; do
	tui 100x30
	shows 'F1 hot'
	for part in '' -wal -shm; do
		[ ! -e "$db$part" ] || mv "$db$part" "$db$part.away"
	done
	[ "$how" = deleted ] || must --quiet service add other
	keys Down
	shows 'the database is gone: .*headroom.db was deleted or replaced'
	shows 'F1 hot'
	keys c
	shows 'claim: the database is gone'
	keys Escape
	keys R # detect
	keys Q
	ended_with 0
	if [ "$how" = deleted ]; then
		[ ! -e "$db" ] || fail 'a new database was made'
	else
		run --json service list
		json_is '[.services[].name] == ["other"]'
	fi
	for part in '' -wal -shm; do
		rm -f "$db$part"
		[ ! -e "$db$part.away" ] || mv "$db$part.away" "$db$part"
	done
	run --json findings
	json_is '.findings | length == 1 and .[0].state == "new"'
done

finish
