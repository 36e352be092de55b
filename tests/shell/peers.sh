#!/bin/sh
# Other programs read what headroom exports, and read the same: `go tool pprof`, and speedscope's
# importer from its npm package (in the folder $SPEEDSCOPE, or installed with npm -g). Function by
# function, self and total; nothing is fetched from a network.
. "${srcdir:-.}/tests/shell/lib.sh"
data=$abs_srcdir/tests/collect/data
shared=$abs_srcdir/../shared/corpora

same() { # WHAT OURS THEIRS
	[ -s "$2" ] || fail "$1: nothing to compare"
	cmp -s "$2" "$3" || fail "$1: $(diff "$2" "$3" | head -n 6)"
}

# Functions as lines: NAME, self and total samples, tabs between.
ours_of() { # SERVICE >table
	run --json profile top --service "$1" --limit 1000000
	ok
	jq -r '.samples_after as $n | .functions[] | "\(.function)\t\(.self * $n | round)\t\(.samples)"' \
		"$scratch/out" | LC_ALL=C sort
}
# A function that is inlined in some places is marked so there; its name is the same.
pprof_of() { # FILE [OPTION...] >table
	file=$1
	shift
	HOME=$scratch/home go tool pprof -top -nodecount=1000000 -nodefraction=0 -edgefraction=0 \
		-symbolize=none "$@" "$file" 2>pprof.err |
		sed -n '1,/^ *flat  flat%/!p' | sed 's/ (\(partial-\)\{0,1\}inline)$//' |
		sed -E 's/^ *(-?[0-9]+)[a-zB]* +[^ ]+ +[^ ]+ +(-?[0-9]+)[a-zB]* +[^ ]+  (.*)$/\3\t\1\t\2/' |
		LC_ALL=C sort
}
# Folded stacks have no ";" in a name.
no_semicolons() { sed 's/;/:/g'; }
# speedscope has no sum of a function that recurses through several lines: only self is told.
self_only() { cut -f 1,2 | grep -v '	0$'; }
speedscope_of() { # FILE [PROFILE] >table of NAME and self
	node "$abs_srcdir/tests/shell/speedscope_read.js" "$speedscope" "$1" 2>speedscope.err |
		grep '^{' | jq -r ".profiles[${2:-0}].frames | to_entries[] | \"\\(.key)\\t\\(.value[0])\"" |
		sed -E 's/_\[[kij]\]	/	/' | grep -v '	0$' | LC_ALL=C sort
}
# Weights by function from the folded export, which is read by no one but awk.
weights_of() { # SERVICE >table of NAME and self
	run export folded --service "$1" --weight
	ok
	sed -E 's/^(.*;)?(.*) ([0-9]+)$/\2\t\3/; s/_\[[kij]\]	/	/' "$scratch/out" |
		awk -F '\t' '{ sum[$1] += $2 } END { for (name in sum) printf "%s\t%.0f\n", name, sum[name] }' |
		LC_ALL=C sort
}

# Recursion, templates and brackets in names, kinds of frames, a regular expression as a name.
cat >names.folded <<'END'
main;std::vector<int, std::allocator<int> >::push_back(int const&);operator new(unsigned long) 7
main;walk;walk;leaf 5
main;walk;leaf 3
main;operator<< <std::char_traits<char> >(std::ostream&, char const*) 4
main;a::b<(lambda at x.cc:3)>::operator()() const;sys_read_[k] 2
main;inner_[i];RegExp:[&<>"\'](?:/[\d.]+|[ \w.]*) 6
main;<core::fmt::Arguments as core::fmt::Display>::fmt;jitted_[j] 1
main;(anonymous namespace)::run(void (*)(int)) 9
main 11
END
services=
add() { # SERVICE FILE
	must service add "$1"
	must import profile "$2" --service "$1" --time 2026-11-01T00:00:00Z --duration 60s
	services="$services $1"
}
add names names.folded
for file in inlined kernel spaces srcline; do
	add "$file" "$data/$file.txt"
done
if [ -d "$shared" ]; then
	add wbase "$shared/local-perf/pair-wbase.perf.txt"
	add faults "$shared/FlameGraph/test/perf-java-faults-01.txt"
	add cppbench "$shared/pprof/internal/driver/testdata/cppbench.cpu_no_samples_type"
else
	echo 'SKIPPED: no shared/corpora beside the source tree: small files only'
fi
must service add pair
printf 'main;hot 50\nmain;gone 20\nmain;same_[i] 10\n' >before.folded
printf 'main;hot 80\nmain;new 15\nmain;same_[i] 10\n' >after.folded
must import profile before.folded --service pair --time 2026-11-01T00:00:00Z --duration 60s
must import profile after.folded --service pair --time 2026-11-01T01:00:00Z --duration 60s
sides='--before 2026-11-01T00:00:00Z..2026-11-01T00:30:00Z --after 2026-11-01T01:00:00Z..2026-11-01T01:30:00Z'
for service in $services; do
	for format in pprof speedscope folded; do
		must export "$format" --service "$service" -o "$service.$format"
		must export "$format" --service "$service" --weight -o "$service.weight.$format"
	done
	ours_of "$service" >"$service.ours"
	weights_of "$service" >"$service.weights"
done

peers=0
if command -v go >/dev/null && go tool pprof -h 2>&1 | grep -q sample_index; then
	peers=$((peers + 1))
	for service in $services; do
		it "pprof: $service, samples by function"
		pprof_of "$service.pprof" >theirs
		same "$service" "$service.ours" theirs
		it "pprof: $service, weight by function"
		pprof_of "$service.weight.pprof" -sample_index=1 -unit=ns | self_only | no_semicolons >theirs
		same "$service" "$service.weights" theirs
	done
	if [ -d "$shared" ]; then
		# Legacy files as well: converted as headroom tells people to.
		while read -r file unit; do
			service=$(basename "$file")
			it "pprof: $service, as pprof reads the file itself"
			HOME=$scratch/home go tool pprof -proto -symbolize=none -output=converted \
				"$shared/pprof/$file" >pprof.err 2>&1 || fail 'pprof -proto'
			must service add "read-$service"
			must import profile converted --service "read-$service"
			weights_of "read-$service" >ours
			pprof_of "$shared/pprof/$file" -unit="$unit" | self_only | no_semicolons >theirs
			same "$service" ours theirs
		done <<-END
			internal/proftest/testdata/large.cpu ns
			internal/report/testdata/sample.cpu ns
			profile/testdata/java.cpu ns
			profile/testdata/java.contention us
			profile/testdata/java.heap B
		END
	fi
	it 'pprof: a difference'
	# shellcheck disable=SC2086 # two options
	must export pprof --service pair $sides -o pair.pprof
	pprof_of pair.pprof >theirs
	printf 'gone\t-20\t-20\nhot\t30\t30\nmain\t0\t25\nnew\t15\t15\n' >ours
	grep -v '^same	0	0$' theirs >changed
	same pair ours changed
else
	echo 'SKIPPED: go is not installed: pprof files are not shown to it'
fi

speedscope=${SPEEDSCOPE:-}
if [ -z "$speedscope" ] && command -v npm >/dev/null; then
	speedscope=$(npm root -g 2>/dev/null)/speedscope
fi
if [ -d "$speedscope/dist" ] && command -v node >/dev/null; then
	node "$abs_srcdir/tests/shell/speedscope_read.js" "$speedscope" names.speedscope >/dev/null 2>speedscope.err
	can_read=$?
else
	can_read=none
fi
if [ "$can_read" = none ] || [ "$can_read" = 77 ]; then
	echo 'SKIPPED: speedscope (npm) is not there or not understood: exports are not shown to it'
else
	peers=$((peers + 1))
	for service in $services; do
		self_only <"$service.ours" | no_semicolons >self
		for format in speedscope pprof folded; do
			# Its reader of pprof files takes one line of a location, and loses what was inlined.
			if [ "$format" = pprof ] && grep -q '_\[i\] [0-9]*$' "$service.folded"; then
				continue
			fi
			it "speedscope: $service, $format, samples by function"
			speedscope_of "$service.$format" | no_semicolons >theirs
			same "$service" self theirs
		done
		it "speedscope: $service, weight by function"
		speedscope_of "$service.weight.speedscope" | no_semicolons >theirs
		same "$service" "$service.weights" theirs
	done
	it 'speedscope: a difference is two profiles'
	# shellcheck disable=SC2086 # two options
	must export speedscope --service pair $sides -o pair.speedscope
	speedscope_of pair.speedscope 0 >theirs
	printf 'gone\t20\nhot\t50\nsame\t10\n' >ours
	same before ours theirs
	speedscope_of pair.speedscope 1 >theirs
	printf 'hot\t80\nnew\t15\nsame\t10\n' >ours
	same after ours theirs
fi
[ "$peers" -gt 0 ] || [ "$failures" -gt 0 ] || skip 'neither go nor speedscope (npm) is installed'
finish
