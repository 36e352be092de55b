#!/bin/sh
# The house rules catch what they are for: in a copy of the tree each rule is broken once.
set -u
here=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
copy=$(mktemp -d "${TMPDIR:-/tmp}/headroom-house-XXXXXX") || exit 1
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/tests" "$copy/data"
cp -r "$here/core" "$here/tui" "$here/views" "$copy"
cp -r "$here/tests/house" "$copy/tests"
cp -r "$here/data/demo" "$copy/data"
chmod -R u+w "$copy"
rm -f "$copy"/core/*/*.o
failures=0
fail() {
	echo "selftest: $*"
	failures=$((failures + 1))
}
rule() { srcdir=$copy sh "$copy/tests/house/$1.sh" 2>&1; }

# breaks RULE COMPLAINT FILE TEXT: puts the text at the end of the file; RULE has to complain so.
breaks() {
	mkdir -p "$(dirname "$copy/$3")"
	printf '%s\n' "$4" >>"$copy/$3"
	printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$copy/expected"
}

for name in layers sizes; do
	said=$(rule $name) || fail "$name.sh complains about the tree as it is: $said"
done
breaks layers 'not below it' core/base/str.c '#include "core/store/store.h"'
breaks layers 'not below it' core/store/store.c '#include "core/detect/detect.h"'
breaks layers 'not below it' core/detect/detect.c '#include "core/store/store.h"'
breaks layers 'not below it' core/collect/git.c '#include "core/explain/tree.h"'
breaks layers 'not below it' core/explain/tree.c '#include "core/collect/git.h"'
breaks layers 'not below it' core/tools/tool.c '#include "core/guide/skill.h"'
breaks layers 'not below it' core/solve/fix.c '#include "tui/ui.h"'
breaks layers 'not below it' core/solve/fix.c '	#  include "views/app.h"'
breaks layers 'core/base only' tui/ui.c '#include "core/store/store.h"'
breaks layers 'do not see tui' views/commands/help.c '#include "tui/ui.h"'
breaks layers 'not below it' views/commands/help.c '#include "views/screens/screens.h"'
breaks layers 'not below it' views/screens/change.c '#include "views/app.h"'
breaks layers 'from the top' core/base/str.c '#include "other.h"'
breaks layers 'without \.\.' core/base/str.c '#include "core/base/../store/store.h"'
breaks layers 'only tui/term' tui/ui.c '#include <ncursesw/curses.h>'
breaks layers 'only tui/term' views/app.c '#include <ncurses.h>'
breaks layers 'only core/store' core/base/str.c '#include <sqlite3.h>'
breaks layers 'only core/base/http' core/solve/client.c '#include <curl/curl.h>'
breaks layers 'only core/base/json' core/store/store.c '#include <cjson/cJSON.h>'
breaks layers 'only core/base/yaml' core/tools/tool.c '#include <yaml.h>'
breaks layers 'only core/guide' core/tools/tool.c '#include <cmark.h>'
breaks layers 'only core/base/ may' core/collect/folded.c '#include <zlib.h>'
breaks layers 'only core/collect/protobuf_memory' core/collect/pprof.c '#include <protobuf-c/protobuf-c.h>'
breaks layers 'SELECT 1' core/tools/tool.c 'static const char *q = "SELECT 1 FROM finding";'
breaks layers 'printf' core/guide/scan.c 'static void say(void) { printf("x"); }'
breaks layers 'fputs' core/guide/scan.c 'static void say(void) { fputs("x", stderr); }'
breaks layers 'fcntl' core/detect/shift.c '#include <fcntl.h>'
breaks layers 'does not have' core/extra/new.c 'int x;'
breaks sizes 'a function of 101 lines' core/base/str.c "$(printf 'int\nlong_one(void)\n{\n'; for _ in $(seq 101); do echo '	;'; done; echo '}')"
breaks sizes 'over 800 lines' core/base/long.c "$(seq 801)"
breaks sizes '101 columns' core/base/str.c "$(printf '	/* %087d */' 0 | sed 's/0/x/g')"
breaks sizes 'not in data/demo/files.am' data/demo/profiles/w999.folded.gz 'x'

for name in layers sizes; do
	if rule $name >"$copy/said.$name"; then
		fail "$name.sh is content with a broken tree"
	fi
done
while IFS='	' read -r name complaint file; do
	grep -F "$file" "$copy/said.$name" | grep -qE "$complaint" ||
		fail "$name.sh does not say of $file: $complaint"
done <"$copy/expected"
for complaint in 'SQL outside core/store' 'core prints' 'core/detect does input or output'; do
	grep -q "$complaint" "$copy/said.layers" || fail "layers.sh does not say: $complaint"
done

[ "$failures" = 0 ] && echo 'selftest: every rule is seen'
exit "$((failures > 0))"
