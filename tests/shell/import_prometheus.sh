#!/bin/bash
# import series --prometheus against real servers: Prometheus with blocks made by promtool, and
# VictoriaMetrics filled over its API; started here on loopback, gone at the end.
. "${srcdir:-.}/tests/shell/lib.sh"

command -v curl >/dev/null || skip 'curl is not installed'
export no_proxy='*'
servers=
stop_servers() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	clean_up
}
trap stop_servers EXIT

# start NAME READY-PATH COMMAND...: with PORT in the words replaced; sets $port, or skips loudly.
start() {
	local name=$1 ready=$2 try word pid
	shift 2
	for try in 1 2 3 4 5 6 7 8; do
		port=$((20000 + ($$ * 13 + try * 1009 + RANDOM) % 20000))
		words=()
		for word in "$@"; do
			words+=("${word//PORT/$port}")
		done
		"${words[@]}" >"$scratch/$name.log" 2>&1 &
		pid=$!
		servers="$servers $pid"
		for _ in $(seq 300); do
			kill -0 "$pid" 2>/dev/null || break
			curl -sf -o "$scratch/ready" "http://127.0.0.1:$port$ready" && return 0
			sleep 0.1
		done
		kill "$pid" 2>/dev/null
	done
	tail -n 5 "$scratch/$name.log"
	return 1
}

# Five hours of minutes: a counter that grows by 60 with a gap of half an hour and a reset, and a
# gauge with one NaN. The same for both servers.
first=1763600400 # 2025-11-20T01:00:00Z
make_data() { # FORMAT
	awk -v first=$first -v format="$1" 'BEGIN {
		if (format == "openmetrics") print "# TYPE requests counter"
		for (i = 0; i < 300; i++) {
			if (i >= 100 && i < 130) continue
			count = i == 200 ? 5 : count + (i == 130 ? 31 * 60 : 60)
			times = times (times == "" ? "" : ",") (first + i * 60) "000"
			values = values (values == "" ? "" : ",") count
			if (format == "openmetrics")
				printf "requests_total{job=\"api\",zone=\"a \\\"q\\\"\"} %d %d\n", count, first + i * 60
		}
		if (format == "json")
			printf "{\"metric\":{\"__name__\":\"requests_total\",\"job\":\"api\",\"zone\":\"a \\\"q\\\"\"},\"values\":[%s],\"timestamps\":[%s]}\n", values, times
		times = values = ""
		if (format == "openmetrics") print "# TYPE latency_seconds gauge"
		for (i = 0; i < 300; i++) {
			value = i == 50 ? "NaN" : sprintf("%.2f", 0.1 + i % 7 / 100)
			if (format == "openmetrics")
				printf "latency_seconds{job=\"api\"} %s %d\n", value, first + i * 60
			else if (i != 50) {
				times = times (times == "" ? "" : ",") (first + i * 60) "000"
				values = values (values == "" ? "" : ",") value
			}
		}
		if (format == "json")
			printf "{\"metric\":{\"__name__\":\"latency_seconds\",\"job\":\"api\"},\"values\":[%s],\"timestamps\":[%s]}\n", values, times
		else
			print "# EOF"
	}'
}

# What has to hold of a server, whichever it is.
try_server() { # NAME
	local name=$1 url=http://127.0.0.1:$port
	must service add "$name"

	it "$name: a counter with a gap and a reset becomes a rate"
	run --json import series --prometheus "$url" --query requests_total --service "$name" \
		--start $first --end $((first + 299 * 60)) --step 1m --counter
	ok
	# 270 values are 269 rates; the one behind the gap bridges it.
	json_is '.sources[0] | .series == 1 and .points_added == 269 and .counter_resets == 1'
	golden "prometheus-counter" '.sources[0]'

	it "$name: a gauge keeps its gap"
	run --json import series --prometheus "$url/" --query 'latency_seconds{job="api"}' \
		--service "$name" --start $first --end $((first + 299 * 60)) --step 60
	ok
	json_is '.sources[0] | .series == 1 and .points_added == 299'

	it "$name: the same again stores once, and without --start what is new"
	run --json import series --prometheus "$url" --query 'latency_seconds{job="api"}' \
		--service "$name" --start $first --end $((first + 299 * 60)) --step 60
	json_is '.sources[0] | .points_added == 0 and .points_known == 299 and .points_replaced == 0'
	run --json import series --prometheus "$url" --query 'latency_seconds{job="api"}' \
		--service "$name" --end $((first + 400 * 60)) --step 60
	status_is 0
	json_is '.sources[0] | .points_added == 0 and .points_known == 3'

	it "$name: more points than a server gives at once come in pages"
	run --json import series --prometheus "$url" --query 'vector(1) > 0' --service "$name" \
		--name one --start $first --end $((first + 24999)) --step 1s
	ok
	json_is '.sources[0] | .series == 1 and .points_added == 25000'

	it "$name: a query that is none is one line in the server's words"
	run import series --prometheus "$url" --query 'latency_seconds{' --service "$name" \
		--start $first --end $((first + 60))
	error_is 3 "$url: the server answers 4[0-9][0-9]: ."

	it "$name: no such series is no error, and said"
	run --json import series --prometheus "$url" --query nothing_of_this --service "$name" \
		--start $first --end $((first + 60))
	status_is 0
	json_is '.sources[0].series == 0'
	err_has 'knows no such series'
}

tried=
if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
	make_data openmetrics >data.txt
	promtool tsdb create-blocks-from openmetrics data.txt blocks >promtool.log 2>&1 ||
		{ cat promtool.log; fail 'promtool made no blocks'; finish; }
	echo 'global: {}' >prometheus.yml
	if start prometheus /-/ready prometheus --config.file=prometheus.yml \
		--storage.tsdb.path=blocks --storage.tsdb.retention.time=100y \
		--web.listen-address=127.0.0.1:PORT; then
		try_server prometheus
		tried="$tried prometheus"
	else
		it 'Prometheus starts'
		fail 'it does not'
	fi
else
	echo "SKIPPED $test_name: prometheus and promtool are not installed: not tested against them"
fi

if command -v victoria-metrics >/dev/null; then
	make_data json >data.json
	if start victoria /health victoria-metrics -storageDataPath=victoria \
		-httpListenAddr=127.0.0.1:PORT -retentionPeriod=100y -search.latencyOffset=0s \
		-search.disableCache; then
		curl -sf "http://127.0.0.1:$port/api/v1/import" -T data.json || fail 'no import'
		curl -sf "http://127.0.0.1:$port/internal/force_flush" >flush
		try_server victoria
		tried="$tried victoria"
	else
		it 'VictoriaMetrics starts'
		fail 'it does not'
	fi
else
	echo "SKIPPED $test_name: victoria-metrics is not installed: not tested against it"
fi
[ -n "$tried" ] || skip 'no server is installed'

it 'a server that is not there'
must service add gone
run import series --prometheus http://127.0.0.1:1 --query up --service gone --start 1h
error_is 2 '--start'
run import series --prometheus http://127.0.0.1:1 --query up --service gone --start '1h ago'
error_is 3 'http://127.0.0.1:1: '
run import series --prometheus http://127.0.0.1:1 --query up --service gone
error_is 2 '--start: needed the first time'

finish
