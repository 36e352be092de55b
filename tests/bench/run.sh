#!/bin/bash
# `make bench`: measures what the project promises to be fast at, beside peers
# where they are installed, and prints one table: what, measured, goal, ratios.
# Run in a build folder with srcdir and CC set. Its data is made here, from
# fixed seeds; BENCH_RUNS (5) runs each, the median counts.
set -u
src=$(cd "${srcdir:-.}" && pwd)
headroom=$PWD/headroom
work=$PWD/bench-work
runs=${BENCH_RUNS:-5}
mkdir -p "$work"
export HOME=$work LC_ALL=C.UTF-8 TERM=xterm-256color HEADROOM_CLOCK=2026-11-20T12:00:00Z
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME HEADROOM_DB NO_COLOR

row() { printf '%-58s %14s %14s  %s\n' "$1" "$2" "$3" "${4:-}"; }

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Median wall seconds of a command over the runs; its output is dropped.
seconds() {
	for _ in $(seq "$runs"); do
		local from to
		from=$(date +%s%N)
		"$@" >/dev/null 2>&1 || { echo failed; return; }
		to=$(date +%s%N)
		echo $(((to - from) / 1000))
	done | median | awk '{ printf "%.3f\n", $1 / 1e6 }'
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.1f", a / b; else print "?" }'; }

# A perf script of about 314 MB: the samples of the tests again and again, with rising times.
make_perf_script() {
	[ -f "$work/large.perf.txt" ] && return
	local sample=$work/sample.perf.txt
	gzip -dc "$src"/data/demo/profiles/w00[0-3].folded.gz | awk '
		# folded stacks back to perf script text: leaf first, addresses by name
		{
			count = $NF
			sub(/ [0-9]+$/, "")
			depth = split($0, frame, ";")
			for (i = 0; i < count; i++) {
				printf "shelf  4242 [001] %d.%06d:    1001001 cpu-clock:pppH: \n", 100 + n / 1000, n % 1000 * 1000
				n++
				for (f = depth; f > 1; f--) {
					name = frame[f]
					place = sub(/_\[k\]$/, "", name) ? "([kernel.kallsyms])" : "(/srv/shelf/build/shelf)"
					printf "\t%16x %s+0x%x %s\n", 4194304 + length(name) * 977, name, f, place
				}
				print ""
			}
		}' >"$sample"
	# Each turn comes 20 seconds later. Frames stay as they are: a sample is put out whole.
	awk -v bytes=314000000 '
		/^shelf/ { n++; split($4, t, ":"); time[n] = t[1]; next }
		{ rest[n] = rest[n] $0 "\n" }
		END {
			for (turn = 0; written < bytes; turn++)
				for (i = 1; i <= n && written < bytes; i++) {
					text = sprintf("shelf  4242 [001] %.6f:    1001001 cpu-clock:pppH: \n%s",
						time[i] + 20 * turn, rest[i])
					written += length(text)
					printf "%s", text
				}
		}' "$sample" >"$work/large.perf.txt"
	rm -f "$sample"
}

import_once() {
	rm -f "$work"/import.db*
	"$headroom" --quiet --db "$work/import.db" service add bench &&
		"$headroom" --quiet --db "$work/import.db" import profile "$work/large.perf.txt" --service bench --keep-going
}

peer() { # NAME SECONDS COMMAND... : a row with the ratio of the peer's time to ours, where it is installed
	local name=$1 ours=$2
	shift 2
	if command -v "$1" >/dev/null; then
		local theirs
		theirs=$(runs=1 seconds "$@")
		row "  $name" "$theirs s" '' "$(ratio "$theirs" "$ours") times ours"
	else
		row "  $name" 'not installed' ''
	fi
}

bench_import() {
	make_perf_script
	local ours floor memory
	floor=$(seconds wc -l "$work/large.perf.txt")
	ours=$(seconds import_once)
	memory=$( (import_once_measured 2>&1) | tail -n 1)
	row "import of a perf script, $(($(stat -c %s "$work/large.perf.txt") / 1000000)) MB" "$ours s" '3 x wc -l' "$(ratio "$ours" "$floor") x wc -l ($floor s)"
	row '  its memory' "$memory MB" '200 MB'
	peer stackcollapse-perf.pl "$ours" stackcollapse-perf.pl "$work/large.perf.txt"
	peer inferno-collapse-perf "$ours" inferno-collapse-perf "$work/large.perf.txt"
}

# Peak memory of one import in MB, from the kernel's own accounting.
import_once_measured() {
	rm -f "$work"/import.db*
	"$headroom" --quiet --db "$work/import.db" service add bench
	"$headroom" --quiet --db "$work/import.db" import profile "$work/large.perf.txt" --service bench --keep-going &
	local peak=0 now
	while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$!/status" 2>/dev/null) && [ -n "$now" ]; do
		peak=$now
		sleep 0.005
	done
	wait
	echo $((peak / 1024))
}

bench_screen() {
	if [ ! -x tests/bench/tui_meter ] || [ ! -x tests/bench/fill ]; then
		make -s tests/bench/tui_meter tests/bench/fill || return
	fi
	[ -f "$work/many.db" ] || tests/bench/fill findings "$work/many.db" 10000 || return
	tests/bench/tui_meter --size 120x40 --keys 'j j j j j j j j j j' -- "$headroom" --db "$work/many.db" >"$work/meter" || return
	local value
	value() { sed -n "s/^$1 //p" "$work/meter"; }
	row 'start to first frame, 10,000 findings' "$(value start_ms) ms" '100 ms'
	row 'a key to the last byte, median' "$(value key_ms_median) ms" '16 ms'
	row '  the slowest of ten' "$(value key_ms_max) ms" '16 ms'
	row 'bytes for a cursor move at 120x40, median' "$(value key_bytes_median)" '300'
	row '  the largest of ten' "$(value key_bytes_max)" '300'
	row 'bytes in two idle seconds' "$(value idle_bytes)" '0'
	row 'CPU in an idle second' "$(value idle_cpu_ms) ms" '0'
}

# The same keys in other programs of this kind, where they are installed.
screen_peer() { # NAME COMMAND...
	local name=$1
	shift
	command -v "$1" >/dev/null || { row "  $name: bytes for a cursor move" 'not installed' ''; return; }
	tests/bench/tui_meter --size 120x40 --keys 'Down Down Down Down Down' -- "$@" >"$work/peer" 2>/dev/null || return
	row "  $name: bytes for a cursor move, median" "$(sed -n 's/^key_bytes_median //p' "$work/peer")" ''
}

bench_screen_peers() {
	[ -x tests/bench/tui_meter ] || return
	screen_peer htop htop --delay=600
	(cd "$src" && git rev-parse >/dev/null 2>&1) && screen_peer tig tig -C "$src"
}

bench_core() {
	[ -x tests/bench/core ] || make -s tests/bench/core || return
	tests/bench/core "$work" | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note"
	done
}

# Series from files and in the store.
bench_series() {
	make -s tests/bench/series || return
	tests/bench/series "$work" | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note"
	done
}

# From folded stacks to a tree, a table and a search; BENCH_STACKS for other sizes.
bench_flame() {
	[ -x tests/bench/flame ] || make -s tests/bench/flame || return
	local stacks
	for stacks in ${BENCH_STACKS:-100000 500000}; do
		tests/bench/flame generate "$work/deep.folded" "$stacks" || return
		tests/bench/flame measure "$work/deep.folded" | while IFS='	' read -r what measured goal note; do
			row "$what" "$measured" "$goal" "$note"
		done
	done
	tests/bench/flame generate "$work/deep.folded" 20000 || return
	tests/bench/flame difference "$work/deep.folded" | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note"
	done
	rm -f "$work/deep.folded"
}

# Files to profile sets, without a store: perf script that repeats and that does not, folded stacks.
bench_open() {
	[ -x tests/bench/profiles ] || make -s tests/bench/profiles || return
	[ -x tests/bench/flame ] || make -s tests/bench/flame || return
	make_perf_script
	# The same with another address in every line of a stack: no two stacks are the same bytes.
	awk 'BEGIN { srand(7) }
		/^\t/ { printf "\t%16x%s\n", 4194304 + int(rand() * 1000000), substr($0, 18); next }
		{ print }' "$work/large.perf.txt" >"$work/varied.perf.txt"
	open_row 'perf script to profile set, 314 MB' "$work/large.perf.txt" '1 s, 200 MB'
	open_row 'perf script whose stacks all differ' "$work/varied.perf.txt" '300 MB/s'
	rm -f "$work/varied.perf.txt"
	tests/bench/flame generate "$work/deep.folded" 100000 || return
	open_row 'folded, 100,000 stacks, to profile set' "$work/deep.folded" '0.5 s, 250 MB'
	tests/bench/flame generate "$work/deep.folded" 500000 || return
	open_row 'folded, 500,000 stacks, to profile set' "$work/deep.folded" '2.5 s, 600 MB'
	rm -f "$work/deep.folded"
}

open_row() { # WHAT FILE GOAL: the median of the wall times, and what the last run took
	local file_line wall
	wall=$(for _ in $(seq "$runs"); do tests/bench/profiles "$2"; done | tee "$work/opened" | awk '{ print $2 }' | median)
	file_line=$(tail -n 1 "$work/opened")
	[ -n "$file_line" ] || { row "$1" failed "$3"; return; }
	# shellcheck disable=SC2086
	set -- "$1" "$3" $file_line
	row "$1" "$wall s" "$2" "$5 s of processor, $6 MB/s, $7 MB of memory, $8 stacks"
}

# What a person waits for: from exec to a screen that shows functions and shares and answers keys:
# its first row. (Words of the keys stand in the help too, which is opened while it loads.)
first_frame() { # WHAT FILE SECONDS MEGABYTES
	value() { sed -n "s/^$1 //p" "$work/frame"; }
	if ! tests/bench/tui_meter --size 120x40 --until 'all 100.0' --meanwhile 'keys: flame' \
		--keys 'j j j j l l l h k k' -- "$headroom" flame "$2" >"$work/frame" 2>&1; then
		row "first usable frame, $1" failed "$3 s" "$(head -c 100 "$work/frame")"
		return
	fi
	local busy moved
	busy="$(value meanwhile_ms_median), $(value meanwhile_ms_max) ms"
	moved="$(value key_ms_median), $(value key_ms_max) ms; $(value key_bytes_median), $(value key_bytes_max) bytes"
	# Without the keys: they, too, take their time from what loads.
	for _ in $(seq "$runs"); do
		tests/bench/tui_meter --size 120x40 --until 'all 100.0' --keys '' -- "$headroom" flame "$2" 2>/dev/null | tr '\n' ' '
		echo
	done >"$work/frames"
	row "first usable frame, $1" \
		"$(sed 's/.*ready_ms \([^ ]*\).*/\1/' "$work/frames" | median | awk '{ printf "%.3f s", $1 / 1000 }')" "${3:+$3 s}" \
		"CPU $(sed 's/.*ready_cpu_ms \([^ ]*\).*/\1/' "$work/frames" | median | awk '{ printf "%.3f s", $1 / 1000 }'), load $(cut -d ' ' -f 1 /proc/loadavg)"
	row '  its memory' "$(value ready_mb) MB" "$4"
	[ -z "$(value meanwhile)" ] || row '  help while it loads, median and slowest' "$busy" '16 ms' "$(value meanwhile) times"
	row '  a cursor move, median and largest' "${moved%%;*}" '16 ms' "${moved#*; } (1,000 at most)"
	if tests/bench/tui_meter --size 120x40 --until 'all 100.0' --keys '/ c l a s s 4' -- "$headroom" flame "$2" >"$work/frame" 2>&1; then
		row '  one more letter of a search, median and slowest' "$(value key_ms_median), $(value key_ms_max) ms" '50 ms'
	fi
}

# The whole command on files as large as a fleet makes them. HEADROOM_PERF_SCRIPT, BENCH_PPROF name other ones.
bench_first_frame() {
	if [ ! -x tests/bench/tui_meter ] || [ ! -x tests/bench/flame ]; then
		make -s tests/bench/tui_meter tests/bench/flame || return
	fi
	local stacks
	make_perf_script
	if [ -n "${BENCH_PPROF:-}" ]; then
		first_frame "$(basename "$BENCH_PPROF")" "$BENCH_PPROF" 0.12 ''
	else
		row 'first usable frame, a pprof file' skipped '0.12 s' 'BENCH_PPROF names no file (large.cpu of pprof)'
	fi
	first_frame 'perf script, 314 MB' "${HEADROOM_PERF_SCRIPT:-$work/large.perf.txt}" 1.0 '200 MB'
	for stacks in 100000 500000 1000000; do
		tests/bench/flame generate "$work/deep.folded" "$stacks" || return
		case $stacks in
		100000) first_frame 'folded, 100,000 stacks' "$work/deep.folded" 0.7 '250 MB' ;;
		500000) first_frame 'folded, 500,000 stacks' "$work/deep.folded" 4 '1,000 MB' ;;
		1000000) first_frame 'folded, 1,000,000 stacks' "$work/deep.folded" '' '' ;;
		esac
	done
	rm -f "$work/deep.folded"
	row '  peers: flamelens, speedscope' 'not installed' '' 'published: 3.5 s and 38 s (flamelens core), 14 s and 250 s (speedscope)'
}

# A thousand windows of a store, each question with its own reading; BENCH_WINDOWS for other numbers.
bench_merge() {
	make -s tests/bench/merge || return
	local db=$work/merge.db
	rm -f "$db"*
	tests/bench/merge fill "$db" "${BENCH_WINDOWS:-1000}" || return
	tests/bench/merge ask "$db" >/dev/null || return # from the disk once
	tests/bench/merge ask "$db" | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note, load $(cut -d ' ' -f 1 /proc/loadavg)"
	done
	rm -f "$db"*
}

# Change points of metric series: BENCH_SEED gives other series, BENCH_SERIES more of each kind.
bench_changepoints() {
	make -s tests/bench/changepoints || return
	local seed=${BENCH_SEED:-1}
	tests/bench/changepoints rows "$seed" "${BENCH_SERIES:-500}" | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note"
	done
	tests/bench/changepoints wide "$seed" "$work/wide.csv" || return
	local whole
	whole=$(seconds "$headroom" changepoints --json "$work/wide.csv")
	row "1,000 series of 1,000 points, reading $(($(stat -c %s "$work/wide.csv") / 1000000)) MB of CSV too" "$whole s" ''
	command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("fpop"))' 2>/dev/null ||
		row '  peers: R with fpop, otava' 'not installed' '' 'published: fpop 0.146 s, Hunter 6 to 11 s, Otava 15 to 26 s'
	bench_changepoints_labelled
}

# Real series with labels, raw and one point a build: found, and look-alikes reported.
bench_changepoints_labelled() {
	local set=${HEADROOM_SERIES:-$src/../shared/series}/sap-hana-small
	if [ ! -d "$set/data" ]; then
		row 'labelled series of a database' skipped '' 'HEADROOM_SERIES names no folder with sap-hana-small'
		return
	fi
	local mode
	for mode in 'raw points' 'one point a build'; do
		tail -n +2 "$set/metadata/dataset_details.csv" | tr -d '\r' | while IFS=';' read -r type file at; do
			local columns=()
			[ "$mode" = 'raw points' ] && columns=(--time Index --value Measurement)
			"$headroom" changepoints --json "${columns[@]}" "$set/data/$file" |
				sed -n 's/^ *"index": \([0-9]*\),$/\1/p' |
				awk -v type="$type" -v at="$at" -v mode="$mode" -v file="$set/data/$file" '
					# The index of a row; builds are counted where one point is a build.
					function place(index_of_row) { return mode == "raw points" ? index_of_row : build[index_of_row] }
					BEGIN {
						FS = ","
						for (n = -1; (getline line < file) > 0; n++) {
							split(line, field, ",")
							builds += n >= 0 && field[2] != last
							last = field[2]
							if (n >= 0)
								build[n] = builds
						}
					}
					{
						apart = place($1) - place(at)
						hit += type == "regression" && apart >= -5 && apart <= 5
					}
					END { print (type == "regression" ? "regression " (hit > 0) : "other " (NR > 0)) }'
		done | awk '{ all[$1]++; yes[$1] += $2 } END { printf "%d of %d\t%d of %d\n", yes["regression"], all["regression"], yes["other"], all["other"] }' >"$work/labelled"
		row "labelled series, $mode: regressions found" "$(cut -f 1 "$work/labelled")" '5 of 5'
		row '  look-alikes reported' "$(cut -f 2 "$work/labelled")" '0 of 20'
	done
}

# What detection finds and what it reports for nothing; BENCH_SEED, BENCH_FLEET_SIZE.
bench_fleet() {
	[ -x tests/bench/fleet_quality ] || make -s tests/bench/fleet_quality || return
	tests/bench/fleet_quality | while IFS='	' read -r what measured goal note; do
		row "$what" "$measured" "$goal" "$note"
	done
}

# 800,000 series of 1,500 points in a store, and ten minutes later. A tenth of them unless
# BENCH_FLEET_FULL is set (3 GB): the rows say how many there were, the note what all would take.
# Then a fortieth of them over three weeks, two thirds of which follow the day and the week.
bench_fleet_store() {
	[ -x tests/bench/fleet_store ] || make -s tests/bench/fleet_store || return
	local services=40
	[ -z "${BENCH_FLEET_FULL:-}" ] || services=400
	fleet_rows "$services" 1500 '120 10'
	BENCH_FLEET_SEASON=1 fleet_rows 10 3000 '240 20' ', of day and week'
}

fleet_rows() { # SERVICES WINDOWS GOALS [WORDS]: goals are seconds of 400 services
	local services=$1 windows=$2 words=${4:-} db=$work/fleet.db seed=${BENCH_SEED:-1} what
	rm -f "$db"*
	tests/bench/fleet_store make "$db" "$services" 2000 "$windows" "$seed" >/dev/null || return
	for what in 'all windows' 'one window later'; do
		[ "$what" = 'all windows' ] || tests/bench/fleet_store append "$db" "$services" 2000 "$windows" "$seed" >/dev/null || return
		tests/bench/fleet_store detect "$db" "$services" 2000 "$seed" >"$work/fleet.out" || return
		awk -v what="$what" -v services="$services" -v goals="$3" -v words="$words" '
			{ v[$1] = $2 }
			END {
				split(goals, goal, " ")
				printf "detection, %d series x %d points%s, %s\t%.1f s\t%g s\tCPU %.1f s; 800,000 would take %.0f s; %d of %d planted found, %d others\n", \
					v["series"], v["windows"] / services, words, what, v["seconds"], goal[what == "all windows" ? 1 : 2] * services / 400, \
					v["cpu_seconds"], v["seconds"] * 400 / services, v["found"], v["planted"], v["other"]
				printf "  its memory\t%d MB\t1,000 MB\t\n", v["peak_mb"]
			}' "$work/fleet.out" | while IFS='	' read -r label measured goal note; do
			row "$label" "$measured" "$goal" "$note"
		done
	done
	rm -f "$db"*
}

# A pprof file to a profile in memory. BENCH_PPROF names one (pprof's own large.cpu has 20,430
# samples); else one of 20,000 stacks is made.
bench_pprof() {
	[ -x tests/bench/open ] || make -s tests/bench/open || return
	local file=${BENCH_PPROF:-$work/made.pprof} db=$work/pprof.db measured program
	if [ ! -f "$file" ]; then
		awk 'BEGIN {
			for (i = 0; i < 20000; i++) {
				line = "main"
				for (d = 0; d < 25; d++)
					line = line ";package_" d "/file.function_" int(i / (1 + d * 700)) % 900 + d * 1000
				print line, 1 + i % 7
			}
		}' >"$work/made.folded"
		rm -f "$db"*
		"$headroom" --quiet --db "$db" service add bench 2>/dev/null &&
			"$headroom" --quiet --db "$db" import profile "$work/made.folded" --service bench &&
			"$headroom" --quiet --db "$db" export pprof --service bench -o "$file" || return
		rm -f "$db"*
	fi
	measured=$(tests/bench/open "$file" "$runs") || return
	row "pprof $(basename "$file"), $(($(stat -c %s "$file") / 1000)) KB, to a profile" "${measured%% *} s CPU" '0.12 s' "${measured#* } stacks and samples"
	program=
	command -v pprof >/dev/null && program='pprof -top'
	command -v go >/dev/null && program='go tool pprof -top'
	if [ -n "$program" ]; then
		# shellcheck disable=SC2086
		peer "$program" "${measured%% *}" $program "$file"
	else
		row '  go tool pprof' 'not installed' '' 'published for large.cpu: 1.2 s'
	fi
}

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(getconf _NPROCESSORS_ONLN) cores," \
	"load $(cut -d ' ' -f 1 /proc/loadavg) before, $(${CC:-cc} --version 2>/dev/null | head -n 1)"
[ -z "${SANITIZE:-}" ] || echo "built with $SANITIZE: these figures say nothing about the program"
row WHAT MEASURED GOAL NOTE
# BENCH_ONLY: one part, such as first_frame.
for part in import screen screen_peers pprof core series open first_frame flame merge changepoints fleet fleet_store; do
	[ "${BENCH_ONLY:-$part}" != "$part" ] || "bench_$part"
done
