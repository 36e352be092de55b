#!/bin/sh
# clang-tidy and cppcheck over the program's sources, two files at a time. Run by
# `make lint`, which gives CPPFLAGS and srcdir. A tool that is not installed is skipped loudly.
set -u
status=0
cd "${srcdir:-.}" || exit 1
files=$(find core tui views -name '*.c' | sort)

if command -v clang-tidy >/dev/null; then
	echo "lint: clang-tidy $(echo "$files" | wc -l) files"
	# CPPFLAGS is a list of flags; splitting it is meant.
	# shellcheck disable=SC2086
	echo "$files" | xargs -P 2 -n 8 sh -c 'flags=$1; shift; clang-tidy --quiet "$@" -- -std=gnu17 $flags 2>/dev/null' \
		tidy "$(printf '%s' "$CPPFLAGS" | tr '\n' ' ')" || status=1
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
