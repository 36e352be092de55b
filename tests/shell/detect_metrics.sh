#!/bin/bash
# `detect` over series that are no profiles: metrics of any unit and shares with samples.
. "${srcdir:-.}/tests/shell/lib.sh"

# 120 hours of five metrics. At hour 80: latency up by 20 %, and with it the queue; throughput
# down a little later; memory goes up for ten hours only; errors never change.
awk 'BEGIN {
	srand(7)
	print "time,latency_ms,queue_ms,requests_per_second,memory_bytes,errors"
	for (i = 0; i < 120; i++) {
		shared = rand() + rand() + rand() - 1.5
		latency = 100 + 2 * shared + (rand() - 0.5) / 4 + (i >= 80 ? 20 : 0)
		queue = 30 + shared + (rand() - 0.5) / 8 + (i >= 80 ? 5 : 0)
		requests = 900 + 20 * (rand() - 0.5) - (i >= 100 ? 60 : 0)
		memory = 5e9 + 1e7 * (rand() - 0.5) + (i >= 60 && i < 70 ? 4e8 : 0)
		errors = 10 + 2 * (rand() - 0.5)
		printf "%d,%.3f,%.3f,%.3f,%.0f,%.3f\n", 1795000000 + i * 3600, latency, queue,
			requests, memory, errors
	}
}' >metrics.csv
awk 'BEGIN {
	srand(9)
	print "time,series,value,samples"
	for (i = 0; i < 60; i++)
		printf "%d,parse,%.6f,100000\n", 1795000000 + i * 3600,
			0.02 + 0.0004 * (rand() - 0.5) + (i >= 40 ? 0.004 : 0)
}' >shares.csv

must service add api --cores 1000
must import series metrics.csv --service api
must import series shares.csv --service api

it 'finds what got worse, which way that is, and merges what moves together'
run --json detect --filtered
ok
json_is '[.findings[] | .subject.name] | sort == ["latency_ms","parse","requests_per_second"]'
json_is '.findings | map(select(.subject.name == "latency_ms"))[0]
	| .kind == "regression" and .subject.kind == "metric" and .members == ["queue_ms"] and .after > .before
	and .impact.cores == null and .smallest > 0 and .smallest < .delta'
json_is '.findings | map(select(.subject.name == "requests_per_second"))[0] | .after < .before'
json_is '.findings | map(select(.subject.name == "parse"))[0]
	| .subject.kind == "series" and .unit == null and .impact.cores > 3 and .impact.cores < 5
	and .smallest > 0 and .smallest < .delta'
json_is '.filtered_changes | map(select(.subject.name == "memory_bytes")) | all(.stage == "went_away") and length >= 1'
json_is '.filtered_changes | map(select(.subject.name == "queue_ms" and .stage == "duplicate")) | length == 1'
json_is '[.findings[], .filtered_changes[]] | map(select(.subject.name == "errors")) == []'
json_is '.scanned.change_points == (.findings | length) + ([.scanned.filtered[]] | add)'
golden detect-metrics '{findings: [.findings[] | {kind, subject, unit, config, members, changed_at,
	stages: [.stages[] | {stage, ran, passed}]}] | sort_by(.subject.name), filtered: .scanned.filtered}'

it 'again: the same findings'
run --json detect
ok
json_is '.findings | length == 3 and all(.added | not)'

it 'show speaks of the metric, not of cores'
id=$(jq -r '.findings[] | select(.subject.name == "latency_ms").id' "$scratch/out")
run show "$id"
ok
out_has 'latency_ms +100 -> 120'
out_has 'members +queue_ms'
out_has 'impact +not known'
run suspects "$id"
ok
run findings
ok
out_has 'latency_ms'

it 'show says which stages had nothing to say, and why'
run show "$id"
out_has 'cost shift +not asked did not run: a metric is no part of a whole'
run --json show "$id"
json_is '.stages | map(select(.stage == "renamed"))[0] | (.ran | not) and (.why | startswith("did not run: "))'

it 'a metric names the change that likely did it, or says that none explains it'
run suspects "$id"
out_has 'no change in the time around it explains this, by its time and its words'
cat >changes.jsonl <<'J'
{"time":"2026-11-21T18:40:00Z","kind":"deploy","id":"d-7","title":"release 7: retries double the latency"}
{"time":"2026-11-20T09:00:00Z","kind":"flag","id":"f-1","title":"new colours on"}
J
must import changes changes.jsonl --service api
run --json detect
ok
run --json suspects "$id"
ok
golden suspects-metric '{verdict, suspects: [.suspects[] | {change, kind, factors: (.factors | map_values(if . == null then . else (. * 100 | round) end)), why, score: (.score * 100 | round)}]}'

it 'cost that moved from one imported share to another is filtered, and new cost is not'
awk 'BEGIN {
	srand(5)
	print "time,series,value,samples"
	split("Cart::parse Cart::escape Store::read Store::write Net::send", name, " ")
	split("0.02 0.04 0.2 0.15 0.25", level, " ")
	for (i = 0; i < 120; i++) {
		for (s = 1; s <= 5; s++) {
			value = level[s] + 0.001 * (rand() - 0.5)
			value += (s == 1 && i >= 60) * 0.01 - (s == 2 && i >= 60) * 0.01 + (s == 5 && i >= 90) * 0.02
			printf "%d,%s,%.6f,%d\n", 1795000000 + i * 3600, name[s], value, 100000 + 1000 * (i % 7)
		}
	}
}' >moved.csv
must service add shop --cores 1000
must import series moved.csv --service shop
run --json detect --service shop --filtered
ok
golden detect-shares '{findings: [.findings[] | {kind, subject, changed_at, stages: [.stages[] | {stage, ran, passed}]}]
	| sort_by(.subject.name), filtered: [.filtered_changes[] | {subject, stage, why}]}'

it 'what comes back is gone by itself'
awk 'BEGIN {
	srand(11)
	print "time,latency_ms,queue_ms"
	for (i = 120; i < 180; i++)
		printf "%d,%.3f,%.3f\n", 1795000000 + i * 3600, 100 + 3 * (rand() + rand() - 1),
			30 + 2 * (rand() + rand() - 1)
}' >later.csv
must import series later.csv --service api
run --json detect
ok
json_is ".moved == [{\"id\": \"$id\", \"state\": \"gone\"}]"
run --json show "$id"
json_is '.state == "gone" and (.events[-1].user == "headroom")'
run --json detect
json_is '.moved == []'

it 'power knows an imported share, and says why it has nothing of a metric'
run --json power parse --service api
ok
json_is '.share > 0.02 and .share < 0.025 and .smallest > 0 and .smallest < 0.004'
run power latency_ms --service api
error_is 2 'series latency_ms is no share: power counts samples of shares'

finish
