#!/bin/bash
# The road in a terminal: finding, flame, investigation, patch, accepted with one key, taken back.
. "${srcdir:-.}/tests/shell/lib.sh"
. "$abs_srcdir/tests/shell/tmux.sh"
command -v cc >/dev/null || skip 'there is no C compiler'

# A program whose second commit asks strlen on each turn of a loop.
program() { # LOOP
	cat <<-END
		#include <stdio.h>
		#include <string.h>

		static unsigned
		hot(const char *text)
		{
			unsigned sum = 0;
		$1
				sum += (unsigned char)text[i];
			return sum;
		}

		int
		main(void)
		{
			static char text[4001];
			unsigned sum = 0;

			memset(text, 'a', sizeof(text) - 1);
			for (int round = 0; round < 400; round++)
				sum += hot(text);
			printf("%u\n", sum);
			return 0;
		}
	END
}
repository=$scratch/api
commit_file "$repository" hot.c "$(program "	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)")" 2026-11-18T10:00:00Z 'Begin'
commit_file "$repository" hot.c "$(program "
	for (size_t i = 0; i < strlen(text); i++)")" 2026-11-19T09:50:00Z 'Count without a length'
world
must --quiet service set api --repo "$repository" --build 'cc -O0 -o prog hot.c' \
	--test './prog | grep -qx 155200000' --bench './prog'
must --quiet import changes --service api
must --quiet detect
before=$(git -C "$repository" rev-parse HEAD)

it 'draws the flame difference and finds in it'
tui 120x40
shows '1 open regression costs'
keys f
shows 'rest 92\.[0-9]'
shows '!\+hot +\+5\.[0-9]+'
shows 'moved most'
typed /hot
keys Enter
shows 'found: .* places: 1'
keys t
shows 'FUNCTION +SELF'
keys s
shows 'callers above, callees below hot'
keys Escape
shows 'icicle'
keys q
keys q
shows '\[Regressions 1\]'

it 'walks the investigation and comes back to the same step'
keys i
shows 'step 1 of 6'
shows 'why +Spikes'
keys Enter
shows '\[x\] 1 .*'
shows 'step 2 of 6'
keys q
shows '\[Regressions 1\]'
keys i
shows 'step 2 of 6'
keys A
shows 'all 6 steps'
shows 'verdict +[0-9a-f]{12} \(Count without a length\) made'

it 'makes a patch, checks it and shows the gain'
keys p
shows 'P1 +by r'
shows 'gain ok -[0-9.]+ points'
shows 'ready: a accepts it'

it 'accepts it with one key: a commit on a branch, the work tree untouched'
keys a
shows 'accepted: branch headroom/F1-hot, commit [0-9a-f]{12}'
[ "$(git -C "$repository" rev-list --count "$before..headroom/F1-hot")" = 1 ] ||
	fail 'the branch is not one commit'
[ "$(git -C "$repository" rev-parse HEAD)" = "$before" ] || fail 'HEAD has moved'
[ -z "$(git -C "$repository" status --porcelain)" ] || fail 'the work tree was touched'

it 'takes it back'
keys u
shows 'taken back: P1'
git -C "$repository" rev-parse -q --verify headroom/F1-hot >/dev/null && fail 'the branch is still there'

it 'is the same at the command line'
keys Q
ended_with 0
run --json patch show P1
json_is '.state == "checked" and (.checks | length) == 6'
finish
