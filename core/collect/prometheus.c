/* Fetching series from a Prometheus server, page by page; see prometheus.h. */
#include "core/collect/prometheus.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/http.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/collect/prometheus_answer.h"
#include "core/collect/server_address.h"
#include "core/collect/service_id.h"
#include "core/store/series_source.h"

#define QUERY_IN_ADDRESS 1500 /* bytes; a longer query goes in the body */
#define LATE_STEPS 2          /* of the end that was read last, read again: late points */
#define PAGE_TIME (2 * CLOCK_MINUTE)

struct fetch {
	const struct prometheus_query *query;
	struct series_table table;
	char *address; /* of query_range */
	char *asked;   /* the query, as the server is asked */
	char *shown;   /* of the server, without a password */
	char *header;  /* the token's; NULL: none */
	int64_t start, end;
	const struct progress *progress;
	char *warning; /* the server's first */
};

static char *
address_of(const char *url)
{
	size_t length = strlen(url);

	while (length > 0 && url[length - 1] == '/')
		length--;
	if (length > 7 && memcmp(url + length - 7, "/api/v1", 7) == 0)
		length -= 7;
	return memory_format("%.*s/api/v1/query_range", (int)length, url);
}

static void
add_seconds(struct str *out, const char *name, int64_t time)
{
	str_addf(out, "&%s=%s%lld.%03lld", name, time < 0 ? "-" : "",
		 (long long)llabs(time / CLOCK_SECOND),
		 (long long)llabs(time % CLOCK_SECOND / 1000));
}

static int
take_data(void *user, const char *data, size_t length, struct error *err)
{
	return prometheus_answer_feed(user, data, length, err);
}

/* What a server says in the body of an answer that is none, else its status. */
static int
server_error(const struct http_answer *http, struct error *err)
{
	struct json *body = NULL;
	const char *said = NULL;
	char *safe;

	if (json_parse(&body, http->body.data, http->body.len, NULL) == 0)
		said = json_get_text(body, "error", NULL);
	safe = text_safe(said != NULL ? said : "");
	error_set(err, http->status == 401 || http->status == 403 ? ERROR_REFUSED : ERROR_INPUT,
		  "the server answers %ld%s%.300s", http->status, said != NULL ? ": " : "", safe);
	free(safe);
	json_free(body);
	return -1;
}

static int
read_answer(struct fetch *fetch, struct prometheus_answer *answer, struct http_request *request,
	    struct error *err)
{
	struct http_answer http;
	int result = http_perform(&http, request, err);

	if (result == 0 && (http.status < 200 || http.status > 299))
		result = server_error(&http, err);
	else if (result == 0)
		result = prometheus_answer_finish(answer, err);
	if (result == 0 && fetch->warning == NULL && answer->warning != NULL)
		fetch->warning = memory_string(answer->warning);
	http_answer_release(&http);
	return result;
}

/* The end of what is in braces; strings in it may hold some. NULL: it does not end. */
static const char *
braces_end(const char *at)
{
	char quote = '\0';

	for (; *at != '\0'; at++) {
		if (quote != '\0') {
			if (*at == '\\' && at[1] != '\0' && quote != '`')
				at++;
			else if (*at == quote)
				quote = '\0';
		} else if (strchr("\"'`", *at) != NULL) {
			quote = *at;
		} else if (*at == '}') {
			return at + 1;
		}
	}
	return NULL;
}

/* metric, metric{label="value"} or {label="value"}, and nothing around it. */
static bool
is_selector(const char *query)
{
	const char *at = query + strspn(query, " \t\n");
	size_t name =
		strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");

	if (name > 0 && at[0] >= '0' && at[0] <= '9')
		return false;
	at += name;
	at += strspn(at, " \t\n");
	if (*at == '{')
		at = braces_end(at + 1);
	else if (name == 0)
		return false;
	return at != NULL && at[strspn(at, " \t\n")] == '\0';
}

/*
 * A server repeats the last value of a selector for five minutes where there is
 * none; asked for the last one of the step, a gap is a gap.
 */
static char *
query_of(const struct prometheus_query *query)
{
	if (!is_selector(query->query) || query->step <= 1000)
		return memory_string(query->query);
	return memory_format("last_over_time(%s[%lldms])", query->query,
			     (long long)(query->step / 1000 - 1));
}

static int
fetch_page(struct fetch *fetch, int64_t start, int64_t end, struct error *err)
{
	const struct prometheus_query *query = fetch->query;
	const char *headers[] = { "Content-Type: application/x-www-form-urlencoded", fetch->header,
				  NULL };
	struct prometheus_answer answer;
	struct http_request request = {
		.method = "GET",
		.headers = headers,
		.answer_max = PROMETHEUS_ANSWER_MAX,
		.time_max = query->time_max > 0 ? query->time_max : PAGE_TIME,
		.silence_max = query->time_max > 0 ? query->time_max : PAGE_TIME,
		.cancel = fetch->progress != NULL ? fetch->progress->cancel : NULL,
		.on_data = take_data,
		.user = &answer,
	};
	struct str form, url;
	int result;

	str_init(&form, PROMETHEUS_QUERY_MAX * 4);
	str_init(&url, PROMETHEUS_QUERY_MAX * 4);
	str_add(&form, "query=");
	server_address_encode(&form, fetch->asked);
	add_seconds(&form, "start", start);
	add_seconds(&form, "end", end);
	add_seconds(&form, "step", query->step);
	str_add(&url, fetch->address);
	if (form.len > QUERY_IN_ADDRESS) {
		request.method = "POST";
		request.body = form.data;
		request.body_length = form.len;
	} else {
		str_addf(&url, "?%s", form.data);
	}
	request.url = url.data;
	prometheus_answer_init(&answer, &fetch->table, query->name, query->query);
	result = read_answer(fetch, &answer, &request, err);
	prometheus_answer_release(&answer);
	str_release(&form);
	str_release(&url);
	return result;
}

static int
fetch_pages(struct fetch *fetch, struct error *err)
{
	int64_t step = fetch->query->step, span = step * (PROMETHEUS_PAGE_POINTS - 1);
	int64_t pages = (fetch->end - fetch->start) / (span + step) + 1;
	int64_t start = fetch->start;

	if (pages > PROMETHEUS_PAGES_MAX)
		return error_set(err, ERROR_LIMIT,
				 "more than %d pages of %d points: take a longer step",
				 PROMETHEUS_PAGES_MAX, PROMETHEUS_PAGE_POINTS);
	for (int64_t page = 0; page < pages; page++, start += span + step) {
		int64_t end = start + span < fetch->end ? start + span : fetch->end;

		if (progress_cancelled(fetch->progress))
			return error_set(err, ERROR_CANCELLED, "cancelled");
		progress_report(fetch->progress, "fetching series", (uint64_t)page,
				(uint64_t)pages);
		if (fetch_page(fetch, start, end, err) < 0)
			return -1;
	}
	return 0;
}

static int64_t
aligned(int64_t time, int64_t step)
{
	int64_t rest = time % step;

	return time - (rest < 0 ? rest + step : rest);
}

/* From when to when; a counter's first rate needs the point before. */
static int
choose_times(struct fetch *fetch, struct store *store, const struct series_source *source,
	     bool counter, struct error *err)
{
	const struct prometheus_query *query = fetch->query;
	int64_t start = query->start, known = 0;

	if (start == 0) {
		if (casebook_series_source_end(store, source, &known, err) < 0)
			return -1;
		if (known == 0)
			return error_set(err, ERROR_USAGE,
					 "--start: needed the first time that a query is read");
		start = known - LATE_STEPS * query->step;
	}
	fetch->start = aligned(start, query->step) - (counter ? query->step : 0);
	fetch->end = aligned(query->end != 0 ? query->end : clock_now(), query->step);
	if (fetch->end < fetch->start)
		return error_set(err, ERROR_USAGE, "--end: before --start");
	return 0;
}

static int
check(const struct prometheus_query *query, struct error *err)
{
	size_t length = strlen(query->query);

	if (length == 0 || length > PROMETHEUS_QUERY_MAX)
		return error_set(err, ERROR_USAGE, "--query: empty, or longer than %zu bytes",
				 PROMETHEUS_QUERY_MAX);
	if (query->step < 1000 || query->step % 1000 != 0 || query->step > 366 * CLOCK_DAY)
		return error_set(err, ERROR_USAGE,
				 "--step: whole milliseconds, at least one, at most a year");
	return 0;
}

static int
keep(struct fetch *fetch, struct store *store, const struct series_source *source,
     const struct series_import_options *options, struct series_import_report *report,
     struct error *err)
{
	int result;

	series_table_sort(&fetch->table);
	if (store_begin(store, err) < 0)
		return -1;
	result = series_import_table(store, source->service, &fetch->table, options, report,
				     fetch->progress, err);
	if (result == 0)
		result = casebook_series_source_put(store, source, fetch->end, err);
	if (result == 0)
		return store_commit(store, err);
	store_rollback(store);
	return -1;
}

static char *
token_header(void)
{
	const char *token = getenv("HEADROOM_PROMETHEUS_TOKEN");

	return token != NULL && token[0] != '\0' ? memory_format("Authorization: Bearer %s", token)
						 : NULL;
}

int
prometheus_import(struct store *store, const struct prometheus_query *query,
		  const struct series_import_options *options, struct series_import_report *report,
		  const struct progress *progress, struct error *err)
{
	struct fetch fetch = { .query = query, .progress = progress };
	struct series_source source = { .query = query->query, .step = query->step };
	struct series_import_options replacing = *options;
	int result = -1;

	*report = (struct series_import_report){ .format = "Prometheus" };
	if (check(query, err) < 0 ||
	    collect_service_id(store, options->service, &source.service, err) < 0)
		return -1;
	replacing.replace = true;
	series_table_init(&fetch.table);
	fetch.address = address_of(query->url);
	fetch.asked = query_of(query);
	fetch.shown = server_address_shown(query->url);
	fetch.header = token_header();
	source.url = fetch.shown;
	if (choose_times(&fetch, store, &source, options->counter, err) < 0)
		goto out;
	if (fetch_pages(&fetch, err) < 0) {
		error_prefix(err, "%.100s", fetch.shown);
		goto out;
	}
	result = keep(&fetch, store, &source, &replacing, report, err);
	if (fetch.warning != NULL)
		snprintf(report->warning, sizeof(report->warning), "%s", fetch.warning);
out:
	series_table_release(&fetch.table);
	free(fetch.address);
	free(fetch.asked);
	free(fetch.shown);
	free(fetch.header);
	free(fetch.warning);
	return result;
}
