#!/bin/sh
# The house rules that the compiler cannot see: who may include whom, which library has which
# door, where SQL and printing may be, no seventh folder. selftest.sh proves that each is seen.
set -u
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1
bad=0
complain() {
	echo "layers: $*"
	bad=1
}

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
	*) echo 9 ;;
	esac
}

list=$(find core tui views -name '*.[ch]' | sort)
[ -n "$list" ] || complain 'there are no sources'

# One line an include: FILE:TARGET, and FILE:<HEADER> for what is not ours.
includes=$(find core tui views -name '*.[ch]' -exec grep -H '^[[:space:]]*#[[:space:]]*include' {} + |
	sed -n -e 's/^\([^:]*\):[^"<]*"\([^"]*\)".*/\1 \2/p' -e 's/^\([^:]*\):[^"<]*\(<[^>]*>\).*/\1 \2/p')

check_own() { # FILE TARGET
	folder=${1%/*} other=${2%/*}
	[ "$other" = "$folder" ] && return
	case $2 in
	*..*) complain "$1: include \"$2\" without .." ;;
	*/*) ;;
	*) complain "$1: include \"$2\" from the top of the tree" && return ;;
	esac
	[ "$(floor "$other")" -lt "$(floor "$folder")" ] ||
		complain "$1: includes $2, which is not below it"
	case $folder:$other in
	tui:core/base) ;;
	tui:*) complain "$1: tui/ sees core/base only" ;;
	views/commands:tui) complain "$1: commands do not see tui/" ;;
	esac
}

check_library() { # FILE HEADER: one library, one door
	case $2 in
	*curses.h\> | \<term.h\> | \<panel.h\>) door='tui/term' ;;
	*sqlite3*\>) door='core/store/' ;;
	\<curl/*) door='core/base/http' ;;
	*cJSON*\>) door='core/base/json' ;;
	*yaml*\>) door='core/base/yaml' ;;
	*cmark*\>) door='core/guide/' ;;
	*protobuf-c*\>) door='core/collect/protobuf_memory' ;;
	*zlib.h\>) door='core/base/' ;;
	*) return ;;
	esac
	case $1 in
	"$door"*) ;;
	*) complain "$1: only $door may include $2" ;;
	esac
}

while read -r file target; do
	case $target in
	'') ;;
	\<*) check_library "$file" "$target" ;;
	*) check_own "$file" "$target" ;;
	esac
done <<LIST
$includes
LIST

for file in $list; do
	[ "$(floor "${file%/*}")" = 9 ] && complain "$file: a folder that the house does not have"
done

# found PATTERN FOLDER...: lines of C that match.
found() {
	pattern=$1
	shift
	find "$@" -name '*.[ch]' -exec grep -nE "$pattern" /dev/null {} +
}
above=$(find core tui views -mindepth 1 -maxdepth 1 ! -path core/store)

# shellcheck disable=SC2086 # a list of folders
found '"[[:space:]]*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|PRAGMA|BEGIN) ' $above &&
	complain 'SQL outside core/store'
found '(^|[^a-z_])(printf|puts|putchar|vprintf|perror)\(|[a-z]\([^;]*[^a-z_"-](stdout|stderr)[,)]' core &&
	complain 'core prints'
found '#include <(fcntl|unistd|dirent|poll|spawn|sys/.*)\.h>|[^a-z_](fopen|open|read|write)\(' core/detect &&
	complain 'core/detect does input or output'

if [ -e .git ] && command -v git >/dev/null; then
	for folder in $(git ls-files | grep / | cut -d/ -f1 | sort -u); do
		case $folder in
		core | tui | views | skills | data | tests | .ci) ;;
		*) complain "$folder: a seventh top-level folder" ;;
		esac
	done
fi
exit $bad
