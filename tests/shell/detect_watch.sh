#!/bin/bash
# `detect --watch`: new findings to a file and to a command, errors of a round, stopping.
. "${srcdir:-.}/tests/shell/lib.sh"

window() { # NUMBER SAMPLES OF SLOW
	printf 'main;slow %d\nmain;other;inner %d\n' "$2" $((20000 - $2)) >"$scratch/w$1.folded"
	must import profile "$scratch/w$1.folded" --service api \
		--time $((1795000000 + $1 * 3600)) --duration 1h
}

must service add api --cores 1000
for w in $(seq 0 23); do
	window "$w" $((400 + w * 7919 % 17 + (w >= 12) * 150))
done

it 'tells of each new finding once, on stdin and never on the command line'
run detect --watch 1 --rounds 2 --output pages.jsonl \
	--exec 'cat >>got.jsonl; echo "$# $0" >>words; echo hello from the pager'
ok
[ "$(wc -l <pages.jsonl)" = 1 ] || fail 'the file has not one line'
cmp -s pages.jsonl got.jsonl || fail 'the command got another finding than the file'
[ "$(jq -r '.id + " " + .subject.name + " " + .state' pages.jsonl)" = 'F1 slow new' ] ||
	fail 'not the finding'
[ "$(cat words)" = '0 /bin/sh' ] || fail 'something of the finding came as a word'
out_has '^F1  api  slow'
[ "$(stat -c %a pages.jsonl)" = 600 ] || fail 'others can read the file'

it 'known findings are not told of again'
run detect --watch 1 --rounds 1 --output pages.jsonl --exec 'touch again'
ok
[ "$(wc -l <pages.jsonl)" = 1 ] && [ ! -e again ] || fail 'told of twice'

it 'a hostile name stays data'
cp "$db" hostile.db
printf 'main;$(touch owned)`touch owned`; touch owned 700\nmain;other;inner 19300\n' >bad.folded
printf 'main;$(touch owned)`touch owned`; touch owned 100\nmain;other;inner 19900\n' >good.folded
must service add evil
for w in $(seq 0 23); do
	[ "$w" -ge 12 ] && file=bad || file=good
	cp "$file.folded" "e$w.folded"
	must import profile "e$w.folded" --service evil --time $((1795000000 + w * 3600)) --duration 1h
done
run detect --watch 1 --rounds 1 --service evil --exec 'cat >evil.json'
ok
[ -s evil.json ] || fail 'it was not told of'
[ ! -e owned ] || fail 'a name ran as a command'

it 'a command that fails and a file that cannot be written are said, and detection goes on'
window 24 1500
for w in 25 26 27 28 29 30; do window "$w" 1500; done
run detect --watch 1 --rounds 2 --output /dev/full --exec 'echo no such pager >&2; exit 3'
status_is 0
err_has 'headroom: F[0-9]+: --output: /dev/full: No space left'
err_has 'headroom: F[0-9]+: --exec: exit 3: no such pager'

it 'an error of a round is said and the next round tries again'
run detect --watch 1 --rounds 2 --service nobody
status_is 0
[ "$(grep -c 'no service' "$scratch/err")" = 2 ] || fail 'not said in both rounds'

it 'stops on a signal, at once and cleanly'
for signal in TERM INT; do
	"$headroom" --db "$db" detect --watch 1h >out.txt 2>err.txt </dev/null &
	pid=$!
	for _ in $(seq 100); do
		# It sleeps: the round is over when it waits in ppoll.
		grep -qs poll "/proc/$pid/wchan" && break
		sleep 0.1
	done
	ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
	before=$(ticks)
	sleep 0.5
	[ "$(ticks)" = "$before" ] || fail 'it is not idle while it waits'
	# A shell starts what runs in the background with SIGINT ignored.
	[ "$signal" = INT ] && grep -q 'SigIgn:.*[2367abef]$' "/proc/$pid/status" && signal=TERM
	kill -s "$signal" "$pid"
	wait "$pid"
	status=$?
	[ "$status" = 0 ] || fail "ended with $status on $signal"
done

it 'says what is wrong with its options'
run detect --watch 0
error_is 2 '--watch: a second or more'

it 'without a time it looks as often as the settings say, the most impatient service first'
printf 'detection:\n  every: 30m\nservices:\n  api:\n    every: 1s\n' >every.yaml
began=$(date +%s)
run --config every.yaml detect --watch --rounds 2
ok
took=$(($(date +%s) - began))
[ "$took" -ge 1 ] && [ "$took" -lt 600 ] || fail "two rounds took $took s"
run detect --rounds 1 --watch
ok
run detect --watch=0
error_is 2 '--watch: a second or more'

it 'a regression that was gone and is back is told of again'
db=$scratch/back.db
must service add api --cores 1000
for w in $(seq 0 23); do window "$w" $((400 + w * 7919 % 17 + (w >= 12) * 150)); done
must detect
for w in $(seq 24 28); do window "$w" $((400 + w * 7919 % 17)); done
must detect
run --json show F1
json_is '.state == "gone"'
for w in $(seq 29 60); do window "$w" $((550 + w * 7919 % 17)); done
run detect --watch 1 --rounds 1 --output back.jsonl
ok
jq -e 'select(.id == "F1" and .state == "new")' back.jsonl >/dev/null || fail 'F1 was not told of again'
run detect --watch 1 --rounds 1 --output again.jsonl
ok
[ ! -s again.jsonl ] || fail 'told of once more'

finish
