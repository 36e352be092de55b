#!/bin/sh
# The command line itself: help, words and options that are not known, exit statuses, and where
# answers and errors go.
. "${srcdir:-.}/tests/shell/lib.sh"

it 'help lists every command'
run help
ok
out_has '^usage: headroom '
for command in 'service add' 'import profile' 'import changes' detect scan findings show suspects \
	'profile top' 'profile diff' investigate fix 'patch accept' 'tool call' 'skills check' doctor demo; do
	out_has "^  $command "
done
cp "$scratch/out" all

it 'every command that is listed explains itself, by help and by --help'
sed -n 's/^  \([a-z]* *[a-z]*\) .*  .*/\1/p' all | sed 's/ *$//' | while read -r command; do
	set -- $command
	"$headroom" help "$@" >one 2>&1 || echo "help $command"
	grep -q "^usage: headroom $command" one || echo "help $command: no usage"
	"$headroom" "$@" --help >two 2>&1 || echo "$command --help"
	cmp -s one two || echo "$command: help and --help differ"
done >wrong
[ ! -s wrong ] || fail "$(cat wrong)"
[ "$(grep -c '^  [a-z]' all)" -ge 30 ] || fail 'the list is short'

it 'the version is one line'
run_bare --version
ok
out_has '^headroom [0-9]+\.[0-9]+\.[0-9]+$'

it 'no command without a terminal is usage and 2'
run_bare
status_is 2
out_is_empty
err_has '^usage: headroom '

it 'what is not known is named, with 2'
run nope
error_is 2 'nope: no such command'
run findngs
error_is 2 'findngs: no such command'
run service
error_is 2 'service: no such command .did you mean: service add, service set, service list, service show'
run profile nope
error_is 2 'profile: no such command .did you mean: import profile, profile top'
run help nope
error_is 2 'nope: no such command'
run findings --nope
error_is 2 'findings: --nope: no such option'
run_bare --nope findings
error_is 2 '.*--nope: no such option'
run_bare --db
error_is 2 '.*--db: FILE is missing'

it 'escapes in words do not reach the terminal'
escape=$(printf '\033[31mred\007\302\233')
for words in "$escape" "findings --$escape" "show $escape" "findings --state $escape" \
	"service add $escape" "help $escape" "skills show $escape" "tool call $escape" "--$escape"; do
	# The words are split on purpose; the escape has no blank.
	run $words
	[ "$status" -ge 2 ] || fail "status $status"
	[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'stderr is not one line'
done
run 'findings' "$escape"
error_is 2 'findings'
run "$escape" "$escape"
error_is 2 'no such command'

it 'options want their values, flags want none, words are counted'
run findings --state
error_is 2 'findings: --state: S is missing'
run findings --mine=yes
error_is 2 'findings: --mine: takes no value'
run show
error_is 2 'show: takes F'
run show F1 F2
error_is 2 'show: takes F'
run findings extra
error_is 2 'findings: takes no more words'
run import profile
error_is 2 'import profile: takes FILE'

it 'values are checked before anything is done'
rm -f "$db"*
run findings --state bogus
error_is 2 'bogus .new, claimed'
run findings --kind bogus
error_is 2 'bogus .regression, opportunity'
for id in X F 0 F0 F-1 F1x 99999999999999999999 ''; do
	run show "$id"
	error_is 2 'not an id'
done
run detect --as-of yesterday
error_is 2 '--as-of: yesterday: not a time'
run detect --historic soon
error_is 2 '--historic: soon'
run detect --min-delta 7
error_is 2 '--min-delta'
run detect --min-delta nan
error_is 2 '--min-delta'
run profile diff --before a
error_is 2 '--before and --after go together'
[ ! -e "$db" ] || fail 'a usage error made a database'

it 'options stand before and after the command, with blank or ='
must service add one
run_bare --db="$db" --json service list
json_is '.services[0].name == "one"'
run_bare service list --json --db "$db"
json_is '.services[0].name == "one"'
HEADROOM_DB=$db
export HEADROOM_DB
run_bare --json service list
json_is '.services[0].name == "one"'
run_bare --json --db other.db service list
error_is 3 'no database there: other.db'
unset HEADROOM_DB

it 'a database that was named and is not there is said, and not made'
for words in 'findings' '--json findings' 'service list' 'show F1' 'detect' 'scan' 'profile top' \
	'service set one --cores 2' 'finding dismiss F1 --reason x' 'prune --dry-run'; do
	# The words are split on purpose.
	run_bare --db nodir/deeper/x.db $words
	error_is 3 'no database there: nodir/deeper/x.db'
	HEADROOM_DB=absent.db
	export HEADROOM_DB
	run_bare $words
	error_is 3 'no database there: absent.db'
	unset HEADROOM_DB
done
run_bare --db nodir/deeper/x.db service add one
error_is 3 'no such folder for a database: nodir/deeper'
[ ! -e nodir ] && [ ! -e absent.db ] || fail 'something was made'
run_bare --db absent.db doctor
status_is 1
out_has 'broken *database *no database there: absent.db'
run_bare --db absent.db service add one
ok
run_bare --db absent.db findings
ok

it 'what only goes with --watch is refused without it'
for words in '--exec true' '--rounds 2' '--output lines'; do
	run detect $words
	error_is 2 "detect: ${words%% *} goes with --watch"
done

it 'help in JSON is the tables'
run help --json
ok
json_is '[.commands[].name] | (index("service add") != null) and (index("detect") != null)'
json_is '[.everywhere[].name] | index("--db") != null'
run --json help service set
ok
json_is '.commands | length == 1 and ([.[0].options[].name] | index("--harm") != null)'

it 'after -- all words are words'
run show -- --json
error_is 2 '.*--json: not an id'

it 'no finding is 3, an answer of no is 1, and --quiet is quiet'
run show F1
error_is 3 'no finding F1'
run detect --fail --json
status_is 1
json_is '.findings == []'
run detect --fail --quiet
status_is 1
out_is_empty
run findings --quiet
ok
out_is_empty
run --json findings
json_is '.findings == []'

it 'an own folder holds the database when none is named'
run_bare service add mine
ok
[ -f "$HOME/.local/share/headroom/headroom.db" ] || fail 'no database in the data folder'
[ "$(stat -c %a "$HOME/.local/share/headroom/headroom.db")" = 600 ] || fail 'others can read it'
[ "$(stat -c %a "$HOME/.local/share/headroom")" = 700 ] || fail 'others can enter its folder'
XDG_DATA_HOME=$scratch/xdg
export XDG_DATA_HOME
run_bare service add mine
ok
[ -f "$scratch/xdg/headroom/headroom.db" ] || fail 'XDG_DATA_HOME does not count'
unset XDG_DATA_HOME

it 'without HOME it says what to set'
home=$HOME
unset HOME
run_bare findings
error_is 3 'set HOME or XDG_DATA_HOME'
run_bare --db "$db" findings
ok
HOME=$home
export HOME

it 'words have no colours, with and without NO_COLOR'
run service list
cp "$scratch/out" plain
NO_COLOR=1
export NO_COLOR
run service list
cmp -s plain "$scratch/out" || fail 'NO_COLOR changes words'
unset NO_COLOR

it 'a stdout that is full or closed is an error, not success'
for words in 'help' 'findings' '--version' '--json findings' 'service list' 'tool list' 'doctor'; do
	# The words are split on purpose.
	"$headroom" --db "$db" $words >/dev/full 2>"$scratch/err" </dev/null
	[ $? = 3 ] || fail "$words >/dev/full: not 3"
	grep -q '^headroom: stdout: cannot be written' "$scratch/err" || fail "$words >/dev/full: silent"
	"$headroom" --db "$db" $words >&- 2>"$scratch/err" </dev/null
	[ $? = 3 ] || fail "$words with stdout closed: not 3"
	grep -q '^headroom: stdout: cannot be written' "$scratch/err" || fail "$words >&-: silent"
done

it 'a closed stderr takes no file with it'
before=$(database_state)
"$headroom" --db "$db" show F9 </dev/null 2>&- >"$scratch/out"
[ $? = 3 ] || fail 'show with stderr closed: not 3'
"$headroom" --db "$db" service set one --cores 3 <&- >&- 2>&-
run --json service list
json_is '.services[0].cores == 3'
must service set one --cores 0
[ "$before" = "$(database_state)" ] || fail 'the database changed'

it 'a reader that goes away ends it quietly'
"$headroom" help </dev/null 2>"$scratch/err" | head -n 1 >/dev/null
err_is_empty

finish
