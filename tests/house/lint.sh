#!/bin/sh
# clang-tidy and cppcheck over the program's sources, both cores at work. Run by `make lint`,
# which gives srcdir and LIBRARY_CPPFLAGS. A tool that is not installed is skipped loudly.
set -u
status=0
cd "${srcdir:-.}" || exit 1
files=$(find core tui views -name '*.c' | sort)

if command -v clang-tidy >/dev/null; then
	echo "lint: clang-tidy, $(echo "$files" | wc -l) files"
	flags="-std=gnu17 -I. -I${abs_builddir:-.} -include core/base/banned.h ${LIBRARY_CPPFLAGS:-}"
	flags="$flags -DHEADROOM_VERSION=\"lint\" -DHEADROOM_PKGDATADIR=\"/\""
	flags="$flags -DHEADROOM_SOURCE_DIR=\"/\" -DHEADROOM_BUILD_DIR=\"/\""
	# The flags are a list, split where they are used.
	# shellcheck disable=SC2016
	echo "$files" | xargs -P 2 -n 8 sh -c 'flags=$1
		shift
		clang-tidy --quiet "$@" -- $flags 2>/dev/null' tidy "$flags" || status=1
else
	echo 'lint: SKIPPED clang-tidy: not installed'
fi

if command -v cppcheck >/dev/null; then
	echo 'lint: cppcheck'
	cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
		--inline-suppr --suppress=missingIncludeSystem --suppress=unknownMacro \
		--suppress=varFuncNullUB --suppress=normalCheckLevelMaxBranches \
		--error-exitcode=1 -j 2 -I . core tui views || status=1
else
	echo 'lint: SKIPPED cppcheck: not installed'
fi
exit $status
