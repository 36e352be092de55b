#!/bin/bash
# Change points of the series of a file.
. "${srcdir:-.}/tests/shell/lib.sh"

# Noise that is the same everywhere: the digits of a multiplicative generator, and a step.
make_series() { # POINTS STEP_AT HEADER
	awk -v points="$1" -v at="$2" -v header="$3" 'BEGIN {
		print header
		x = 1
		for (i = 0; i < points; i++) {
			noise = 0
			for (k = 0; k < 4; k++) { x = (x * 16807) % 2147483647; noise += x / 2147483647 - 0.5 }
			printf "2026-01-0%dT%02d:00:00Z,%.4f,%.4f\n", 1 + i / 24, i % 24, 50 + noise + (i >= at ? 4 : 0), 7 + noise
		}
	}'
}
rounded='(.. | numbers) |= (if . == 0 then 0 else (. * 1000 | round) / 1000 end)'
make_series 120 60 'time,cpu,flat' >wide.csv

it 'a step is one change point with its levels, its time and intervals; noise is none'
run --json changepoints wide.csv
ok
golden changepoints "$rounded"
json_is '.series[0].changepoints | length == 1 and .[0].index == 60'
json_is '.series[0].changepoints[0] | .time == "2026-01-03T12:00:00Z" and .low <= 60 and .high >= 60'
json_is '.series[0].changepoints[0] | .p < 1e-6 and .delta_low < .delta and .delta < .delta_high'
json_is '.series[1] | .name == "flat" and .points == 120 and .changepoints == []'
[ ! -e "$db" ] || fail 'a database was made'

it 'words for a person say the same, and the same every time'
run changepoints wide.csv
ok
golden_text changepoints
cp "$scratch/out" before
run changepoints wide.csv
cmp -s "$scratch/out" before || fail 'another answer for the same file'

it 'long files, JSON lines and stdin give the same answer'
awk -F, 'NR == 1 { print "time,series,value"; next } { print $1 ",cpu," $2; print $1 ",flat," $3 }' wide.csv >long.csv
awk -F, 'NR > 1 { printf "{\"time\":\"%s\",\"series\":\"cpu\",\"value\":%s}\n", $1, $2 }' wide.csv >lines.jsonl
for file in long.csv lines.jsonl; do
	run --json changepoints "$file"
	ok
	json_is '.series[0].name == "cpu" and .series[0].changepoints[0].index == 60'
done
run_input wide.csv --json changepoints -
ok
json_is '.series[0].changepoints[0].index == 60'

it 'gaps are no points, and the index counts rows'
awk -F, -v OFS=, 'NR > 1 && NR % 5 == 0 { $2 = NR % 2 ? "" : "NaN" } { print }' wide.csv >gaps.csv
run --json changepoints gaps.csv
ok
json_is '.series[0] | .points == 120 and .changepoints[0].index >= 60 and .changepoints[0].index <= 61'

it 'rows of one build are one point; the index is its first row'
awk 'BEGIN {
	print "Index,Build,Measurement"
	x = 7
	for (b = 0; b < 40; b++)
		for (k = 0; k < 1 + b % 4; k++) {
			x = (x * 16807) % 2147483647
			printf "%d,%d,%.3f\n", ++i, 1000 + b, 100 + (b * 7) % 5 + x / 2147483647 + (b >= 20 ? 30 : 0)
		}
}' >builds.csv
first=$(awk -F, '$2 == 1020 { print NR - 2; exit }' builds.csv)
run --json changepoints builds.csv
ok
json_is ".series | length == 1 and .[0].name == \"Measurement\" and .[0].groups == 40"
json_is ".series[0].changepoints | length == 1 and .[0].index == $first and .[0].time == $first + 1"
run --json changepoints builds.csv --time Index --value Measurement
ok
json_is ".series[0] | .groups == null and .changepoints[0].index == $first"
run --json changepoints builds.csv --by Build --value Measurement
ok
json_is '.series[0].groups == 40'

it 'rows of one time are one point too'
awk -F, 'NR == 1 { print; next } { print; print }' wide.csv >twice.csv
run --json changepoints twice.csv
ok
json_is '.series[0] | .points == 240 and .groups == 120 and .changepoints[0].index == 120'

it 'what cannot change does not'
printf 'time,constant,one,none\n' >still.csv
for i in $(seq 1 30); do echo "$i,5,$([ "$i" = 3 ] && echo 1),"; done >>still.csv
run --json changepoints still.csv
ok
json_is '[.series[].changepoints[]] == []'
printf 'time,a\n1,1e308\n2,-1e308\n3,1e308\n4,-1e308\n5,1e308\n6,-1e308\n7,0\n8,1e-308\n' >huge.csv
run --json changepoints huge.csv
ok
run --json changepoints still.csv --fail
status_is 1

it 'names may hold anything and harm nothing'
printf 'time,"a\033[31m\007",\302\233b,<&"\n1,2,3,4\n' >hostile.csv
run changepoints hostile.csv
run --json changepoints hostile.csv

it 'what is wrong with a file or an option is said in one line'
run changepoints nowhere.csv
error_is 3 nowhere.csv
: >empty.csv
run changepoints empty.csv
error_is 3 empty.csv
printf 'time,a\n1,2\n2,x\n' >bad.csv
run changepoints bad.csv
error_is 3 'bad.csv:3'
head -c 3000 /dev/urandom >garbage.csv
run changepoints garbage.csv
[ "$status" = 0 ] || error_is 3 garbage.csv
run changepoints wide.csv --value nothing
error_is 3 'no column is named nothing'
run changepoints
error_is 2 'changepoints: takes FILE\|-$'
run_input wide.csv --json changepoints -
[ "$status" -le 1 ] || fail "stdin: status $status"
json_is '.series | length >= 1'
run changepoints wide.csv --p 2
error_is 2 -- --p
run changepoints wide.csv --min-points 1
error_is 2 -- --min-points

finish
