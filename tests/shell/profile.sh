#!/bin/sh
# profile top, tree, callers, callees, diff: figures that can be counted by hand.
. "${srcdir:-.}/tests/shell/lib.sh"
must service add api
profile() { # ESCAPE: folded stacks in which escape has that many samples
	printf 'main;serve;parse 3000\nmain;serve;render;escape %s\nmain;serve;render 1000\n' "$1"
	printf 'main;log 3999\nmain;tick 1\n'
}
profile 2000 >before.folded
profile 6000 >after.folded
must import profile before.folded --service api --time 2026-11-01T00:00:00Z --duration 60s --label version=1
must import profile after.folded --service api --time 2026-11-02T00:00:00Z --duration 60s --label version=2

it 'top'
run --json profile top --service api --to 2026-11-01T12:00:00Z
ok
golden profile-top
run profile top --service api --to 2026-11-01T12:00:00Z
ok
golden_text profile-top
run --json profile top --by-total --to 2026-11-01T12:00:00Z
json_is '.functions[0].function == "main" and .functions[0].share == 1 and .functions[0].self == 0'
run --json profile top --limit 1
json_is '.functions | length == 1'
run --json profile top --label version=2
json_is '.windows == 1 and .samples_after == 14000'

it 'tree'
run --json profile tree --to 2026-11-01T12:00:00Z
ok
golden profile-tree
run profile tree --to 2026-11-01T12:00:00Z
ok
golden_text profile-tree
run --json profile tree --inverted --to 2026-11-01T12:00:00Z
ok
golden profile-inverted

it 'callers and callees'
run --json profile callers escape --to 2026-11-01T12:00:00Z
ok
golden profile-callers
run --json profile callees serve --to 2026-11-01T12:00:00Z
ok
golden profile-callees
run profile callers nothing
error_is 3 'nothing: not in these profiles'

it 'diff tells change from noise'
run --json profile diff
ok
golden profile-diff 'del(.functions[].z, .functions[].q) | walk(if type == "number" then (. * 1e6 | round) / 1e6 else . end)'
json_is '.functions[0].function == "escape" and .functions[0].changed'
run --json profile diff --before 2026-11-01..2026-11-02 --after 2026-11-02..2026-11-03
ok
json_is '.functions[0].function == "escape" and .functions[0].delta > 0.22'
run profile diff
ok
golden_text profile-diff

it 'the same on both sides is no change'
must import profile before.folded --service api --time 2026-11-03T00:00:00Z --duration 60s
run --json profile diff --before 2026-11-01..2026-11-02 --after 2026-11-03..2026-11-04
ok
json_is '[.functions[] | select(.changed)] == []'

it 'sides that are wrong or empty'
run profile diff --before 2026-11-02..2026-11-01 --after 2026-11-02..2026-11-03
error_is 2 '--before: .*ends before it begins'
run profile diff --before 2026-11-01 --after 2026-11-02..2026-11-03
error_is 2 '--before: .*not FROM..TO'
run profile diff --before 2025-11-01..2025-11-02 --after 2026-11-02..2026-11-03
error_is 3 '--before: no profile in this time'
run profile top --from 2027-01-01T00:00:00Z
error_is 3 'api: no profile in this time'

finish
