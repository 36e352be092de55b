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

it 'labels and events that there are'
run --json profile labels --service api
ok
json_is '.windows == 2 and (.labels | map(.value)) == ["1", "2"]'
run profile labels --service api
ok
out_has 'version'

it 'heat: each function in each window'
run --json profile heat --service api
ok
json_is '.columns | map(.samples) == [10000, 14000]'
json_is '.functions | map(select(.function == "escape")) | .[0].shares | map(. * 1000 | round) == [200, 429]'
run profile heat --by-total --limit 1
ok
out_has 'main'
out_lacks 'escape'
run --json profile heat before.folded
ok
json_is '.of == "before.folded" and (.columns | length) == 1'
run profile heat before.folded --service api
error_is 2 'FILE or --service'

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

it 'transforms stack in the order they are given'
first='--to 2026-11-01T12:00:00Z'
run --json profile tree --focus render --invert $first
json_is '.transforms | map(.transform) == ["focus-function", "invert"]'
json_is '.tree.samples == 3000 and .tree.children[0].function == "escape"'
json_is '.tree.children[0].children[0].function == "render"'
run --json profile top --drop render --merge main $first
json_is '[.functions[].function] | contains(["render"]) or contains(["main"]) | not'
json_is '.functions[] | select(.function == "serve") | .share == 0.3'
run --json profile callers escape --merge serve $first
json_is '.tree.children[0].children[0].children[0].function == "main"'
run --json profile top --focus-path 'main;serve' --collapse render $first
json_is '.functions[] | select(.function == "render") | .self == 0.3'
run profile top --focus nothing
error_is 3 'nothing: not in these profiles'
run profile top --only-kind blue
error_is 2 '--only-kind: .*blue: not user, kernel'

it 'search counts what lies under a match once'
run --json profile top --search '^(serve|escape)$' $first
json_is '.search.frames == 2 and .search.functions == 2 and .search.share == 0.6'
json_is '[.functions[].function] == ["escape", "serve"]'
run --json profile tree --search SERVE $first
json_is '.search.frames == 0 and .search.share == 0'
run profile tree --search '('
error_is 2 '--search: .*'
run profile tree --search '(a)\1'
error_is 2 '--search: .*refer back'

it 'measures: shares, samples and samples for a unit of work'
sides='--before 2026-11-01..2026-11-02 --after 2026-11-02..2026-11-03'
run --json profile diff $sides --measure weight
json_is '.measure == "weight"'
json_is '.functions[] | select(.function == "escape") | .value_before == 2000 and .value_after == 6000'
json_is '.functions[] | select(.function == "log") | (.changed | not) and .delta < -0.1'
run --json profile diff $sides --work 1000..3000
json_is '.functions[] | select(.function == "escape") | .value_before == 2 and .value_after == 2 and (.changed | not)'
json_is '.functions[] | select(.function == "log") | .mark == "-"'
printf 'time,requests\n2026-11-01T00:00:30Z,50\n2026-11-02T00:00:30Z,150\n' >requests.csv
must import series requests.csv --service api
run --json profile diff $sides --per requests
json_is '.measure == "work"'
json_is '.functions[] | select(.function == "escape") | (.value_before - 2000 / 3000 | fabs) < 1e-9 and (.changed | not)'
run profile diff $sides --per nothing
error_is 3 '--per: nothing: no such series'
run profile diff $sides --measure work
error_is 2 '--measure work: say how much'
run profile diff $sides --work 1000..0
error_is 2 '--work: .*not BEFORE..AFTER'
run profile diff $sides --measure speed
error_is 2 '--measure: speed: not share, weight or work'

it 'movers are at the deepest frame, once'
run --json profile diff $sides --measure weight --movers
json_is '.movers | length == 1'
json_is '.movers[0] | .function == "escape" and .mark == "+" and .path == ["main", "serve", "render", "escape"]'

finish
