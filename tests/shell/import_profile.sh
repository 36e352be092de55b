#!/bin/sh
# import profile: formats, windows, labels, twice stores once, skipping on demand.
. "${srcdir:-.}/tests/shell/lib.sh"
data=$abs_srcdir/tests/collect/data

printf 'main;parse;next 10\nmain;parse 5\nmain;log 1\n' >plain.folded
gzip -nc plain.folded >plain.folded.gz
cat >small.perf <<'PERF'
shelf  4242 [001] 100.000000:    1001001 cpu-clock:pppH: 
	          401136 parse+0x16 (/srv/shelf)
	          401200 main+0x20 (/srv/shelf)

shelf  4242 [001] 100.500000:    1001001 cpu-clock:pppH: 
	          401180 log_line+0x10 (/srv/shelf)
	          401200 main+0x20 (/srv/shelf)

shelf  4242 [001] 130.000000:    1001001 cpu-clock:pppH: 
	          401136 parse+0x16 (/srv/shelf)
	          401200 main+0x20 (/srv/shelf)

PERF
at='--time 2026-11-01T00:00:00Z --duration 60s'
must service add api

it 'folded stacks'
# $at is a list of words here and below.
run --json import profile plain.folded --service api $at
ok
golden import-folded
run import profile plain.folded --service api $at
ok
out_has '^plain.folded: folded, 16 samples in 3 stacks, 0 new windows, the rest was there already$'

it 'the same content at the same time is stored once, whatever the file is called'
run --json import profile plain.folded --service api $at
json_is '.files[0].windows_added == 0 and .files[0].windows_known == 1'
cp plain.folded other.name
run --json import profile other.name --service api $at
json_is '.files[0].windows_added == 0'
run --json import profile plain.folded.gz --service api $at
json_is '.files[0].windows_added == 0'
run_input plain.folded --json import profile - --service api $at
json_is '.files[0].windows_added == 0'
[ "$(windows_stored api)" = 1 ] || fail "$(windows_stored api) windows, not 1"

it 'another time is another window'
run --json import profile plain.folded --service api --time 2026-11-02T00:00:00Z --duration 60s
ok
json_is '.files[0].windows_added == 1 and .files[0].end == "2026-11-02T00:01:00Z"'
[ "$(windows_stored api)" = 2 ] || fail 'not 2 windows'

it 'perf script text'
run --json import profile small.perf --service api --time 2026-11-03T00:00:00Z
ok
golden import-perf
run --json import profile small.perf --service api --time 2026-11-04T00:00:00Z --split 10s
ok
json_is '.files[0].windows_added == 2'

it 'perf script in the shapes that perf prints it'
for shape in header inlined kernel no-call-chain pidtid spaces srcline digit-word-in-comm ip-only; do
	run --json --db shapes.db service add "$shape"
	run --json import profile "$data/$shape.txt" --service api --time 2026-11-05T00:00:00Z
	status_is 0
	json_is '.files[0].format == "perf script" and .files[0].samples > 0'
done

it 'labels are stored and choose windows'
must import profile plain.folded --service api --time 2026-11-06T00:00:00Z \
	--label version=42 --label region=eu
run --json profile top --service api --label version=42
ok
json_is '.windows == 1'
run --json profile top --service api --label region=eu --label version=42
json_is '.windows == 1'
run profile top --service api --label version=43
error_is 3 'no profile'
for label in x =x; do
	run import profile plain.folded --service api --label "$label"
	error_is 2 '--label: .*not KEY=VALUE'
done

it 'times are read in every form, and refused in none that are wrong'
for time in 1793491200 2026-11-07T00:00:00Z 2026-11-07T02:00:00+02:00 2026-11-07; do
	run --json import profile plain.folded --service api --time "$time" --duration 60s
	status_is 0
done
run import profile plain.folded --service api --time 'last week'
error_is 2 '--time'
run import profile plain.folded --service api --duration -5s
error_is 2 '--duration'
run --json import profile plain.folded --service api --time '2h ago' --duration 60s
ok
json_is '.files[0].start == "2026-11-20T10:00:00Z"'

it 'a bad line stops a file, with its number, and nothing of it is kept'
printf 'main;a 1\nno number here\nmain;b 2\nworse\n' >bad.folded
must service add clean
run import profile bad.folded --service clean $at
error_is 3 'bad.folded:2: '
[ "$(windows_stored clean)" = 0 ] || fail 'something was kept'

it '--keep-going skips, and says how many and why'
run --json import profile bad.folded --service clean $at --keep-going
status_is 0
json_is '.files[0].lines_skipped == 2 and .files[0].samples == 3'
err_has '^headroom: bad.folded: 2 lines not understood, first at line 2: '
[ "$(windows_stored clean)" = 1 ] || fail 'nothing was kept'

it 'of several files those before the bad one stay'
must service add several
run import profile plain.folded bad.folded small.perf --service several $at
status_is 3
err_has 'bad.folded:2: '
[ "$(windows_stored several)" = 1 ] || fail 'not one window'

it 'a service must be, and is guessed only where there is one'
run import profile plain.folded --service nope
error_is 3 'no service nope'
run import profile plain.folded $at
error_is 2 'there are 3 services'
run_bare --db empty.db import profile plain.folded
error_is 3 'no service yet'
run_bare --db empty.db service add only
run_bare --db empty.db import profile plain.folded $at
ok

it 'the event that is counted can be chosen, and what is not counted is told'
sed 's/cpu-clock:pppH/page-faults/' small.perf | cat small.perf - >two.perf
must service add events
run --json import profile two.perf --service events --time 2026-11-03T00:00:00Z
status_is 0
json_is '.files[0].samples == 3 and .files[0].event == "cpu-clock"
	and .files[0].events_not_counted == [{"event":"page-faults","samples":3}]'
err_has '3 samples of other events not counted'
run --json import profile two.perf --service events --time 2026-11-04T00:00:00Z --event page-faults
json_is '.files[0].samples == 3 and .files[0].event == "page-faults"'
run import profile two.perf --service events --time 2026-11-04T00:00:00Z --event nope
status_is 3

it 'or all of them, each in windows of its own'
must service add all
run import profile two.perf --service all --time 2026-11-04T00:00:00Z --event cpu-clock --all-events
error_is 2 'one or the other'
run import profile two.perf --service all --time 2026-11-04T00:00:00Z --all-events
ok
out_has '2 new windows'
out_has '2 events, each in windows of its own; the samples are of cpu-clock'
for event in cpu-clock page-faults; do
	run --json profile top --service all --event "$event"
	json_is '.samples_after == 3 and .windows == 1'
done
run --json import profile two.perf --service all --time 2026-11-04T00:00:00Z --all-events
json_is '.files[0].events == 2 and .files[0].events_not_counted == [] and .files[0].windows_known == 2'

it 'the same content is known whatever the date of its file, unless --time says when'
must service add dated
printf 'main;same 5\n' >dated.folded
touch -d 2026-11-20T12:00:00Z dated.folded
run import profile dated.folded --service dated
ok
out_has 'time 2026-11-20T11:59:00Z, from the file.s date; --time says another'
cp dated.folded copied.folded
touch -d 2026-11-21T12:00:00Z copied.folded
run --json import profile copied.folded --service dated
json_is '.files[0] | .windows_added == 0 and .windows_known == 1 and .start == "2026-11-20T11:59:00Z"'
run --json import profile copied.folded --service dated --time 2026-11-22T00:00:00Z
json_is '.files[0] | .windows_added == 1 and .time_from == "--time"'

it 'several events: which is shown is said, and one that is not known has a name'
printf 'app 1 [000] 1.0: 250000 cycles: \n\t401136 f+0x1 (/a)\n\n' >cycles.perf
must import profile cycles.perf --service dated --time 2026-11-23T00:00:00Z
run profile labels --service dated
out_has 'not known +2'
run profile top --service dated
ok
out_has 'shown: event cycles and windows of event "not known"'
out_has '^dated 2026-11-20T11:59:00Z to 2026-11-23T00:01:00Z, 3 windows, 11 samples'
run --json profile top --service dated --event 'not known'
json_is '.windows == 2 and .samples_after == 10'
run profile diff --service dated --before 2026-11-20T00:00:00Z..2026-11-21T00:00:00Z --after 2026-11-22T00:00:00Z..2026-11-24T00:00:00Z
ok
out_has '^before 2026-11-20T11:59:00Z to .*, 1 window, 5 samples'
out_has '^after  2026-11-22T00:00:00Z to .*, 2 windows, 6 samples'

finish
