#!/bin/sh
# Profiles of other programs in and out again: each format read, written, and read back equal.
. "${srcdir:-.}/tests/shell/lib.sh"
corpus=$abs_srcdir/tests/fuzz/corpus

out_is() { # TEXT: stdout, whole
	printf '%s\n' "$1" >expected
	cmp -s expected "$scratch/out" || fail "stdout is not: $1"
}
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" | head -n 5)"; }

# What import understood of a file, as folded stacks with weights.
folded_of() { # NAME FILE [OPTION...]
	name=$1 file=$2
	shift 2
	must service add "$name"
	must import profile "$file" --service "$name" --time 2026-11-01T00:00:00Z "$@"
	run export folded --service "$name" --weight
	ok
}

it 'cpuprofile: time by node, the root left out'
folded_of js "$corpus/cpuprofile/small"
out_is '(idle) 2000000
main 1000000
main;(anonymous) 3000000'

it 'callgrind: cost shared out over callers'
folded_of cg "$corpus/callgrind/small"
out_is 'main 20
main;work 100
main;work;leaf 300'

it 'flamebearer: bars under bars'
folded_of fb "$corpus/flamebearer/single"
out_is 'main 1
main;a 4
main;b 5'

it 'flamebearer of two: both sides, apart'
must service add fb2
must import profile "$corpus/flamebearer/double" --service fb2 --time 2026-11-01T00:00:00Z --duration 60s
run export folded --service fb2 --before 2026-10-31T23:59:00Z..2026-11-01T00:00:00Z --after 2026-11-01T00:00:00Z..2026-11-01T00:01:00Z
ok
out_is 'main 4 2
main;a 6 10'

it 'speedscope: opened and closed frames, and samples with weights'
folded_of ss "$corpus/speedscope/both"
out_is 'main 13000000
main;work 7000000
main;work;leaf 20000000'
run --json profile top --service ss
json_is '.functions | map(select(.function == "leaf"))[0].self == 0.5'

it 'the parts of a JSON profile come in any order'
cat >late.speedscope <<'END'
{"profiles":[{"weights":[10,20],"samples":[[0],[0,1,2]],"unit":"milliseconds","name":"t2","type":"sampled"},
{"events":[{"at":0,"frame":0,"type":"O"},{"at":2,"frame":1,"type":"O"},{"at":9,"frame":1,"type":"C"},
{"at":10,"frame":0,"type":"C"}],"unit":"milliseconds","type":"evented"}],
"shared":{"frames":[{"name":"main","file":"a.c","line":3},{"name":"work"},{"name":"leaf"}]}}
END
folded_of ss-late late.speedscope
out_is 'main 13000000
main;work 7000000
main;work;leaf 20000000'
cat >late.cpuprofile <<'END'
{"timeDeltas":[500,1000,1000,2000],"samples":[2,3,3,4],"nodes":[
{"callFrame":{"functionName":"main","url":"a.js"},"children":[3],"id":2},
{"callFrame":{"functionName":"(root)"},"children":[2,4],"id":1},
{"callFrame":{"functionName":""},"id":3},{"callFrame":{"functionName":"(idle)"},"id":4}]}
END
folded_of js-late late.cpuprofile
out_is '(idle) 2000000
main 1000000
main;(anonymous) 3000000'
cat >late.flamebearer <<'END'
{"flamebearer":{"levels":[[0,10,0,0,12,0,0],[0,10,4,0,12,2,1],[0,6,6,0,10,10,2]],
"names":["total","main","a"]},"metadata":{"units":"samples","format":"double"}}
END
must service add fb-late
must import profile late.flamebearer --service fb-late --time 2026-11-01T00:00:00Z --duration 60s
run export folded --service fb-late --before 2026-10-31T23:59:00Z..2026-11-01T00:00:00Z --after 2026-11-01T00:00:00Z..2026-11-01T00:01:00Z
ok
out_is 'main 4 2
main;a 6 10'

it 'a frame that the file does not have is told with its sample'
printf '{"shared":{"frames":[{"name":"main"}]},"profiles":[{"type":"sampled","samples":[[0],[0],[0,7],[0,7]],"weights":[1,1,1,1]}]}' >bad.speedscope
must service add ss-bad
run import profile bad.speedscope --service ss-bad
error_is 3 'bad.speedscope:3: a sample of frames that are not in the file'
run import profile bad.speedscope --service ss-bad --keep-going
err_has '2 lines not understood, first at line 3'
printf '{"shared":{"frames":[{"name":"main"}]},"profiles":[{"type":"sampled","samples":[[0],]}]}' >cut.speedscope
run import profile cut.speedscope --service ss-bad
error_is 3 'cut.speedscope: not JSON at byte 85'

it 'pprof: what was exported comes back, kinds and inlined frames too'
printf 'main;serve_[i];parse 30\nmain;sys_read_[k] 10\nmain;serve_[i];x;y_[j] 2\n' >three.folded
must service add one
must import profile three.folded --service one --time 2026-11-01T00:00:00Z --duration 60s
must export folded --service one -o one.folded
must export pprof --service one -o one.pprof
must service add two
must import profile one.pprof --service two
must export folded --service two -o two.folded
same one.folded two.folded
run --json profile top --service two
json_is '.from == "2026-11-01T00:00:00Z" and .to == "2026-11-01T00:01:00Z" and .samples_after == 42'

it 'folded with two counts: a difference is two windows'
printf 'main;a 10 20\nmain;b 5 0\n' >both.folded
must service add diff
must import profile both.folded --service diff --time 2026-11-01T00:00:00Z --duration 60s
run --json profile diff --service diff
json_is '[.samples_before, .samples_after] == [15, 20]'
run --json profile top --service diff --label side=before
json_is '.samples_after == 15'
run export folded --service diff --before 2026-10-31T23:59:00Z..2026-11-01T00:00:00Z --after 2026-11-01T00:00:00Z..2026-11-01T00:01:00Z
ok
out_is 'main;a 10 20
main;b 5 0'

it 'speedscope: exported and read back equal, one profile a side'
must export speedscope --service one -o one.speedscope
must service add three
must import profile one.speedscope --service three --time 2026-11-01T00:00:00Z
run export folded --service three
ok
out_is 'main;serve;parse 30
main;serve;x;y 2
main;sys_read 10'
run export speedscope --service diff --before 2026-10-31T23:59:00Z..2026-11-01T00:00:00Z --after 2026-11-01T00:00:00Z..2026-11-01T00:01:00Z
ok
json_is '.profiles | map([.name, .endValue]) == [["before", 15], ["after", 20]]'

it 'speedscope: two profiles named before and after come back as a difference, others as a sum'
cp "$scratch/out" sides.speedscope
run --json flame sides.speedscope
json_is '.samples_before == 15 and .samples_after == 20'
must service add sides
must import profile sides.speedscope --service sides --time 2026-11-01T00:00:00Z
run export folded --service sides --before 2026-10-31T23:59:00Z..2026-11-01T00:00:00Z --after 2026-11-01T00:00:00Z..2026-11-01T00:01:00Z
ok
out_is 'main;a 10 20
main;b 5 0'
sed 's/"before"/"thread 1"/' sides.speedscope >threads.speedscope
run --json flame threads.speedscope
json_is '.samples_before == 0 and .samples_after == 35'

it 'C++ and Rust names are read'
printf '_ZN3foo3barEv;_ZN4core3fmt5write17h0123456789abcdefE;plain 3\n' >mangled.folded
if grep -q DHAVE_LIBIBERTY "$abs_builddir/Makefile"; then
	folded_of names mangled.folded
	out_is 'foo::bar;core::fmt::write;plain 3'
else
	echo 'SKIPPED: built without libiberty: names stay mangled'
fi

it 'flame: a picture that is well-formed, with the search in it'
must export flame --service one -o one.svg
grep -q '<title>serve: 76.2 %, 32 samples</title>' one.svg || fail 'no title of serve'
grep -q 'function search' one.svg || fail 'no script'
if command -v python3 >/dev/null; then
	python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' one.svg || fail 'not well-formed'
fi
printf '<script>alert(1)</script>&"x;]]> 3\n' >bad.folded
must service add bad
must import profile bad.folded --service bad
must export flame --service bad -o bad.svg
grep -q 'alert(1)</script>' bad.svg && fail 'a name is code'

it 'what is damaged is one clear line'
head -c 20 one.speedscope >short.json
must service add cut
run import profile short.json --service cut
error_is 3 'short.json'
printf '{"traceEvents":[]}' >trace.json
run import profile trace.json --service cut
error_is 3 'a Chrome trace, which is not read'
gzip -dc one.pprof | head -c 60 >cut.pprof
run import profile cut.pprof --service cut
error_is 3 'cut.pprof'

it 'exports that cannot be'
run --json export folded --service one
error_is 2 'needs -o FILE'
run export folded --service cut
error_is 3 'no profile in this time'

it 'other programs take them'
if command -v go >/dev/null; then
	go tool pprof -top one.pprof | grep -q parse || fail 'go tool pprof'
else
	echo 'SKIPPED: go is not installed: pprof files are not shown to it'
fi
finish
