/*
 * One answer of query_range, read as it comes into a table of series. Called by
 * prometheus.c and the fuzz target: all of it is hostile.
 *
 *	{"status":"success","data":{"resultType":"matrix","result":[
 *	  {"metric":{"__name__":"up","job":"api"},"values":[[1435781430.781,"1"],...]},...]}}
 */
#ifndef HEADROOM_COLLECT_PROMETHEUS_ANSWER_H
#define HEADROOM_COLLECT_PROMETHEUS_ANSWER_H

#include "core/base/json_stream.h"
#include "core/collect/series_table.h"

#define PROMETHEUS_LABELS_MAX 256
#define PROMETHEUS_DEPTH 8 /* of what is looked at; below it all is skipped */

struct prometheus_answer {
	struct series_table *table;
	const char *name;  /* in place of the metric's; NULL: its own */
	const char *query; /* the name of what has none */
	struct json_stream stream;
	unsigned depth;
	int places[PROMETHEUS_DEPTH]; /* see prometheus_answer.c */
	struct str key;
	struct strings labels;
	char *metric; /* __name__ */
	struct series_point point;
	unsigned part; /* of the point: 0 time, 1 value */
	struct {
		struct series_point *items;
		size_t count, capacity;
	} points; /* of the series at hand */
	bool success;
	char *error;   /* what the server says */
	char *warning; /* the first one */
};

void prometheus_answer_init(struct prometheus_answer *answer, struct series_table *table,
			    const char *name, const char *query);
void prometheus_answer_release(struct prometheus_answer *answer);
int prometheus_answer_feed(struct prometheus_answer *answer, const char *data, size_t length,
			   struct error *err);
/* ERROR_INPUT: not whole, or the server says that it failed, in its words. */
int prometheus_answer_finish(struct prometheus_answer *answer, struct error *err);

#endif
