#!/bin/sh
# The sample case from end to end: made, detected, scanned, looked at, decided about.
. "${srcdir:-.}/tests/shell/lib.sh"
command -v git >/dev/null || skip 'git is not installed'

it 'demo makes repository and database and finds what is in them'
last_words='demo --dir sample --no-ui'
"$headroom" demo --dir sample --no-ui >"$scratch/out" 2>"$scratch/err" </dev/null
status=$?
check_always
status_is 0
out_has '^2 regressions, '
out_has "^repository +$scratch/sample/shelf$"
db=$scratch/sample/headroom.db
[ "$(git -C sample/shelf rev-list --count HEAD)" -ge 25 ] || fail 'the history is short'
[ -z "$(git -C sample/shelf status --porcelain)" ] || fail 'the work tree is not clean'
[ ! -e "$HOME/.local" ] || fail 'it wrote outside its folder'

it 'the commits are the same on every machine'
git -C sample/shelf log --format='%H %an %s' >"$scratch/out"
golden_text demo-history

it 'doing it again finds nothing new'
run_bare --json demo --dir sample --no-ui
status_is 0
run --json findings
cp "$scratch/out" all.json
json_is '[.findings[] | .kind + .subject.name] | length == (unique | length)'

it 'the two regressions, and nothing for moved cost and the spike'
run --json findings --kind regression
ok
json_is '[.findings[].subject.name] | sort == ["escape_html", "log_access"]'
json_is '[.findings[] | .after > .before and .q < 0.01] | all'
json_is '[.findings[] | .impact.cores > 0 and .impact.low <= .impact.cores and .impact.cores <= .impact.high] | all'
run --json findings --state all
json_is '[.findings[].subject.name] | (contains(["page_facts"]) or contains(["feed_export"])) | not'

it 'each with the right change in front'
guilty() { git -C sample/shelf log --format=%H --grep "$1"; }
id_of() { jq -r ".findings[] | select(.subject.name == \"$1\" and .kind == \"${2:-regression}\") | .id" all.json; }
log=$(id_of log_access) escape=$(id_of escape_html) fold=$(id_of fold_text opportunity)
run --json suspects "$log"
ok
json_is ".suspects[0].change == \"$(guilty 'decide about the level in one place')\""
json_is '.verdict == "likely" and (.suspects[0].functions | index("log_access") != null)'
json_is '.suspects | map(.score) | . == (sort | reverse)'
json_is '.suspects[0].factors | keys == ["attribution", "diff", "text", "timing"]'
run --json suspects "$escape"
ok
json_is ".suspects[0].change == \"$(guilty 'line ends of other systems')\""
json_is '.verdict == "likely"'
run suspects "$escape"
ok
out_has '^suspects: likely$'

it 'the opportunity'
run --json findings --kind opportunity
ok
json_is '[.findings[].subject.name] | index("fold_text") != null'
run --json show "$fold"
ok
json_is '.kind == "opportunity" and .skill == "hoist-strlen" and .after < .before'

it 'show has what findings has, and more'
run --json show "$log"
ok
json_is '.verdict == "likely" and .samples_before > 0 and .windows_after >= 3 and (.evidence.filters | length) >= 4'
jq -S . "$scratch/out" >shown.json
jq -S ".findings[] | select(.id == \"$log\") | del(.suspects)" all.json >listed.json
[ "$(jq -n --slurpfile a listed.json --slurpfile b shown.json '[$a[0] | to_entries[] | select($b[0][.key] != .value) | .key] | length')" = 0 ] ||
	fail 'findings and show differ'
run show "$log"
ok
out_has "^$log  regression in shelf  log_access  "
out_has '^suspects: likely$'

it 'detect and scan again: the same change is reported once'
run --json detect
ok
json_is '.findings | length == 2'
json_is '.scanned.change_points >= 2 and (.scanned.filtered | keys == ["cost_shift","duplicate","mix","renamed","same_regression","seasonal","threshold","went_away"])'
json_is '.scanned.filtered.went_away >= 1 and .scanned.filtered.cost_shift >= 1'
run --json scan
status_is 0
json_is '[.findings[].subject.name] | index("fold_text") != null'
run --json findings --state all
[ "$(jq -r '.findings[].id' "$scratch/out" | sort | tr '\n' ' ')" = "$(jq -r '.findings[].id' all.json | sort | tr '\n' ' ')" ] ||
	fail 'there are new findings'

it 'as of a time before the changes there is nothing'
cp sample/headroom.db early.db
run_bare --db early.db finding dismiss "$log" --reason 'out of the way'
run_bare --db early.db --json detect --as-of "$(jq -rs '.[11].start' "$abs_srcdir/data/demo/windows.jsonl")" --fail
status_is 1
json_is '.findings == [] and .scanned.windows > 5'

it 'claim, dismiss and undo, each an event with its user'
run --json finding claim "$log"
ok
json_is '.state == "claimed"'
run --json show "$log"
json_is '.state == "claimed" and .owner == "tester"'
run --json findings --mine
json_is "[.findings[].id] == [\"$log\"]"
run finding dismiss "$log"
error_is 2 '--reason'
run --json finding dismiss "$log" --reason 'the price of audit'
ok
json_is '.state == "dismissed"'
run --json findings
json_is "[.findings[].id] | index(\"$log\") == null"
run --json findings --state dismissed
json_is "[.findings[].id] == [\"$log\"]"
run --json detect
ok
run --json show "$log"
json_is '.state == "dismissed"'
run --json finding undo "$log"
ok
json_is '.state == "claimed"'
run --json finding undo "$log"
json_is '.state == "new"'
run finding undo "$log"
status_is 3
run show "$log"
out_has 'tester  .*the price of audit'
run finding dismiss "$fold" --duplicate-of "$escape"
ok
run --json finding undo "$fold"
json_is '.state == "new"'
run finding claim F999
error_is 3 'no finding F999'
run finding dismiss "$fold" --duplicate-of "$fold"
status_is 3

it 'an investigation with every default step'
run --json investigate "$log" --yes --report report.md
status_is 0
cp "$scratch/out" investigation.json
json_is ".finding == \"$log\" and (.steps | length) == 6 and ([.steps[].state] | all(. == \"done\" or . == \"skipped\"))"
grep -q log_access report.md || fail 'the report does not name the function'
run investigate "$escape" --yes
status_is 0
out_has '^verdict '
run investigate "$escape"
error_is 2 'not on a terminal; --yes takes every step'
run investigate F999 --yes
error_is 3 'no finding F999'
run investigate "$log" --playbook nothing --yes
status_is 3

it 'the tools answer about it'
run --json tool list
ok
json_is '[.tools[].name] | contains(["profile_query", "series_query", "change_show", "suspects_rank", "code_read"])'
json_is '[.tools[] | .input_schema.type == "object"] | all'
run tool list
ok
for question in "suspects_rank {\"finding\":\"$log\"}" "finding_show {\"finding\":\"$log\"}"; do
	run tool call "${question%% *}" "${question#* }"
	status_is 0
	jq -e . "$scratch/out" >/dev/null || fail 'not JSON'
done
run tool call nothing
error_is 3 'nothing'
run tool call suspects_rank '{'
error_is 2 'the arguments'
run tool call suspects_rank '{}'
[ "$status" -ge 2 ] || fail 'nothing was asked, and it answered'
run tool call suspects_rank '{"finding":"F1","nonsense":1}'
[ "$status" -ge 2 ] || fail 'an argument that is not known was taken'
run tool call code_read '{"service":"shelf","file":"../../../etc/passwd"}'
[ "$status" -ge 2 ] || fail 'a file outside of the repository was read'

it 'a repository that is gone is said, and the findings are still there'
mv sample/shelf sample/moved
run --json show "$log"
status_is 0
run scan
[ "$status" = 0 ] || error_is 3 'shelf'
run doctor
out_has 'the repository is gone'
run --json suspects "$log"
[ "$status" = 0 ] || status_is 3
mv sample/moved sample/shelf

it 'demo where it cannot be made'
touch file
run_bare demo --dir file --no-ui
status_is 3
run_bare demo --dir file/below --no-ui
status_is 3
HEADROOM_DATA=$scratch/nowhere
export HEADROOM_DATA
run_bare demo --dir other --no-ui
error_is 3 'HEADROOM_DATA names the folder'
unset HEADROOM_DATA

finish
