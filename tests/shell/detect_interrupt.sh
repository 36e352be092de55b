#!/bin/bash
# `detect` is interrupted: it says so and ends with 3, what it found so far is not kept, and the
# next run finds all of it. A second signal ends it at once, with 130.
. "${srcdir:-.}/tests/shell/lib.sh"

# 400 series of 3,000 points, every fiftieth with a step: enough work to be in the middle of.
awk 'BEGIN {
	srand(5)
	printf "time"
	for (k = 0; k < 400; k++) printf ",s%03d_latency_ms", k
	print ""
	for (i = 0; i < 3000; i++) {
		printf "%d", 1793000000 + i * 600
		for (k = 0; k < 400; k++) printf ",%.3f", 10 + rand() + (k % 50 == 0 && i > 800 + 4 * k) * 3
		print ""
	}
}' >series.csv
must service add api
must --quiet import series series.csv --service api
rm series.csv
fresh=$db

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# What a run that nobody disturbs finds, and how long it takes.
db=$scratch/whole.db
cp "$fresh" "$db"
began=$(milliseconds)
run --json detect
took=$(($(milliseconds) - began))
ok
json_is '.findings | length == 8'
cp "$scratch/out" "$scratch/whole"

# interrupt COUNT TENTHS: a run on a fresh database, and signals after so many tenths of that time.
interrupt() {
	db=$scratch/broken.db
	rm -f "$db" "$db-wal" "$db-shm"
	cp "$fresh" "$db"
	last_words="detect, $1 times SIGINT after $2 tenths of $took ms"
	"$headroom" --db "$db" --json detect >"$scratch/out" 2>"$scratch/err" </dev/null &
	local pid=$! count=$1 wait
	wait=$((took * $2 / 10))
	sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
	while [ "$count" -gt 0 ] && kill -INT "$pid" 2>/dev/null; do count=$((count - 1)); done
	wait "$pid"
	status=$?
}

# All or nothing of a run is there, and the next one does the whole of it.
next_run_finishes() {
	run --json findings --state all
	ok
	json_is '.findings | length == 0'
	run --json detect
	ok
	cmp -s "$scratch/out" "$scratch/whole" || fail 'the next run found something else'
	run --json detect
	ok
	json_is '.findings | length == 8 and all(.added | not)'
}

it 'one signal: it stops, says so, keeps nothing; the next run finishes the work'
stopped=0
for tenths in 5 3 7 2 4 6 8 1; do
	interrupt 1 "$tenths"
	case $status in
	0) continue ;;   # it was done before
	130) continue ;; # it had not begun to listen
	esac
	status_is 3
	[ ! -s "$scratch/out" ] || fail 'it printed a document'
	[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'stderr is not one line'
	err_has '^headroom: .*detection was cancelled$'
	next_run_finishes
	stopped=$((stopped + 1))
	[ "$stopped" -lt 2 ] || break
done
[ "$stopped" -gt 0 ] || fail 'no run was interrupted: the series are too few for this machine'

it 'several signals: it ends at once, and the database is whole all the same'
killed=0
for tenths in 5 3 7 2 4 6; do
	interrupt 50 "$tenths"
	[ "$status" = 0 ] && continue
	[ "$status" = 130 ] || status_is 3
	next_run_finishes
	killed=$((killed + 1))
	break
done
[ "$killed" -gt 0 ] || fail 'no run was ended'

finish
