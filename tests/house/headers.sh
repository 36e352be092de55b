#!/bin/sh
# Every header compiles alone, with each compiler that is here; and what core/base/banned.h
# forbids does not compile.
set -u
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1
bad=0
log=$(mktemp "${TMPDIR:-/tmp}/headroom-headers-XXXXXX") || exit 1
trap 'rm -f "$log"' EXIT
flags="-std=gnu17 -I. -I${abs_builddir:-.} -include core/base/banned.h -fsyntax-only -x c"

for compiler in gcc clang; do
	command -v $compiler >/dev/null || {
		echo "headers: SKIPPED $compiler: not installed"
		continue
	}
	# The flags are a list; splitting it is meant.
	# shellcheck disable=SC2086
	if ! find core tui views -name '*.h' | sort | xargs -P 2 -n 25 $compiler $flags >"$log" 2>&1; then
		grep -E 'error' "$log" | head -n 20
		echo "headers: a header does not compile alone with $compiler"
		bad=1
	fi
	# One that does compile, so that the failures below mean something.
	# shellcheck disable=SC2086
	echo 'int length(const char *text) { return (int)strlen(text); }' | $compiler $flags - || bad=1
	for name in $(sed -n 's/^#define \([a-z]*\)(\.\.\.) BANNED.*/\1/p' core/base/banned.h); do
		# shellcheck disable=SC2086
		if echo "void *call(void *a) { return (void *)(long)$name(a); }" | $compiler $flags - 2>/dev/null; then
			echo "headers: $name compiles with $compiler"
			bad=1
		fi
	done
done
[ "$(grep -c 'BANNED(' core/base/banned.h)" -ge 15 ] || {
	echo 'headers: the list of banned functions is short'
	bad=1
}
exit $bad
