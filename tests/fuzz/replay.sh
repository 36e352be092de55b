#!/bin/sh
# Every fuzz target over its corpus; see replay.c. Run by make check, which sets
# srcdir and FUZZ_TARGETS.
set -u
status=0
for name in ${FUZZ_TARGETS:?run me through make check}; do
	"./tests/fuzz/replay_$name" "${srcdir:-.}/tests/fuzz/corpus/$name" || {
		echo "FAIL: tests/fuzz/corpus/$name"
		status=1
	}
done
exit $status
