#!/bin/bash
# `prune`: windows roll up into hours and days, nothing is lost, and whatever ends it leaves a
# database that opens and goes on.
. "${srcdir:-.}/tests/shell/lib.sh"

# Fifty days of windows of half an hour with a hundred samples each, to the hour that the clock
# stands at; `slow` takes twice as much from the tenth of November on, which is detected.
windows=2400 change=1900
awk -v windows=$windows -v change=$change 'BEGIN {
	for (w = 0; w < windows; w++)
		for (s = 0; s < 100; s++) {
			slow = (w < change ? 3 : 7) + w * 7919 % 3
			leaf = s < slow ? "slow" : "inner" s % 3
			printf "shelf  42 [001] %.6f:    1001001 cpu-clock: \n", 1000 + w * 1800 + s * 17
			printf "\t  401136 %s+0x16 (/srv/shelf)\n", leaf
			if (s >= slow)
				printf "\t  401180 other+0x16 (/srv/shelf)\n"
			printf "\t  401200 main+0x20 (/srv/shelf)\n\n"
		}
}' >long.perf
import='import profile long.perf --service api --time 2026-10-01T12:00:00Z --split 30m'
must service add api --cores 100
must service add empty
must $import
must --json detect --service api
cp "$db" fresh.db
keep='--keep 5d --hourly 30d'

# The whole time, added up; how many windows hold it is no matter.
whole() { # [FILE]
	run_bare --db "${1:-$db}" --json profile top --service api --limit 100 \
		--from 2026-09-01T00:00:00Z --to 2026-12-01T00:00:00Z
	jq -S 'del(.windows, .windows_after, .windows_before)' "$scratch/out"
}
whole >whole.before
[ "$(jq .samples_after whole.before)" = 240000 ] || fail 'not all samples are in the whole'

it 'asks on a terminal only, and does nothing without an answer'
run prune
error_is 2 'prune: cannot ask here .*; --yes rolls up, --dry-run only says what would be$'
run --json prune
status_is 2
cmp -s fresh.db "$db" || [ "$(windows_stored api)" = $windows ] || fail 'something was done'

it 'ages are checked'
run prune --yes --keep soon
error_is 2 '--keep'
run prune --yes --keep 20d --hourly 19d
error_is 2 '--hourly: less than --keep'
run prune --yes --daily 3d
error_is 2 '--daily: less than --hourly'
run prune --yes --service nope
error_is 3 'no service nope'

it 'a dry run says what would be and changes nothing'
run --json prune --dry-run $keep --daily 40d
ok
cp "$scratch/out" dry.json
json_is '.dry_run and (.services | map(.service) == ["api", "empty"])'
json_is ".services[0] | .windows_before == $windows and .windows_after < 1200 and .days >= 19 and .hours > 200"
json_is '.services[0] | .bytes_after < .bytes_before and .older_than_daily > 400'
json_is '.services[1] | .windows_before == 0 and .windows_after == 0'
[ "$(windows_stored api)" = $windows ] || fail 'a dry run changed windows'
run prune --dry-run $keep
ok
out_has '^api: 2,400 windows, .* -> [0-9,]+ windows, .* \([0-9]+ made of an hour, [0-9]+ of a day\)$'
out_has '^empty: 0 windows, 0 bytes: nothing to roll up$'

it 'what an open finding needs stays as it was recorded'
run --json findings
json_is '.findings | length >= 1'
run --json prune --dry-run $keep
json_is '.services[0].kept_for_findings >= 4 * 48 and .services[0].kept_for_findings <= 6 * 48'
kept=$(jq '.services[0].kept_for_findings' "$scratch/out")

it 'a kill -9 in the middle leaves a whole database, and the next run goes on'
cp fresh.db killed.db
for moment in 0.02 0.05 0.1 0.1 0.1; do
	"$headroom" --db killed.db prune --yes $keep >/dev/null 2>&1 </dev/null &
	victim=$!
	sleep "$moment"
	kill -9 "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	whole killed.db >whole.killed
	cmp -s whole.before whole.killed || fail "killed after $moment s, the whole is another"
done
run_bare --db killed.db --json prune --yes $keep
ok
[ "$(jq '.services[0].windows_after' "$scratch/out")" = "$(jq '.services[0].windows_after' dry.json)" ] ||
	fail 'after the kills another number of windows is left'
whole killed.db >whole.killed
cmp -s whole.before whole.killed || fail 'after the kills the whole is another'

it 'SIGINT stops it between days, and it says so'
cp fresh.db stopped.db
"$headroom" --db stopped.db prune --yes $keep >stopped.out 2>stopped.err </dev/null &
victim=$!
sleep 0.05
kill -INT "$victim" 2>/dev/null
wait "$victim"
stopped=$?
case $stopped in
0) grep -q ' -> ' stopped.out || fail 'it ended without a word' ;;
3) grep -q '^headroom: api: rolling up: cancelled$' stopped.err || fail "$(cat stopped.err)" ;;
130) ;; # before it began
*) fail "status $stopped" ;;
esac
whole stopped.db >whole.stopped
cmp -s whole.before whole.stopped || fail 'stopped, the whole is another'

it 'it does what the dry run said'
figures='.services | map(del(.older_than_daily))' # windows as they are then
run --json prune --yes $keep --daily 40d
ok
json_is '.dry_run | not'
[ "$(jq -S "$figures" "$scratch/out")" = "$(jq -S "$figures" dry.json)" ] || fail 'not what the dry run said'
json_is '.file.bytes_free > 0 and .file.bytes_after == .file.bytes_before'
whole >whole.after
cmp -s whole.before whole.after || fail "$(diff whole.before whole.after | head -5)"
after=$(jq '.services[0].windows_after' dry.json)
run --json prune --yes $keep
json_is ".services[0] | .windows_before == $after and .windows_after == $after and .days + .hours == 0 and .kept_for_findings == $kept"
[ "$(windows_stored api)" -gt 0 ] || fail 'no window is left'

it 'the same file again is known'
run --json $import
ok
json_is ".files[0] | .windows_added == 0 and .windows_known == $windows"

it 'detection goes on, and a run that remembers finds what a full one finds'
run --json detect --service api
ok
jq -S '[.findings[] | {id, kind, subject, before, after, changed_at, p}]' "$scratch/out" >remembered
run --json detect --service api --full
ok
jq -S '[.findings[] | {id, kind, subject, before, after, changed_at, p}]' "$scratch/out" >full
cmp -s remembered full || fail "$(diff remembered full | head -20)"
json_is '.findings | map(.id) | index("F1") != null'

it 'space goes back to the disk only when asked to'
size=$(stat -c %s "$db")
run prune --yes --vacuum
ok
out_has '^file: .* -> '
[ "$(stat -c %s "$db")" -lt "$size" ] || fail "the file has $(stat -c %s "$db") bytes and had $size"
whole >whole.after
cmp -s whole.before whole.after || fail 'after the vacuum the whole is another'

it 'a database that cannot be written can be asked, and is not changed'
if [ "$(id -u)" != 0 ]; then
	chmod a-w fresh.db
	run_bare --db fresh.db --json prune --dry-run $keep
	status_is 0
	run_bare --db fresh.db prune --yes $keep
	error_is 3 'read-only'
fi
finish
