#!/bin/sh
# No function over 100 lines, no file over 800, no line over 100 columns (a tab is eight); and
# what the makefile ships of the sample case is what is there.
set -u
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1
sources=$(find core tui views tests -name '*.[ch]' | sort)
# shellcheck disable=SC2086 # a list of files
awk -v functions=100 -v files=800 -v columns=100 '
	FNR == 1 { start = 0 }
	FNR == files + 1 { complain(": over " files " lines") }
	/^\{/ { start = FNR }
	/^\}/ {
		if (start && FNR - start - 1 > functions)
			complain(":" start ": a function of " FNR - start - 1 " lines")
		start = 0
	}
	{
		line = $0
		# Tabs stop at every eighth column.
		while ((at = index(line, "\t")) > 0)
			line = substr(line, 1, at - 1) substr("        ", 1 + (at - 1) % 8) substr(line, at + 1)
		if (length(line) > columns && line !~ /"[^"]{60}/)
			complain(":" FNR ": " length(line) " columns")
	}
	function complain(what) { print "sizes: " FILENAME what; bad = 1 }
	END { exit bad }
' $sources
bad=$?
for file in data/demo/profiles/* data/demo/history/*; do
	grep -qF "$file" data/demo/files.am || {
		echo "sizes: $file: not in data/demo/files.am"
		bad=1
	}
done
exit $bad
