#!/bin/sh
# Turns text files into C, so that they are part of the program and not found
# at run time:
#
#	embed.sh NAME FILE... >out.c
#
# gives `const char *const NAME[]`, one string a file in the order given, and
# `const size_t NAME_count`. Called by the build for the database schema.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: embed.sh NAME FILE..." >&2
	exit 2
fi
name=$1
shift
for file; do
	if [ ! -r "$file" ]; then
		echo "embed.sh: $file: cannot be read" >&2
		exit 1
	fi
done

LC_ALL=C awk -v name="$name" '
BEGIN {
	print "/* Made by data/embed.sh; edits are lost. */"
	print "#include <stddef.h>\n"
	print "extern const char *const " name "[];"
	print "extern const size_t " name "_count;\n"
	print "const char *const " name "[] = {"
}
FNR == 1 && NR > 1 { print "\t,"; }
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\""
}
END {
	print "};\n"
	print "const size_t " name "_count = sizeof(" name ") / sizeof(" name "[0]);"
}
' "$@"
