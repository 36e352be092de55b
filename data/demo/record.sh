#!/bin/sh
# Records the profiles of the sample case again.
#
# usage: record.sh [OUTPUT-FOLDER]        (without a folder: profiles/ and windows.jsonl beside this script)
#
# What it does: applies history/ to a scratch repository, builds what each line of deploys.jsonl put into production, and
# for each of the 72 windows serves requests with the build of that time under perf record, folds the stacks and writes
# profiles/wNNN.folded.gz and a line of windows.jsonl.
#
# The times of the windows are the case's calendar: one window of 15 minutes every two hours. The samples are real:
# every one was taken while that build served that window's requests. A window is represented by two to three
# seconds of processor time. The mix of requests varies a little from window to window, by a seed that is the window's
# number; in windows 55, 56 and 57 partners fetch many more exports than usual. No commit has a part in that.
#
# What it needs: git, a C compiler that can link -static-pie, make, python3, perf, and leave to use perf (as root, or
# with kernel.perf_event_paranoid at 1 or less; at 2 the kernel's frames are missing). EVENT=cycles uses a hardware counter
# instead of cpu-clock. About 300 MB in ${TMPDIR:-/tmp}, and five to ten minutes.
#
# Stacks are unwound from copies of the stack (--call-graph dwarf), because frame pointers lose the caller of functions
# such as strlen that make no frame. The service is linked with -static-pie, because perf sometimes finds no unwind tables
# for a shared libc and then loses the same callers. A window in which over 4 of 100 stacks do not reach main is taken again.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
event=${EVENT:-cpu-clock}
requests=${REQUESTS:-360000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$out/profiles"
out=$(cd "$out" && pwd)

# The history, with the committer of each commit being its author, so that the ids are the same everywhere.
git init -q -b main "$work/shelf"
cd "$work/shelf"
for patch in "$here"/history/*.patch; do
	from=$(sed -n 's/^From: //p;/^$/q' "$patch" | head -n 1)
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
	GIT_COMMITTER_NAME=${from% <*} GIT_COMMITTER_EMAIL=$(expr "$from" : '.*<\(.*\)>') \
		git -c core.autocrlf=false -c commit.gpgsign=false am -q --committer-date-is-author-date "$patch"
done

cat > "$work/plan.py" <<'PLAN'
"""Prints the windows in the order in which they are recorded: number, start, deploy, seed, weights of the mix."""
import datetime, json, math, random, sys

WINDOWS = 72
FIRST = datetime.datetime(2026, 11, 14, 13, 45)
MIX = {"item": 3000, "item-json": 1200, "tag": 400, "search": 1000, "search-json": 300, "export": 60, "health": 300, "lost": 200}
EXPORTS = {55: 9, 56: 11, 57: 8}

deploys = [json.loads(line) for line in open(sys.argv[1])]
plan = []
for w in range(WINDOWS):
    start = (FIRST + datetime.timedelta(hours=2 * w)).strftime("%Y-%m-%dT%H:%M:%SZ")
    deploy = [d["id"] for d in deploys if d["time"] <= start][-1]
    rng = random.Random(w)
    mix = {kind: weight * math.exp(rng.gauss(0, 0.06)) for kind, weight in MIX.items()}
    mix["export"] *= EXPORTS.get(w, 1)
    plan.append((w, start, deploy, 1000 + w, " ".join("%s=%d" % kv for kv in mix.items())))
# Not in calendar order, so that a machine that gets busier or warmer does not look like a change of the service.
random.Random(1).shuffle(plan)
for line in plan:
    print("%03d %s %s %d %s" % line)
PLAN

cat > "$work/fold.py" <<'FOLD'
"""Folds perf script text. Prints one JSON line; fails when too many stacks were not unwound to main."""
import collections, gzip, json, re, sys

out, name, start, deploy = sys.argv[1:]
stacks = collections.Counter()
frame = re.compile(r"^\s+([0-9a-f]+) (.*) \((.*)\)$")
comm, frames, first, final = None, [], None, None

def end_sample():
    if comm == "shelf" and frames:
        stacks[";".join([comm] + frames[::-1])] += 1

for line in sys.stdin:
    line = line.rstrip("\n")
    if not line:
        end_sample()
        comm, frames = None, []
    elif line[0] not in "\t ":
        comm = line.split()[0]
        time = float(re.search(r"(\d+\.\d+): ", line).group(1))
        first, final = first or time, time
    else:
        symbol, place = frame.match(line).group(2, 3)
        symbol = re.sub(r"\+0x[0-9a-f]+$|@.*$", "", symbol) or "[unknown]"
        kernel = place.startswith("[") and place not in ("[unknown]", "[vdso]", "[vsyscall]")
        frames.append(symbol.replace(";", ":") + ("_[k]" if kernel else ""))
end_sample()

total = sum(stacks.values())
lost = sum(n for stack, n in stacks.items() if ";main;" not in stack)
if total < 100 or lost > total * 0.04:
    sys.exit("%s: %d of %d stacks do not reach main" % (name, lost, total))
with open("%s/profiles/%s.folded.gz" % (out, name), "wb") as f:
    with gzip.GzipFile(filename="", mode="wb", fileobj=f, mtime=0) as z:
        z.write("".join("%s %d\n" % item for item in sorted(stacks.items())).encode())
print(json.dumps({"file": "profiles/%s.folded.gz" % name, "start": start, "duration": 900, "deploy": deploy,
                  "samples": total, "recorded_seconds": round(final - first, 2)}))
FOLD

# One folder for each deploy.
python3 -c 'import json, sys
for line in open(sys.argv[1]):
    print(json.loads(line)["id"], json.loads(line)["last_commit"])' "$here/deploys.jsonl" |
while read -r deploy number; do
	git checkout -q "$(git rev-list --reverse main | sed -n "${number}p")"
	make clean > /dev/null
	make CFLAGS="-O2 -g -fno-omit-frame-pointer -fPIE" LDFLAGS=-static-pie build/shelf build/load > /dev/null
	mkdir "$work/$deploy"
	cp build/shelf build/load "$work/$deploy"
	echo "built $deploy, commit $number" >&2
done
cd "$work"
r01/load catalogue 1 2000 > catalogue.tsv

python3 plan.py "$here/deploys.jsonl" > plan
while read -r number start deploy seed mix; do
	# The words of the mix are arguments.
	r01/load requests "$seed" "$requests" 2000 $mix > requests
	for try in 1 2 3; do
		perf record -q -N -e "$event" -F 1999 --call-graph dwarf,8192 -o perf.data \
			"$deploy/shelf" catalogue.tsv < requests > /dev/null 2> log
		if perf script --no-inline -F comm,pid,time,event,ip,sym,symoff,dso -i perf.data 2> errors |
			python3 fold.py "$out" "w$number" "$start" "$deploy" >> lines; then
			break
		fi
		[ "$try" -lt 3 ] || { echo "record.sh: window $number could not be recorded" >&2; exit 1; }
	done
	echo "window $number, $deploy" >&2
done < plan
sort lines > "$out/windows.jsonl"
