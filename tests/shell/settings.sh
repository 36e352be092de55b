#!/bin/sh
# config.yaml: where it is found, what it changes, errors with file and line.
. "${srcdir:-.}/tests/shell/lib.sh"
must service add api

it 'without a file the defaults hold'
run --json service show api
ok
golden settings-default
run service show api
ok
out_has '^detection \(defaults\)$'
out_has 'small-and-slow: historic: 0 \(all there is\), analysis: 0 \(anywhere\), extended: 6h, min_delta: 0.005%'

it 'the user'"'"'s file, and --config over it'
mkdir -p "$HOME/.config/headroom"
cat >"$HOME/.config/headroom/config.yaml" <<'C'
detection:
  q_max: 5%
  stages: {cost_shift: off}
services:
  api: {preset: invoicer, work: requests}
C
run --json service show api
ok
json_is '.detection | .preset == "invoicer" and .work == "requests" and .q_max == 0.01 and .stages.cost_shift'
json_is '.detection.configurations | length == 2'
echo 'services: {api: {q_max: 0.2}}' >other.yaml
run --json service show api --config other.yaml
ok
json_is '.detection | .preset == "default" and .q_max == 0.2 and .file == "other.yaml"'
XDG_CONFIG_HOME=$scratch/nothing run --json service show api
json_is '.detection.file == null'

it 'a section for a service that is not there is said where settings are used'
printf 'services:\n  nosuchsvc: {preset: tao}\n  api: {q_max: 0.2}\n' >typo.yaml
for words in 'service show api' 'detect'; do
	# The words are split on purpose.
	run --config typo.yaml $words
	status_is 0
	err_has '^headroom: typo.yaml: services: nosuchsvc: no service of that name yet$'
	[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'more than one note'
done
run --config typo.yaml doctor
out_has '^missing +settings +services: nosuchsvc: no service of that name$'
run --config other.yaml doctor
out_has '^ok +settings +other.yaml$'

it 'errors name file and line, and the nearest key'
printf 'detection:\n  stages:\n    seasonnal: off\n' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml:3: unknown key "seasonnal" \("seasonal" is one\)'
printf 'xyzzy: 1\n' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml:1: unknown key "xyzzy"$'
printf ':::[\n' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml:1: ":::\[" is not a map of keys$'
printf 'detection: {q_max: [}\n' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml:1: '
run --config nowhere.yaml service show api
error_is 3 'nowhere.yaml'
printf 'detection: &a {x: *a}\n' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml:1: '
head -c 300000 /dev/zero | tr '\0' ' ' >bad.yaml
run --config bad.yaml service show api
error_is 3 'bad.yaml'

finish
