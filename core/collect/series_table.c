/* Series in memory; see series_table.h. Called by the readers of series. */
#include "core/collect/series_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define CAPACITY_FIRST 64

void
series_table_init(struct series_table *table)
{
	*table = (struct series_table){ 0 };
	intern_init(&table->names);
	intern_init(&table->groups);
}

void
series_table_release(struct series_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->items[i].name);
		free(table->items[i].unit);
		strings_release(&table->items[i].labels);
		free(table->items[i].times);
		free(table->items[i].values);
		free(table->items[i].samples);
		free(table->items[i].groups);
	}
	vec_release(table);
	intern_release(&table->names);
	intern_release(&table->groups);
}

int
series_table_place(struct series_table *table, const char *name, size_t length, size_t *place,
		   struct error *err)
{
	uint32_t number = intern_find(&table->names, name, length);

	if (number == INTERN_NONE) {
		if (length == 0)
			return error_set(err, ERROR_INPUT, "a series without a name");
		if (length > SERIES_NAME_MAX)
			return error_set(err, ERROR_INPUT, "a name longer than %zu bytes",
					 SERIES_NAME_MAX);
		if (memchr(name, '\0', length) != NULL)
			return error_set(err, ERROR_INPUT, "a NUL byte in a name");
		if (table->count == SERIES_TABLE_SERIES_MAX)
			return error_set(err, ERROR_LIMIT, "more than %zu series",
					 SERIES_TABLE_SERIES_MAX);
		number = intern_add(&table->names, name, length);
		vec_push(table, (struct table_series){ .name = memory_string_n(name, length) });
	}
	*place = number;
	return 0;
}

static void
grow(const struct series_table *table, struct table_series *series)
{
	size_t capacity = series->capacity == 0 ? CAPACITY_FIRST : series->capacity * 2;

	series->times = memory_resize(series->times, capacity, sizeof(*series->times));
	series->values = memory_resize(series->values, capacity, sizeof(*series->values));
	if (table->has_samples)
		series->samples =
			memory_resize(series->samples, capacity, sizeof(*series->samples));
	if (table->has_groups)
		series->groups = memory_resize(series->groups, capacity, sizeof(*series->groups));
	series->capacity = capacity;
}

int
series_table_add(struct series_table *table, size_t place, const struct series_point *point,
		 struct error *err)
{
	struct table_series *series = &table->items[place];

	if (series->count == SERIES_TABLE_POINTS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %zu points of one series",
				 SERIES_TABLE_POINTS_MAX);
	if (table->points == SERIES_TABLE_TOTAL_MAX)
		return error_set(err, ERROR_LIMIT, "more than %zu points", SERIES_TABLE_TOTAL_MAX);
	if (series->count == series->capacity)
		grow(table, series);
	series->times[series->count] = point->time;
	series->values[series->count] = point->value;
	if (table->has_samples)
		series->samples[series->count] = point->samples;
	if (table->has_groups)
		series->groups[series->count] = point->group;
	series->count++;
	series->gaps += isnan(point->value);
	table->points++;
	return 0;
}

/* --- by time --- */

struct order {
	int64_t time;
	size_t from;
};

static int
compare(const void *a, const void *b)
{
	const struct order *one = a, *other = b;

	if (one->time != other->time)
		return one->time < other->time ? -1 : 1;
	return one->from < other->from ? -1 : one->from > other->from;
}

static void *
reordered(void *old, const struct order *order, size_t count, size_t size)
{
	char *out;

	if (old == NULL)
		return NULL;
	out = memory_resize(NULL, count, size);
	for (size_t i = 0; i < count; i++)
		memcpy(out + i * size, (const char *)old + order[i].from * size, size);
	free(old);
	return out;
}

static bool
is_sorted(const struct table_series *series)
{
	for (size_t i = 1; i < series->count; i++)
		if (series->times[i] < series->times[i - 1])
			return false;
	return true;
}

static void
sort(struct table_series *series)
{
	size_t count = series->count;
	struct order *order;

	if (is_sorted(series))
		return;
	order = memory_alloc_array(count, sizeof(*order));
	for (size_t i = 0; i < count; i++)
		order[i] = (struct order){ series->times[i], i };
	qsort(order, count, sizeof(*order), compare);
	series->times = reordered(series->times, order, count, sizeof(*series->times));
	series->values = reordered(series->values, order, count, sizeof(*series->values));
	series->samples = reordered(series->samples, order, count, sizeof(*series->samples));
	series->groups = reordered(series->groups, order, count, sizeof(*series->groups));
	series->capacity = count;
	free(order);
}

void
series_table_sort(struct series_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		sort(&table->items[i]);
}
