#!/bin/sh
# Profiles that are cut, binary, empty, huge, in a wrong encoding or hostile: one clear line, the
# right status, nothing of it stored, nothing raw on the terminal.
. "${srcdir:-.}/tests/shell/lib.sh"
at='--time 2026-11-01T00:00:00Z --duration 60s'
must service add api
printf 'main;good 3\n' >good.folded
must import profile good.folded --service api --time 2026-10-01T00:00:00Z

refused() { # FILE PATTERN [STATUS]: the import of the file fails and leaves nothing
	run import profile "$1" --service api $at
	error_is "${3:-3}" "$2"
	[ "$(windows_stored api)" = 1 ] || fail "$1: something was stored"
}

it 'files that are no files'
refused nowhere 'nowhere: .*No such file'
refused "$scratch" 'is a folder'
: >empty
refused empty 'empty: empty'
run_input /dev/null import profile - --service api
error_is 3 'stdin: empty'

it 'bytes that are no profile'
head -c 100000 /dev/urandom >random
refused random 'random: binary data'
head -c 100000 /dev/zero >zeros
refused zeros 'zeros: '
cp "$headroom" program
refused program 'program: a program'
printf 'Dear all,\nthis is a letter.\n' >letter
refused letter 'letter'
printf '{"stacks":[]}\n' >json
refused json 'json'
printf '\037\213' >magic.gz
refused magic.gz 'magic.gz: '

it 'prose and logs are no folded stacks, though lines end in numbers'
printf 'Listening on port 8080\nhello world 5\nstarted worker 3\n' >log
refused log 'log: text, and no profile: .*main;parse;read 12'
run flame log
error_is 3 'log: text, and no profile'
printf '# Title\n\nText of a page.\nIt goes on; and on.\nChapter 1\nIt ends here.\nOn page 7\n' >page
run flame page
error_is 3 'page: text, and no profile'
run flame "$abs_srcdir/README.md"
error_is 3 'README.md: '
printf 'main 10\nread_file 3\n' >flat.folded
run --json flame flat.folded
json_is '.samples_after == 13'
printf 'main;operator new 10\nmain;at (b.c:3) 3\n' >blank.folded
run --json flame blank.folded
json_is '.samples_after == 13'

it 'a first line that is longer than what is looked at'
{ awk 'BEGIN { for (i = 0; i < 15000; i++) printf "f%d;", i; print "leaf 7" }'; echo 'main;a 2'; } >longest.folded
run --json flame longest.folded
json_is '.samples_after == 9 and .lines_not_understood == 0'

it 'control characters in names'
printf 'main;a\033[31mred 1\nmain;\001b 2\n' >escape.folded
run flame escape.folded
ok
out_has 'red'

it 'compressed data that is cut or damaged'
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "main;f%d;g%d %d\n", i % 97, i * 7919 % 1009, i % 13 + 1 }' >many.folded
gzip -nc many.folded >many.gz
head -c 3000 many.gz >cut.gz
refused cut.gz 'cut.gz: .*cut short'
{ head -c 3000 many.gz; head -c 40 /dev/urandom; tail -c +3041 many.gz; } >damaged.gz
refused damaged.gz 'damaged.gz: '
{ cat many.gz; printf 'garbage'; } >behind.gz
run import profile behind.gz --service api $at
[ "$status" = 0 ] || error_is 3 'behind.gz'

it 'a bomb is bounded'
head -c 300000000 /dev/zero | tr '\0' 'a' | gzip -1nc >bomb.gz
refused bomb.gz 'bomb.gz'

it 'gigantic lines'
{ printf 'main;a 1\nmain;'; head -c 80000000 /dev/zero | tr '\0' 'x'; printf ' 1\nmain;b 1\n'; } >gigantic
refused gigantic 'gigantic:2: '
must service add gigantic
run --json import profile gigantic --service gigantic $at --keep-going
status_is 0
json_is '.files[0].lines_skipped == 1 and .files[0].samples == 2'
err_has 'gigantic: 1 line not understood, first at line 2: a line longer than'

it 'counts that overflow, are negative or no numbers'
for count in 18446744073709551616 99999999999999999999999999 -1 1.5x 0x10 1e400 ''; do
	printf 'main;a 1\nmain;b %s\n' "$count" >count.folded
	refused count.folded 'count.folded:2: '
done
printf 'main;a 9223372036854775807\nmain;b 9223372036854775807\nmain;c 9223372036854775807\n' >sum.folded
run import profile sum.folded --service api $at
error_is 3 'sum.folded:[123]: .*(large|overflow)'

it 'a perf script that is cut in the middle of a sample'
printf 'app 1 [000] 1.000000: 250000 cycles: \n\t401136 f+0x1 (/a)\n\t401200 main+0x2 (/a)\n\napp 1 [000] 2.0' >cut.perf
must service add cut
run import profile cut.perf --service cut --time 2026-09-01T00:00:00Z
error_is 3 'cut.perf:5: '
run --json import profile cut.perf --service cut --time 2026-09-01T00:00:00Z --keep-going
status_is 0
json_is '.files[0].samples == 1 and .files[0].lines_skipped == 1'
for rest in 'app 1 [000] 2.000000: 250000 cyc' 'app 1 [000] 2.000000: 250000 cycles:' \
	'app 1 [000] 2.000000: 250000 cycles: \n\t401136 f+0x1 (/'; do
	printf "app 1 [000] 1.000000: 250000 cycles: \n\t401136 f+0x1 (/a)\n\t401200 main+0x2 (/a)\n\n$rest" >cut.perf
	run import profile cut.perf --service cut --time 2026-09-02T00:00:00Z
	error_is 3 'cut.perf:[56]: the file ends in the middle of a sample'
	run --json flame cut.perf
	json_is '.samples_after == 1 and .event == "cycles" and .lines_not_understood == 1'
done
printf 'app 1 [000] 1.0: 250000 cycles: \n\t401136 f+0x1 (/a)\n\napp 1 [000] 2.0: 250000 cycles: \n' >cut.perf
run import profile cut.perf --service cut --time 2026-09-04T00:00:00Z
status_is 0
err_has 'cut.perf: 1 line not understood, first at line 4: the file ends in the middle of a sample'
out_has '1 sample in 1 stack'
printf 'app 1 [000] 1.0: 99999999999999999999999 cycles: \n\t401136 f+0x1 (/a)\n\n' >period.perf
refused period.perf 'period.perf:1: .*large'

it 'a time that is no time is unknown, and harms nothing'
printf 'app 1 [000] 99999999999999999999.000000: 1 cycles: \n\t401136 f+0x1 (/a)\n\n' >time.perf
must service add times
run --json import profile time.perf --service times --time 2026-11-01T00:00:00Z
ok
json_is '.files[0].samples == 1 and .files[0].end == "2026-11-01T00:01:00Z"'

it 'a stack of 10,000 frames is taken, bounded, and can be shown'
{
	awk 'BEGIN { for (i = 0; i < 10000; i++) printf "f%d;", i; print "leaf 7" }'
	awk 'BEGIN { for (i = 0; i < 10000; i++) printf "again;"; print "leaf 5" }'
} >deep.folded
must service add deep
run --json import profile deep.folded --service deep $at
status_is 0
json_is '.files[0].samples == 12'
for command in top tree 'callers leaf' 'callees f0' diff; do
	# The command is split on purpose.
	run --json profile $command --service deep
	[ "$status" = 0 ] || error_is 3 ''
done
run profile tree --service deep
ok

it 'wrong encodings: latin, UTF-16, carriage returns, a byte order mark'
printf 'main;gr\366\337e 3\nmain;\377\376 2\n' >latin.folded
must service add code
run import profile latin.folded --service code --time 2026-11-01T00:00:00Z
ok
run --json profile top --service code
ok
run profile top --service code
ok
printf 'main;a 1\r\nmain;b 2\r\n' >crlf.folded
run --json import profile crlf.folded --service code --time 2026-11-02T00:00:00Z
ok
json_is '.files[0].samples == 3'
run --json profile top --service code --from 2026-11-02T00:00:00Z
json_is '[.functions[].function] | sort == ["a","b","main"]'
printf '\357\273\277main;a 1\n' >bom.folded
run --json import profile bom.folded --service code --time 2026-11-03T00:00:00Z
ok
iconv -f UTF-8 -t UTF-16 good.folded >wide.folded
refused wide.folded 'wide.folded'

it 'hostile symbols never reach a terminal, whoever shows them'
escape=$(printf '\033')
{
	printf 'main;%s[31mred%s[2J 50\n' "$escape" "$escape"
	printf 'main;bell\007back\010del\177 40\n'
	printf 'main;c1\302\23331m;osc%s]0;title\007 30\n' "$escape"
	printf 'main;bidi\342\200\256flip;zero\342\200\213width 20\n'
	printf 'main;tab\there;nul 10\n'
	printf 'main;%%s%%n%%99999d;$(reboot);`id`;; drop table 5\n'
} >hostile.folded
must service add hostile
run import profile hostile.folded --service hostile $at
ok
for command in top tree 'callers main' 'callees main'; do
	run profile $command --service hostile
	ok
	! grep -qP '\x{202e}|\x{200b}' "$scratch/out" || fail 'an invisible character reached the terminal'
	run --json profile $command --service hostile
	ok
done
run profile top --service hostile
out_has 'red'
out_has '%s%n%99999d'
name=$("$headroom" --db "$db" --json profile top --service hostile | jq -r '.functions[].function' |
	grep -a red)
run profile callers "$name" --service hostile
status_is 0
run profile callers "$(printf 'not\033[31mthere')" --service hostile
error_is 3 'not in these profiles'

it 'hostile names of files, labels and services'
cp good.folded "$(printf 'file\033[31m\nname')"
run import profile "$(printf 'file\033[31m\nname')" --service hostile --time 2026-11-02T00:00:00Z \
	--label "k=$(printf 'v\033[31m')"
status_is 0
cp letter "$(printf 'bad\033[31m\nname')"
run import profile "$(printf 'bad\033[31m\nname')" --service hostile
error_is 3 'bad'

finish
