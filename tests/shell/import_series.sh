#!/bin/sh
# import series: the formats, shares, counters, twice stores once, bad lines, hostile names.
. "${srcdir:-.}/tests/shell/lib.sh"
must service add api

it 'long CSV of a metric'
cat >long.csv <<'C'
time,series,value,unit
2026-11-01T10:00:00Z,latency,12.5,ms
2026-11-01T11:00:00+01:00,latency,12.5,ms
2026-11-01T10:01:00Z,latency,,ms
1793527320,latency,13,ms
2026-11-01 10:00:00,throughput,100,
C
run --json import series long.csv --service api
ok
golden series-long
run import series long.csv --service api
ok
out_has '^long.csv: CSV \(long\), 2 series, 0 new points, 4 there already, 1 gap$'

it 'shares with samples, wide CSV, JSON lines, gzip, stdin'
cat >shares.csv <<'C'
time,series,value,samples
2026-11-01T10:00:00Z,json_escape,0.05,1000
2026-11-01T10:10:00Z,json_escape,0.0625,1600
C
run --json import series shares.csv --service api
ok
json_is '.sources[0] | .kind == "share" and .points_added == 2'
printf 'time;cpu;mem\r\n2026-11-01;1,5;200\r\n2026-11-02;NaN;210\r\n' | gzip >wide.csv.gz
run --json import series wide.csv.gz --service api
ok
json_is '.sources[0] | .format == "CSV (wide)" and .series == 2 and .points_added == 3 and .gaps == 1'
cat >lines.jsonl <<'C'
{"time":"2026-11-01T10:00:00Z","series":"errors","value":3,"unit":"1/s"}
{"time":1793527260,"series":"errors","value":null}
C
run_input lines.jsonl --json import series - --service api
ok
json_is '.sources[0] | .source == "-" and .format == "JSON lines" and .points_added == 1 and .gaps == 1'

it 'a counter becomes a rate, over a reset'
printf 'time,requests\n2026-11-01T10:00:00Z,100\n2026-11-01T10:01:00Z,160\n2026-11-01T10:02:00Z,30\n' >counter.csv
must service add counting
run --json import series counter.csv --service counting --counter
ok
json_is '.sources[0] | .points_added == 2 and .counter_resets == 1'
run import series shares.csv --service counting --counter
error_is 2 'shares.csv: shares with samples are no counters'

it 'several values at one time are kept, --replace corrects'
printf 'time,series,value\n2026-11-03,build,1.5\n2026-11-03,build,1.5\n2026-11-03,build,1.7\n' >build.csv
run --json import series build.csv --service api
json_is '.sources[0].points_added == 3'
run --json import series build.csv --service api
json_is '.sources[0] | .points_added == 0 and .points_known == 3'
printf 'time,series,value\n2026-11-03,build,2\n' >corrected.csv
run --json import series corrected.csv --service api --replace
json_is '.sources[0] | .points_added == 0 and .points_replaced == 1'

it 'chosen columns; an index is said to be one'
printf 'Index,GHC,Measurement\n1,508559,1.5\n2,508559,1.56\n' >columns.csv
run --json import series columns.csv --service api --time-column Index --value-column Measurement
status_is 0
err_has 'columns.csv: 1 column not read'
err_has 'columns.csv: its times are plain numbers: stored as seconds since 1970'
json_is '.sources[0] | .series == 1 and .points_added == 2'
run import series columns.csv --service api --value-column Speed
error_is 3 'columns.csv:1: no column is named Speed'

it 'all or nothing of a file; --keep-going says what it skipped'
printf 'time,a\n2026-11-01,1\n2026-11-02,x\n2026-11-03,3\n' >bad.csv
must service add whole
run import series bad.csv --service whole
error_is 3 'bad.csv:3: "x" is not a number'
run --json import series bad.csv --service whole --keep-going
status_is 0
json_is '.sources[0] | .series_new == 1 and .points_added == 2 and .lines_skipped == 1'
err_has '^headroom: bad.csv: 1 line skipped, first at line 3: "x" is not a number$'

it 'a share that is a metric, percent, files that are none'
printf 'time,series,value,samples\n2026-11-01,latency,0.5,10\n' >clash.csv
run import series clash.csv --service api
error_is 3 'clash.csv: latency: is there as a metric already'
printf 'time,series,value,samples\n2026-11-01,f,7.9,10\n' >percent.csv
run import series percent.csv --service api
error_is 3 'percent.csv:2: a share must be from 0 to 1 \(a fraction, not percent\)'
run import series nowhere.csv --service api
error_is 3 'nowhere.csv: '
: >empty.csv
run import series empty.csv --service api
error_is 3 'empty.csv: empty'
head -c 5000 /dev/urandom >random.csv
run import series random.csv --service api
error_is 3 'random.csv'
run import series --service api
error_is 2 'name a file'
run import series long.csv --service nope
error_is 3 'no service nope'

it 'hostile names never reach a terminal'
printf 'time,series,value\n2026-11-01,a\033[31m\007b,1\n2026-11-01,"x\342\200\256",q\033]0;t\007\n' >hostile.csv
run import series hostile.csv --service api
status_is 3
run import series hostile.csv --service api --keep-going
status_is 0

it 'the direction of harm is set by name'
run --json service set api --harm latency=down --harm requests=both
status_is 0
run --json service show api
ok
json_is '[.series[] | select(.name == "latency") | .harm, .harm_set] == ["down", true]'
json_is '[.series[] | select(.name == "throughput") | .harm, .harm_set] == ["down", false]'
json_is '[.series[] | select(.name == "latency") | .unit] == ["ms"]'
run service set api --harm latency=sideways
error_is 2 '--harm: sideways: not up, down or both'
run service set api --harm latency
error_is 2 '--harm: latency: not METRIC=up'

it 'the direction of harm is given with the file, and asked for where nothing says it'
must service add odd
printf 'time,foo_bar,latency_ms,"other{a=b}"\n2026-11-01,1,2,3\n2026-11-02,2,3,4\n' >odd.csv
run import series odd.csv --service odd
ok
out_has "nothing says which way foo_bar \(and 1 more\) is worse.* --harm up\|down, or headroom service set odd --harm 'foo_bar=up'"
run import series odd.csv --service odd
ok
out_lacks 'which way'
run service show odd
ok
out_has "of 2 series nothing says which way is worse.*headroom service set odd --harm 'foo_bar=up'"
run --json import series odd.csv --service odd --harm down
ok
json_is '.sources[0] | .points_added == 0 and .harm_unknown == 0'
run --json service show odd
json_is '[.series[] | .harm, .harm_set] == ["down",true,"down",true,"down",true]'
run service show odd
out_lacks 'which way'
run --json service set odd --harm new_one=up
status_is 0
printf 'time,new_one\n2026-11-01,1\n' >new.csv
run --json import series new.csv --service odd
json_is '.sources[0].harm_unknown == 0'
run import series odd.csv --service odd --harm sideways
error_is 2 '--harm: sideways: not up, down or both'
run import series shares.csv --service odd --harm up
error_is 2 'shares.csv: --harm: a share with samples is worse upwards'
run --json service show odd
json_is '.series | length == 4'

it 'an index is shown as points, not as an age'
must service add index
awk 'BEGIN { print "index,latency"; for (i = 0; i < 100; i++) print i "," 1 + i * 37 % 11 / 20 + (i > 50) * 5 }' >index.csv
run import series index.csv --service index
status_is 0
run service show index
ok
out_has 'x 0 +x 99$'
run detect --service index
out_has '^F[0-9]+  index  latency .*since x 51  new$'
run findings
ok
out_has ' latency .* x 51 '
out_lacks ' 56 y '

it 'service show says how to see more than the first series'
{ printf time; printf ',cpu%03d' $(seq 60); echo; printf 2026-11-01; printf ',%d' $(seq 60); echo; } >many.csv
must service add many
must import series many.csv --service many
run service show many
ok
out_has '^and 10 more: --all lists them$'
out_lacks '^cpu060 '
run service show many --all
ok
out_has '^cpu060 '
out_lacks ' more'

it 'a row without a name is one bad row, and times to come are told'
printf 'time,series,value\n2026-11-01T10:00:00Z,lat_ms,1\n2026-11-01T10:01:00Z,,2\n2026-11-01T10:02:00Z,lat_ms,3\n' >nameless.csv
run import series nameless.csv --service api
error_is 3 'nameless.csv:3: a series without a name'
run import series nameless.csv --service api --keep-going
status_is 0
err_has 'nameless.csv: 1 line skipped, first at line 3: a series without a name'
out_has '2 new points'
printf 'time,series,value\n2026-11-01T10:00:00Z,later_ms,1\n2058-11-01T10:01:00Z,later_ms,2\n' >later.csv
run import series later.csv --service api
status_is 0
err_has '^headroom: later.csv: its last point is in the future: 2058-11-01T10:01:00Z$'

finish
