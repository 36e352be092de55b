#!/bin/sh
# Services: add, set, list.
. "${srcdir:-.}/tests/shell/lib.sh"
mkdir repository

it 'a service is added with what is known of it'
run --json service add api --repo repository --cores 1000 --watts-per-core 10.5 \
	--build 'make -j4' --test 'make check' --bench './bench run' --style 'make style'
ok
golden service-add
run service add plain
ok
out_has '^service plain: no repository set$'

it 'the list is sorted by name and complete'
must service add another --cores 0.5
run --json service list
ok
golden service-list
run service list
ok
golden_text service-list

it 'set changes what is named and leaves the rest'
run --json service set api --cores 2000
ok
json_is '.cores == 2000 and .watts_per_core == 10.5 and .build == "make -j4"'
run --json service set api --build '' --test 'ctest'
ok
json_is '.build == null and .test == "ctest" and .bench == "./bench run"'

it 'a service that is there is not added again, one that is not there is not set'
run service add api
error_is 3 'service api: is there already'
run service add api --cores 7 --build 'other'
error_is 3 'service api: is there already \(service set changes it\)'
run service set nope --cores 1
error_is 3 'no service nope'
run --json service list
json_is '.services | length == 3'
json_is '.services[] | select(.name == "api") | .cores == 2000 and .build == null'

it 'what cannot be is refused and changes nothing'
before=$(database_state)
for cores in -1 nan inf 1e999 abc '' 1e13 '1 2' 0x10; do
	run service set api --cores "$cores"
	error_is 2 '--cores'
done
run service set api --watts-per-core -3
error_is 2 '--watts-per-core'
run service set api --repo "$scratch/nowhere"
error_is 3 '--repo: .*nowhere: no such folder'
touch file
run service set api --repo file
error_is 3 '--repo: file: no such folder'
for name in '' ' ' 'a b' '-x' "$(printf 'a\nb')" "$(printf 'x%.0s' $(seq 200))"; do
	run service add -- "$name"
	error_is 2 "not a name|no blanks|takes"
done
[ "$before" = "$(database_state)" ] || fail 'the database changed'

it 'set says what was set'
run service set api --cores 500 --test ''
ok
out_has '^service api: cores 500, test: none$'
run service set api --cores 0 --watts-per-core 4
ok
out_has '^service api: cores not known, watts per core 4$'
run service set api --cores 2000 --watts-per-core 10.5 --test ctest
ok

it 'a metric that no series has is noted, since it may come later'
printf 'time,series,value\n2026-01-01T00:00:00Z,queue_length{shard="1"},4\n2026-01-01T00:00:00Z,rate,4\n' >names.csv
must import series names.csv --service api
run service set api --harm queue_length=up --harm rate=both
ok
out_has '^service api: queue_length is worse up, rate is worse both ways$'
run service set api --harm queue_lenght=up
status_is 0
err_has '^headroom: --harm queue_lenght: no series of that name yet \(there are: queue_length, rate\)$'

it 'a repository is kept as the folder it really is'
ln -s repository link
run --json service set api --repo link
json_is ".repository == \"$scratch/repository\""

it 'names of other scripts are names'
run --json service add 'größe-Ж-猫'
ok
json_is '.name == "größe-Ж-猫"'

it 'a name that is no text does not break the answers'
run service add "$(printf 'bad\377\303')"
[ "$status" = 0 ] || error_is 2 'name'
run --json service list
ok
json_is '.services | length >= 4'
run service list
ok

finish
