# What every shell test begins with:
#
#     . "${srcdir:-.}/tests/shell/lib.sh"
#
# It pins the world (HOME, clock, locale, git), makes a scratch folder that goes away, and says
# after each run what holds for all of headroom: no sanitizer spoke, no control character reached
# stdout or stderr, and --json gave one document. A case is `it 'what holds'`, a `run`, and its
# expectations; `finish` is the last line. UPDATE_GOLDEN=1 rewrites the golden answers.
set -u

abs_srcdir=$(cd "${srcdir:-.}" && pwd)
abs_builddir=${abs_builddir:-$PWD}
headroom=${PROGRAM:-$abs_builddir/headroom}
golden_folder=$abs_srcdir/tests/shell/golden
test_name=$(basename "$0" .sh)

skip() { # WHY: the whole file
	echo "SKIPPED $test_name: $*"
	exit 77
}

[ -x "$headroom" ] || { echo "$test_name: $headroom: not built"; exit 1; }
command -v jq >/dev/null || skip 'jq is not installed'

scratch=$(mktemp -d "${TMPDIR:-/tmp}/headroom-shell-XXXXXX") || exit 1
scratch=$(cd "$scratch" && pwd -P)
clean_up() {
	cd /
	chmod -R u+w "$scratch" 2>/dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

for name in $(env | sed -n 's/^\(XDG_[A-Z_]*\|HEADROOM_[A-Z_]*\|GIT_[A-Z_]*\|LC_[A-Z]*\)=.*/\1/p'); do
	unset "$name"
done
unset NO_COLOR COLUMNS LINES EDITOR PAGER LANGUAGE
export HOME="$scratch/home" LC_ALL=C.UTF-8 TZ=UTC TERM=xterm-256color USER=tester
export HEADROOM_CLOCK=2026-11-20T12:00:00Z
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=author GIT_AUTHOR_EMAIL=author@example.org
export GIT_COMMITTER_NAME=author GIT_COMMITTER_EMAIL=author@example.org
mkdir -p "$HOME"
cd "$scratch" || exit 1
db=$scratch/headroom.db

cases=0 failures=0 case_name='(no case)'
it() { case_name=$* cases=$((cases + 1)); }

fail() { # WHAT: shows the case and what the last run said
	failures=$((failures + 1))
	echo "FAIL $test_name: $case_name: $*"
	[ -n "${last_words:-}" ] || return 0
	echo "  ran: headroom $last_words (status $status)"
	head -c 2000 "$scratch/out" | head -n 20 | cat -v | sed 's/^/  out: /'
	head -c 4000 "$scratch/err" | head -n 40 | cat -v | sed 's/^/  err: /'
}

finish() {
	echo "$test_name: $cases cases, $failures failures"
	[ "$cases" -gt 0 ] && [ "$failures" = 0 ]
	exit $?
}

# What holds after every run, whatever it was.
check_always() {
	if grep -aqE 'Sanitizer|runtime error:' "$scratch/err"; then
		fail 'a sanitizer spoke'
	fi
	if [ "$status" -gt 128 ]; then
		fail "ended by signal $((status - 128))"
	fi
	# Escape sequences, bells and the C1 controls; a tab or a line end is no harm.
	if LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$scratch/out" "$scratch/err"; then
		fail 'a control character reached the terminal'
	fi
	case " $last_words " in
	*' --json '*)
		if [ "$status" -le 1 ] && [ "$(jq -s length "$scratch/out" 2>/dev/null)" != 1 ]; then
			fail '--json did not print one document'
		fi
		iconv -f UTF-8 -t UTF-8 "$scratch/out" >/dev/null 2>&1 || fail '--json is not UTF-8'
		;;
	esac
}

# run WORD...: headroom with these words and the scratch database; its words go to $scratch/out
# and $scratch/err, its exit to $status. run_bare leaves the database to the environment.
run() { run_bare --db "$db" "$@"; }
run_bare() {
	last_words=$*
	"$headroom" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	check_always
}
# run_input FILE WORD...: the same with a file as stdin.
run_input() {
	local input=$1
	shift
	last_words="--db $db $*"
	"$headroom" --db "$db" "$@" >"$scratch/out" 2>"$scratch/err" <"$input"
	status=$?
	check_always
}

must() { # WORD...: a run that only prepares; the test ends where it fails
	run "$@"
	[ "$status" = 0 ] || { fail 'a step that prepares the test failed'; finish; }
}

status_is() { [ "$status" = "$1" ] || fail "status $status, not $1"; }
out_has() { grep -aqE -e "$1" "$scratch/out" || fail "stdout has no: $1"; }
out_lacks() { ! grep -aqE -e "$1" "$scratch/out" || fail "stdout has: $1"; }
out_is_empty() { [ ! -s "$scratch/out" ] || fail 'stdout is not empty'; }
err_has() { grep -aqE -e "$1" "$scratch/err" || fail "stderr has no: $1"; }
err_is_empty() { [ ! -s "$scratch/err" ] || fail 'stderr is not empty'; }

# ok: done, and nothing to complain about.
ok() {
	status_is 0
	err_is_empty
}

# error_is STATUS PATTERN: one line on stderr, `headroom: ...`, and nothing on stdout.
error_is() {
	status_is "$1"
	out_is_empty
	[ "$(wc -l <"$scratch/err")" = 1 ] || fail 'stderr is not one line'
	grep -aqE "^headroom: .*$2" "$scratch/err" || fail "stderr does not say: headroom: ... $2"
}

# json_is FILTER: the filter is true of stdout.
json_is() {
	[ "$(jq -r "$1" "$scratch/out" 2>&1)" = true ] || fail "not true: $1"
}

# golden NAME [FILTER]: stdout (JSON, through the filter, keys sorted) is what it was.
golden() {
	local file=$golden_folder/$1.json
	jq -S "${2:-.}" "$scratch/out" | sed "s#$scratch#SCRATCH#g" >"$scratch/golden"
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		mkdir -p "$golden_folder"
		cp "$scratch/golden" "$file"
	elif ! diff -u "$file" "$scratch/golden" >"$scratch/golden.diff" 2>&1; then
		head -n 60 "$scratch/golden.diff"
		fail "golden/$1.json differs"
	fi
}
# golden_text NAME: the same for words.
golden_text() {
	local file=$golden_folder/$1.txt
	sed "s#$scratch#SCRATCH#g" "$scratch/out" >"$scratch/golden"
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		mkdir -p "$golden_folder"
		cp "$scratch/golden" "$file"
	elif ! diff -u "$file" "$scratch/golden" >"$scratch/golden.diff" 2>&1; then
		head -n 60 "$scratch/golden.diff"
		fail "golden/$1.txt differs"
	fi
}

# commit_file REPOSITORY FILE TEXT TIME SUBJECT: one commit, made where it is missing.
commit_file() {
	[ -d "$1/.git" ] || git init -q -b main "$1"
	printf '%s\n' "$3" >"$1/$2"
	git -C "$1" add -A
	GIT_AUTHOR_DATE=$4 GIT_COMMITTER_DATE=$4 git -C "$1" -c commit.gpgsign=false commit -q -m "$5"
}

# database_state [FILE]: what the database holds, to compare before and after.
database_state() {
	run_bare --db "${1:-$db}" --json service list
	cat "$scratch/out"
	run_bare --db "${1:-$db}" --json findings --state all
	cat "$scratch/out"
}

# windows_stored SERVICE [FILE]: how many windows a service has; 0 where there are none.
windows_stored() {
	"$headroom" --db "${2:-$db}" --json profile top --service "$1" 2>/dev/null </dev/null |
		jq -r '.windows // 0' | sed 's/^$/0/' | grep . || echo 0
}
