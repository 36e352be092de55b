#!/bin/sh
# The house rules that the compiler cannot see: who may include whom, which
# library has which door, headers that compile alone, no seventh folder.
set -u
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1
bad=0
complain() { echo "layers: $*"; bad=1; }

floor() { # of a folder; tui and solve stand on one floor and do not see each other
	case $1 in
	core/base) echo 0 ;;
	core/detect | core/store) echo 1 ;;
	core/explain | core/collect) echo 2 ;;
	core/tools) echo 3 ;;
	core/guide) echo 4 ;;
	core/solve | core/plan | tui) echo 5 ;;
	views/screens | views/commands) echo 6 ;;
	views) echo 7 ;;
	data) echo 1 ;;
	*) echo 9 ;;
	esac
}

list=$(find core tui views -name '*.[ch]' | sort)
for file in $list; do
	folder=${file%/*}
	mine=$(floor "$folder")
	[ "$mine" = 9 ] && complain "$file: a folder that the house does not have"
	for target in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
		other=${target%/*}
		[ "$other" = "$folder" ] && continue
		case $target in
		*/*) ;;
		*) complain "$file: include \"$target\" from the top of the tree"; continue ;;
		esac
		[ "$(floor "$other")" -lt "$mine" ] || complain "$file: includes $target, which is not below it"
		case $folder:$other in
		tui:core/base) ;;
		tui:*) complain "$file: tui/ sees core/base only" ;;
		core/detect:core/store) complain "$file: core/detect does not know the store" ;;
		views/commands:tui) complain "$file: commands do not see tui/" ;;
		esac
	done
	for pair in curses.h:tui/term.c sqlite3.h:core/store/ curl/curl.h:core/base/http.c \
		cJSON.h:core/base/json.c yaml.h:core/guide/ cmark.h:core/guide/ zlib.h:core/; do
		header=${pair%%:*} door=${pair#*:}
		case $file in "$door"*) continue ;; esac
		grep -q "^#include <[^>]*$header>" "$file" && complain "$file: only $door may include $header"
	done
done

# SQL stays behind the store: no statement text above it.
grep -nE '"[[:space:]]*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) ' $(echo "$list" | grep -v '^core/store/') \
	&& complain 'SQL outside core/store'

if [ -d .git ] && command -v git >/dev/null; then
	for folder in $(git ls-files | grep / | cut -d/ -f1 | sort -u); do
		case $folder in
		core | tui | views | skills | data | tests | .ci) ;;
		*) complain "$folder: a seventh top-level folder" ;;
		esac
	done
fi

# Every header compiles alone.
for header in $(echo "$list" | grep '\.h$'); do
	echo "#include \"$header\"" | ${CC:-cc} -std=gnu17 -I. -include core/base/banned.h \
		-fsyntax-only -x c - 2>/dev/null || complain "$header: does not compile alone"
done
exit $bad
