#!/bin/bash
# `detect`: what it says and keeps. A service of three functions over forty windows: `slow` grows
# for good, `spike` for a while, `fast` gets cheaper.
. "${srcdir:-.}/tests/shell/lib.sh"

# window NUMBER SLOW SPIKE FAST: one folded profile of 20,000 samples, an hour each.
window() {
	local start=$((1795000000 + $1 * 3600)) rest=$((20000 - $2 - $3 - $4))
	printf 'main;slow %d\nmain;spike %d\nmain;fast %d\nmain;other;inner %d\n' "$2" "$3" "$4" \
		"$rest" >"$scratch/w$1.folded"
	must import profile "$scratch/w$1.folded" --service api --time "$start" --duration 1h
}

# Noise that is the same on each run: 0 to 16 by the number of the window.
noise() { echo $(($1 * 7919 % 17)); }

must service add api --cores 1000 --watts-per-core 8
for w in $(seq 0 39); do
	n=$(noise "$w") slow=400 spike=300 fast=900
	[ "$w" -ge 20 ] && slow=520
	[ "$w" -ge 10 ] && [ "$w" -lt 14 ] && spike=600
	[ "$w" -ge 28 ] && fast=500
	window "$w" $((slow + n)) $((spike + n)) $((fast - n))
done

cp "$db" "$scratch/fresh.db"

it 'finds the regression and what got cheaper, and says what was filtered'
run --json detect --improvements --filtered
ok
json_is '.findings | length == 1 and .[0].subject.name == "slow" and .[0].kind == "regression"'
json_is '.findings[0].added and .findings[0].config == "large-and-fast"'
json_is '.findings[0] | .smallest > 0 and .smallest < .delta and .delta_low < .delta and .delta < .delta_high'
json_is '.findings[0].stages | map(select(.stage == "went_away" or .stage == "threshold"))
	| length == 2 and all(.passed and .value > .limit and (.why | length) > 10)'
json_is '.findings[0].samples_before > 100000 and .findings[0].q <= 0.01'
json_is '.improvements | map(.subject.name) == ["fast"]'
json_is '.improvements[0] | .kind == "improvement" and .after < .before and .impact.cores > 10'
json_is '.filtered_changes | map(select(.subject.name == "spike" and .stage == "went_away")) | length >= 1'
json_is '.scanned.change_points == (.findings | length) + ([.scanned.filtered[]] | add)'
json_is '.scanned.configs | length == 1 and (.[0].configs | map(.config)) == ["large-and-fast","small-and-slow","long-term"]'
golden detect '{findings: [.findings[] | {id, kind, state, subject, changed_at, changed_between, unit, config,
	stages: [.stages[] | {stage, passed}]}], improvements: [.improvements[] | {id, kind, subject}],
	filtered: .scanned.filtered, moved}'

it 'running again reports the same finding and adds nothing'
before=$(database_state)
run --json detect
ok
json_is '.findings | length == 1 and .[0].id == "F1" and (.[0].added | not)'
json_is 'has("improvements") or has("filtered_changes") | not'
run --json detect --full
json_is '.findings | length == 1 and .[0].id == "F1"'
[ "$before" = "$(database_state)" ] || fail 'running again changed the case book'

it 'lists improvements only where they are asked for'
run --json findings
json_is '.findings | map(.kind) == ["regression"]'
run --json findings --kind improvement
json_is '.findings | map(.subject.name) == ["fast"]'

it 'stages can be switched off and named'
run --json detect --no-stage went-away
ok
json_is '.scanned.filtered.went_away == 0'
run --json detect --stages none --filtered
ok
json_is '[.scanned.filtered.went_away, .scanned.filtered.threshold, .scanned.filtered.seasonal] == [0,0,0]'
run detect --no-stage everything
error_is 2 '--no-stage: no such one: everything'
run detect --only large-and-fast,never
error_is 2 '--only: no such one: never'
run detect --preset nobody
error_is 2 '--preset: no such one: nobody'
run detect --q 2
error_is 2 '--q: over 0'
run --json detect --only large-and-fast
ok
json_is '.scanned.configs[0].configs | map(.config) == ["large-and-fast"]'

it 'counts what is settled as the same regression, in the line, the figures and the funnel'
copy=$db db=$scratch/settled.db
cp "$copy" "$db"
must finding dismiss F1 --reason 'too small'
for again in '' --full; do
	run detect $again
	ok
	out_has '^0 regressions; .* same regression, '
	out_has ' 1 same regression, '
	run --json detect $again
	json_is '.findings == [] and .scanned.filtered.same_regression == 1'
	json_is '.scanned.change_points == (.findings | length) + ([.scanned.filtered[]] | add)'
	run --json detect $again --filtered
	json_is '[.filtered_changes[] | select(.stage == "same_regression") | .why] ==
		["F1 is this change, and it is dismissed already"]'
done
must finding undo F1
run --json detect --filtered
ok
json_is '(.findings | length) == 1 and .scanned.filtered.same_regression == 0'
json_is '[.filtered_changes[] | select(.stage == "same_regression")] == []'
db=$copy

it 'what a person reports against a stage is neither doubled nor taken away by the next runs'
copy=$db db=$scratch/promoted.db
cp "$scratch/fresh.db" "$db"
must detect
run finding report spike --stage went_away
ok
out_has '^F[0-9]+: reported$'
promoted=$(grep -o '^F[0-9]*' "$scratch/out")
mine='[.findings[] | select(.subject.name == "spike")]'
kept() {
	run --json findings --state all
	json_is "$mine | length == 1 and .[0].id == \"$promoted\" and .[0].state == \"claimed\""
}
kept
for again in '' '' --full '--full --no-stage went-away' --full; do
	run detect $again
	ok
	kept
done
# new windows, in which all is as it was
for w in 40 41; do
	n=$(noise "$w")
	window "$w" $((520 + n)) $((300 + n)) $((500 - n))
	run detect
	ok
	kept
done
run finding report spike --stage went_away
ok
out_has "^$promoted: is about this change already"
kept

it 'one that was gone is open again, of who reports it, and stays so'
db=$copy
run --json findings --state all
json_is "$mine | length == 1 and .[0].state == \"gone\""
promoted=$(jq -r "$mine | .[0].id" "$scratch/out")
db=$scratch/again.db
cp "$copy" "$db"
must finding report spike --stage went_away
kept
run detect --full
ok
kept
db=$copy

it 'show says what it passed and what could have been seen'
run show F1
ok
out_has '^smallest +[0-9.e-]+ points could have been seen'
out_has '^  went away +passed +[0-9]+ % of the change is left, at least 50 % is asked for'
out_lacks ' failed|[0-9] of [0-9]|times the limit'
out_has '^growth .*q [0-9.e-]+, found by large-and-fast'

it 'power answers from the data of a service'
run --json power --service api slow --delta 0.5% --windows 6
ok
json_is '.share > 0.02 and .share < 0.03 and .samples_per_window == 20000 and .windows_before == 40'
json_is '.smallest > 0 and .needed.windows >= 1 and .window_seconds == 3600'
json_is '(.needed.days * 24 | round) == .needed.windows'
run power --service api nobody
error_is 3 'nobody'
run --json power slow --delta 0.5% --windows 6
ok
json_is '.share > 0.02 and .share < 0.03' # of the only service there is

it 'power answers from numbers, as the published floor has it'
# 0.0033 points at a share of 0.0083 % with a million samples after, one-sided 1 %, power 90 %.
run --json power --share 0.0083% --samples 1000000 --windows 1 --p 0.01
ok
json_is '.smallest > 0.000031 and .smallest < 0.000037'
run --json power --share 0.1% --samples 1000000 --windows 1 --p 0.01
json_is '.smallest > 0.000105 and .smallest < 0.000120'
run power --share 1% --samples 1000000
ok
out_has '^samples +1.0 M a window, any number of windows before'
out_lacks 'inf'
run power --share 1% --samples 1000000 --windows-before 1
ok
out_has ' a window, 1 window before, '
run power --share 2
error_is 2 '--share: between 0 and 100'
run power --share 1%
error_is 2 'say --share and --samples'

finish
