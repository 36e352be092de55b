#!/bin/sh
# skills list, check, show, trust; doctor.
. "${srcdir:-.}/tests/shell/lib.sh"

it 'the skills that ship are there and right'
run --json skills list
ok
json_is '[.skills[] | select(.origin == "shipped") | .name] | contains(["hoist-strlen", "regression-from-change"])'
json_is '.skills[] | select(.name == "regression-from-change") | .steps == 6 and .kind == "defense"'
json_is '.skills[] | select(.name == "hoist-strlen") | .rule and .kind == "offense"'
run skills list
ok
out_has '^hoist-strlen '
run --json skills check
ok
json_is '.errors == 0 and .checked >= 2 and .problems == []'
run skills check
ok

it 'check takes a folder of skills, or the folder of one'
run --json skills check "$abs_srcdir/skills"
ok
json_is '.checked >= 2'
for folder in "$abs_srcdir/skills/hoist-strlen" "$abs_srcdir/skills/hoist-strlen/"; do
	run --json skills check "$folder"
	ok
	json_is '.checked == 1 and .errors == 0'
done

it 'show tells what a skill says'
run skills show hoist-strlen
ok
out_has 'strlen'
run --json skills show hoist-strlen
ok
json_is '.name == "hoist-strlen" and (.body | length) > 100'
run skills show nothing
error_is 3 'nothing: no such skill'

skill() { # FOLDER NAME: a whole skill
	mkdir -p "$1/$2"
	cat >"$1/$2/SKILL.md" <<S
---
name: $2
description: Looks at what $2 looks at, when a test wants it.
metadata:
  headroom-kind: defense
---
# $2

A body.
S
}

it 'a skill of the user counts'
skill "$HOME/.local/share/headroom/skills" of-mine
run --json skills list
ok
json_is '.skills[] | select(.name == "of-mine") | .origin == "user" and .trusted'

it 'a skill that is wrong is named with file and line, and the answer is no'
mkdir -p bad/bad-name
printf -- '---\nname: Bad Name\ndescription: x\n---\nbody\n' >bad/bad-name/SKILL.md
run skills check bad
status_is 1
out_has 'bad/bad-name/SKILL.md:[0-9]+: error: '
run --json skills check bad
status_is 1
json_is '.errors >= 1 and (.problems[0] | .line >= 1 and .level == "error" and (.file | endswith("SKILL.md")))'
for text in '' 'no front matter' '---\nname: [\n---\n' '---\n---\n' '---\nname: x' '---\nname: &a [*a, *a]\n---\n' \
	'---\nname: x\ndescription: \033[31mred\n---\nb\n'; do
	printf -- "$text" >bad/bad-name/SKILL.md
	run skills check bad
	status_is 1
done
head -c 100000 /dev/urandom >bad/bad-name/SKILL.md
run skills check bad
status_is 1
rm bad/bad-name/SKILL.md
mkdir bad/bad-name/SKILL.md
run skills check bad
[ "$status" -ge 1 ] || fail 'a folder is no skill'
run skills check nowhere
error_is 3 'nowhere: no skill in this folder'
mkdir none
run skills check none
error_is 3 'none: no skill in this folder'

it 'a skill of a repository counts when it is trusted, for its content as it is'
git init -q repository
skill repository/.headroom/skills of-repository
must service add api --repo repository
run --json skills list --service api
ok
json_is '.skills[] | select(.name == "of-repository") | .origin == "repository" and (.trusted | not)'
run --json skills list
json_is '[.skills[] | select(.name == "of-repository")] == []'
run skills trust of-repository --service api
ok
run --json skills list --service api
json_is '.skills[] | select(.name == "of-repository") | .trusted'
echo 'Also do this.' >>repository/.headroom/skills/of-repository/SKILL.md
run --json skills list --service api
json_is '.skills[] | select(.name == "of-repository") | .trusted | not'
run skills trust nothing --service api
error_is 3 'nothing: no skill of the repository waits for trust'

it 'doctor tells what works'
run --json doctor
[ "$status" -le 1 ] || fail "status $status"
json_is '[.checks[].name] | contains(["database", "skills", "git", "terminal", "model"])'
json_is '[.checks[] | select(.result != "ok") | .mend != null] | all'
json_is '(.checks[] | select(.name == "database") | .result) == "ok"'
json_is '(.checks[] | select(.name == "skills") | .result) == "ok"'

it 'doctor tells what is missing, with the mend'
mkdir bin
PATH=$scratch/bin "$headroom" --db "$db" doctor >"$scratch/out" 2>"$scratch/err" </dev/null
status=$? last_words='doctor, without programs'
check_always
status_is 1
out_has '^broken +git '
out_has '-> install git'
out_has '^missing +perf '
rm -rf "$HOME/.local/share/headroom/skills"
HEADROOM_DATA=$scratch/nowhere
export HEADROOM_DATA
run --json doctor
json_is '(.checks[] | select(.name == "skills") | .result) != "ok"'
unset HEADROOM_DATA

it 'a key of a model is never shown'
HEADROOM_MODEL=some-model HEADROOM_MODEL_PROVIDER=anthropic ANTHROPIC_API_KEY=secret-key-of-a-test
export HEADROOM_MODEL HEADROOM_MODEL_PROVIDER ANTHROPIC_API_KEY
run --json doctor
out_lacks secret-key
! grep -q secret-key "$scratch/err" || fail 'the key is on stderr'
! grep -aq secret-key "$db"* || fail 'the key is in the database'
unset HEADROOM_MODEL HEADROOM_MODEL_PROVIDER ANTHROPIC_API_KEY

finish
