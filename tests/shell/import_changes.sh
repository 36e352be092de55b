#!/bin/sh
# import changes: git histories and JSON lines, twice stores once, repositories that are none.
. "${srcdir:-.}/tests/shell/lib.sh"
must service add api

commit_file repository parse.c 'int parse(int a)
{
	return a;
}' 2026-11-01T10:00:00Z 'parse: a first version'
commit_file repository parse.c 'int parse(int a)
{
	return a + 1;
}' 2026-11-02T10:00:00Z 'parse: count from one'
commit_file repository notes.txt 'nothing' 2026-11-03T10:00:00Z 'notes'
head=$(git -C repository rev-parse HEAD)
cp -r repository kept

it 'a git history'
run --json import changes --service api --git repository
ok
golden changes-git
run import changes --service api --git repository
ok
out_has '^repository: 0 new changes, 3 known$'
[ "$(git -C repository rev-parse HEAD)" = "$head" ] || fail 'the repository moved'
diff -r repository kept >/dev/null || fail 'the repository changed'

it 'the repository of the service is the one that is read when none is named'
must service set api --repo repository
run --json import changes --service api
ok
json_is '.sources[0].known == 3'

it 'commits know their files and functions'
run --json tool call change_show "{\"change\":\"$(git -C repository rev-parse HEAD~1)\"}"
status_is 0
out_has 'parse.c'
out_has 'count from one'

it '--since leaves older ones out'
must service add late
run --json import changes --service late --git repository --since 2026-11-02T12:00:00Z
ok
json_is '.sources[0].added == 1'

it 'a sub-folder of a repository is in it'
mkdir repository/sub
run import changes --service api --git repository/sub
[ "$status" = 0 ] || error_is 3 'sub'

it 'JSON lines of other kinds of change'
cat >changes.jsonl <<'J'
{"time":"2026-11-04T10:00:00Z","kind":"configuration","id":"c-1","title":"more workers","author":"ops","text":"workers 4 -> 8","files":["conf/app.yaml"],"before":"4","after":"8"}
{"time":1793872800,"kind":"flag","id":"f-1","title":"new parser on"}

{"time":"2026-11-05T10:00:00Z","kind":"deploy","id":"d-1","title":"release 42"}
{"time":"2026-11-05T11:00:00Z","kind":"schema","id":"s-1","title":"an index"}
J
run --json import changes changes.jsonl --service api
ok
golden changes-jsonl
run --json import changes changes.jsonl --service api
json_is '.sources[0].added == 0 and .sources[0].known == 4'
run_input changes.jsonl --json import changes - --service api
json_is '.sources[0].known == 4'

it 'a bad line stops it with its number and stores nothing'
for line in 'not json' '[]' '"text"' '{"time":' '{"kind":"flag","id":"x","title":"no time"}' \
	'{"time":"never","kind":"flag","id":"x","title":"t"}'; do
	{ echo '{"time":"2026-11-06T10:00:00Z","kind":"flag","id":"good","title":"good"}'; printf '%s\n' "$line"; } >bad.jsonl
	rm -f bad.db*
	run_bare --db bad.db service add api
	run_bare --db bad.db import changes bad.jsonl --service api
	error_is 3 'bad.jsonl:2: '
	run_bare --db bad.db --json import changes bad.jsonl --service api --keep-going
	status_is 0
	json_is '.sources[0].added == 1 and .sources[0].lines_skipped == 1'
	err_has '^headroom: bad.jsonl: 1 line skipped, first at line 2: '
done

it 'files that are none, empty, binary, or too much for one line'
run import changes nowhere.jsonl --service api
error_is 3 'nowhere.jsonl: '
: >empty.jsonl
run import changes empty.jsonl --service api
error_is 3 'empty.jsonl: empty'
head -c 10000 /dev/urandom >random.jsonl
run import changes random.jsonl --service api
error_is 3 'random.jsonl'
{ head -c 20000000 /dev/zero | tr '\0' 'x'; echo; cat changes.jsonl; } >long.jsonl
run import changes long.jsonl --service api
error_is 3 'long.jsonl:1: a line longer'
run --json import changes long.jsonl --service api --keep-going
status_is 0
json_is '.sources[0].known == 4 and .sources[0].lines_skipped == 1'
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; print "" }' >deep.jsonl
run import changes deep.jsonl --service api
error_is 3 'deep.jsonl:1: '

it 'hostile titles and authors never reach a terminal'
printf '{"time":"2026-11-07T10:00:00Z","kind":"flag","id":"h\\u001b[31m","title":"t\\u001b]0;x\\u0007\\u009b1m","author":"a\\u202e\\u0000"}\n' >hostile.jsonl
run import changes hostile.jsonl --service api --keep-going
status_is 0
escape=$(printf '\033[31m')
commit_file hostile a.c 'int a;' 2026-11-08T10:00:00Z "subject ${escape}red$(printf '\007')"
must service add hostile
run --json import changes --service hostile --git hostile
status_is 0
run tool call change_show "{\"change\":\"$(git -C hostile rev-parse HEAD)\"}"
[ "$status" = 0 ] || status_is 3

it 'no repository, one that is gone, one without commits'
run import changes --service api --git nowhere
error_is 3 'nowhere: no such folder'
mkdir plain
GIT_CEILING_DIRECTORIES=$scratch run import changes --service api --git plain
error_is 3 'plain: not a git repository'
git init -q fresh
run import changes --service api --git fresh
error_is 3 'fresh: the repository has no commits'
must service add gone --repo hostile
rm -rf hostile
run import changes --service gone
error_is 3 'hostile: '
mkdir broken
cp -r repository/.git broken/.git
rm -rf broken/.git/objects/*
run import changes --service api --git broken
status_is 3
[ "$(grep -c . "$scratch/err")" = 1 ] || fail 'not one line'

it 'a shallow one says that older changes are not there'
git clone -q --depth 2 "file://$scratch/repository" shallow
must service add shallow
run --json import changes --service shallow --git shallow
status_is 0
json_is '.sources[0].shallow and .sources[0].added == 1'
err_has '^headroom: shallow: a shallow repository: older changes are not there$'

it 'a repository cannot make it run anything'
cp -r repository evil
printf '#!/bin/sh\ntouch "%s/ran"\n' "$scratch" >trap.sh
chmod +x trap.sh
git -C evil config core.fsmonitor "$scratch/trap.sh"
git -C evil config diff.external "$scratch/trap.sh"
git -C evil config core.pager "$scratch/trap.sh"
git -C evil config core.sshCommand "$scratch/trap.sh"
git -C evil config diff.evil.textconv "$scratch/trap.sh"
git -C evil config alias.log "!$scratch/trap.sh"
echo '*.c diff=evil' >evil/.gitattributes
commit_file evil more.c 'int more;' 2026-11-09T10:00:00Z 'more' 2>/dev/null
rm -f ran
must service add evil --repo evil
run import changes --service evil
status_is 0
run tool call change_show "{\"change\":\"$(git -C repository rev-parse HEAD~1)\"}"
[ ! -e ran ] || fail 'a command of the repository ran'

it 'nothing to read from is a usage error'
must service add bare
run import changes --service bare
error_is 2 'name a repository'
run import changes --service bare --git repository --since never
error_is 2 '--since'

finish
