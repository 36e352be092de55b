#!/bin/sh
# A patch by a model, against a server that nobody here wrote: @copilotkit/aimock plays a model
# that reads a function and proposes a patch, over both wire formats.
. "${srcdir:-.}/tests/shell/lib.sh"

version=1.43.0
key=sk-secret-of-the-test-0123456789

command -v node >/dev/null && command -v npm >/dev/null || skip 'node and npm are not installed'
command -v curl >/dev/null || skip 'curl is not installed'
# Once a build folder: the package is fetched where it may be, and kept.
cache=$abs_builddir/aimock-$version
if [ ! -f "$cache/node_modules/@copilotkit/aimock/dist/cli.js" ]; then
	mkdir -p "$cache"
	timeout 60 npm install --prefix "$cache" --no-audit --no-fund --ignore-scripts --fetch-retries 0 --prefer-offline \
		"@copilotkit/aimock@$version" >"$scratch/npm.log" 2>&1 ||
		skip "aimock cannot be installed: $(tail -n 1 "$scratch/npm.log")"
fi

cat >fixtures.json <<'JSON'
{"fixtures":[
 {"match":{"userMessage":"The finding","hasToolResult":false},
  "response":{"content":"I read the function first.",
   "toolCalls":[{"name":"code_read","arguments":"{\"service\":\"api\",\"function\":\"total\"}"}]}},
 {"match":{"userMessage":"The finding","toolResultContains":"strlen(text)"},
  "response":{"toolCalls":[{"name":"patch_propose","arguments":
   "{\"title\":\"Take the length once\",\"why\":\"The text does not change in the loop.\",\"risk\":\"None known.\",\"edits\":[{\"file\":\"work.c\",\"old\":\"\\tfor (unsigned i = 0; i < strlen(text); i++)\",\"new\":\"\\tunsigned n = strlen(text);\\n\\n\\tfor (unsigned i = 0; i < n; i++)\"}]}"}]}}
]}
JSON

# A port that is free, taken from the system; another one where somebody was quicker.
start_server() {
	for try in 1 2 3; do
		port=$(node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
		node "$cache/node_modules/@copilotkit/aimock/dist/cli.js" -h 127.0.0.1 -p "$port" \
			-f fixtures.json -c 7 --strict --validate-on-load >server.log 2>&1 &
		server=$!
		for wait in $(seq 100); do
			curl --noproxy '*' -s -o journal.json "http://127.0.0.1:$port/__aimock/journal" && return 0
			kill -0 "$server" 2>/dev/null || break
			sleep 0.1
		done
	done
	fail "the server did not start: $(tail -n 3 server.log)"
	finish
}
stop_server() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null
	clean_up
}
trap stop_server EXIT

program() { # LOOP: a file with a function whose loop begins like this
	printf '#include <string.h>\n\nunsigned\ntotal(const char *text)\n{\n\tunsigned sum = 0;\n%b\n' "$1"
	printf '\t\tsum += (unsigned char)text[i];\n\treturn sum;\n}\n\nint\nmain(void)\n{\n\treturn total("a") != 97;\n}\n'
}
commit_file repository work.c "$(program '\tunsigned n = strlen(text);\n\n\tfor (unsigned i = 0; i < n; i++)')" \
	2026-11-10T00:00:00Z 'Begin'
commit_file repository work.c "$(program '\tfor (unsigned i = 0; i < strlen(text); i++)')" \
	2026-11-15T23:50:00Z 'Count without a length'
must service add api --repo repository --cores 100 --build 'cc -o prog work.c' --test ./prog
for hour in 00 01 02 03 04 05; do
	printf 'main;serve;total 100\nmain;serve;parse 900\n' >before.folded
	printf 'main;serve;total 600\nmain;serve;parse 900\n' >after.folded
	must import profile before.folded --service api --time "2026-11-15T$hour:00:00Z" --duration 1m
	must import profile after.folded --service api --time "2026-11-16T$hour:00:00Z" --duration 1m
done
must import changes --service api --git repository
must detect --service api
run --json findings
json_is '.findings[0].subject.name == "total"'
head=$(git -C repository rev-parse HEAD)

start_server
export HEADROOM_MODEL=mock-model ANTHROPIC_API_KEY=$key OPENAI_API_KEY=$key no_proxy='*'

journal_is() { # FILTER: is true of the last two requests, as the server understood them
	[ "$(jq "$1" journal.json)" = true ] || fail "not true of the requests: $1"
}

number=0
for provider in anthropic openai; do
	number=$((number + 1))
	export HEADROOM_MODEL_PROVIDER=$provider HEADROOM_MODEL_URL=http://127.0.0.1:$port
	[ $provider = anthropic ] || HEADROOM_MODEL_URL=$HEADROOM_MODEL_URL/v1

	it "$provider: a model reads, proposes, and its patch is checked"
	run --json fix F1 --by model
	status_is 0
	run --json patch show "P$number"
	ok
	json_is ".origin.by == \"model\" and .origin.provider == \"$provider\" and .origin.model == \"mock-model\" and (.origin | has(\"tokens\"))"
	json_is '.state == "checked" and .files == ["work.c"] and .title == "Take the length once"'
	json_is '[.checks[] | select(.name == "tests").result] == ["pass"]'
	json_is '.diff | contains("+\tfor (unsigned i = 0; i < n; i++)")'
	! grep -aq "$key" out err || fail 'the key is in the output'

	it "$provider: the requests are what the server took"
	curl --noproxy '*' -s "http://127.0.0.1:$port/__aimock/journal" >all.json
	[ "$(jq length all.json)" = $((2 * number)) ] || fail "$(jq length all.json) requests in all"
	jq '.[-2:]' all.json >journal.json
	journal_is '[.[].response.status] == [200, 200]'
	journal_is '.[0].body.tools == .[1].body.tools and (.[0].body.tools | length > 3)'
	journal_is '[.[].body | has("temperature")] | any | not'
	journal_is '.[0].body.messages == .[1].body.messages[:-2]'
	journal_is '.[1].body.messages[-1].role == "tool" and .[1].body.messages[-2].role == "assistant"'
	journal_is '.[1].body.messages[-2].tool_calls[0].id == .[1].body.messages[-1].tool_call_id'
	journal_is '.[1].body.messages[-1].content | tostring | contains("strlen(text)")'
done

it 'the key is in no file of the database and in no file of the repository'
for file in "$db" "$db-wal" repository; do
	[ ! -e "$file" ] || ! grep -rqa "$key" "$file" || fail "the key is in $file"
done
run --json patch list
! grep -aq "$key" out || fail 'the key is listed'

it 'the repository is as it was'
[ "$(git -C repository rev-parse HEAD)" = "$head" ] || fail 'HEAD moved'
[ -z "$(git -C repository status --porcelain)" ] || fail 'the work tree changed'
[ "$(git -C repository worktree list | wc -l)" = 1 ] || fail 'a work tree is left'

it 'without a server it is one line and no patch'
kill "$server" 2>/dev/null
wait "$server" 2>/dev/null
server=
run fix F1 --by model
status_is 3
grep -aq '127.0.0.1' err || fail 'the error does not name the server'
! grep -aq "$key" err || fail 'the key is in the error'
run --json patch list
json_is '.patches | length == 2'

finish
