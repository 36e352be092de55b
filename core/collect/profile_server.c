/*
 * Asking Pyroscope and Parca for pprof; see profile_server.h.
 *
 * Pyroscope speaks the Connect protocol: SelectMergeStacktraces with PROFILE_FORMAT_PPROF, as
 * protobuf and not as JSON, so that the profile comes as the bytes it is. Servers before that
 * format know no such call, or answer with a flame graph: they are asked by SelectMergeProfile,
 * whose answer is the profile itself. Parca's gateway answers GET /profiles/query with JSON that
 * holds the packed file in base64; the gateway of some versions is under /api.
 */
#include "core/collect/profile_server.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/http.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/reader.h"
#include "core/base/text.h"
#include "core/collect/server_address.h"

#define CALL_TIME (2 * CLOCK_MINUTE)
#define FORMAT_PPROF 4 /* querier.v1.ProfileFormat */
#define MILLISECOND 1000

/* ---- protobuf, as little as a request and the frame of an answer need ---- */

struct span {
	const unsigned char *at, *end;
};

static void
add_varint(struct str *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		str_add_char(out, (char)(value | 0x80));
	str_add_char(out, (char)value);
}

static void
add_number(struct str *out, unsigned field, int64_t value)
{
	add_varint(out, field << 3);
	add_varint(out, (uint64_t)value);
}

static void
add_text(struct str *out, unsigned field, const char *text, size_t length)
{
	add_varint(out, field << 3 | 2);
	add_varint(out, length);
	str_add_n(out, text, length);
}

static bool
take_varint(struct span *span, uint64_t *value)
{
	*value = 0;
	for (int shift = 0; span->at < span->end && shift < 64; shift += 7) {
		unsigned char byte = *span->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/* The first member of a message with this number that is a text or a message; false: none. */
static bool
find_member(struct span message, unsigned field, struct span *member)
{
	while (message.at < message.end) {
		uint64_t key, value = 0;
		size_t skip = 0;

		if (!take_varint(&message, &key))
			return false;
		switch (key & 7) {
		case 0:
			if (!take_varint(&message, &value))
				return false;
			break;
		case 1:
			skip = 8;
			break;
		case 2:
			if (!take_varint(&message, &value) ||
			    value > (size_t)(message.end - message.at))
				return false;
			skip = (size_t)value;
			if (key >> 3 == field) {
				*member = (struct span){ message.at, message.at + skip };
				return true;
			}
			break;
		case 5:
			skip = 4;
			break;
		default:
			return false;
		}
		if (skip > (size_t)(message.end - message.at))
			return false;
		message.at += skip;
	}
	return false;
}

static struct span
span_of(const struct str *text)
{
	const unsigned char *data = (const unsigned char *)text->data;

	return (struct span){ data, data != NULL ? data + text->len : data };
}

/* ---- one call ---- */

static char *
header_of(const char *name, const char *value)
{
	return value != NULL && value[0] != '\0' ? memory_format("%s%s", name, value) : NULL;
}

static int
call(const struct profile_fetch *fetch, struct http_answer *answer, const char *url,
     const struct str *body, struct error *err)
{
	const struct profile_pull *pull = fetch->pull;
	char *token = header_of("Authorization: Bearer ", getenv("HEADROOM_PROFILES_TOKEN"));
	char *tenant = header_of("X-Scope-OrgID: ", pull->tenant);
	const char *headers[5];
	size_t count = 0;
	struct http_request request = {
		.method = body != NULL ? "POST" : "GET",
		.url = url,
		.headers = headers,
		.answer_max = PROFILE_PULL_ANSWER_MAX,
		.time_max = pull->time_max > 0 ? pull->time_max : CALL_TIME,
		.silence_max = pull->time_max > 0 ? pull->time_max : CALL_TIME,
		.cancel = fetch->cancel,
	};
	int result;

	if (body != NULL) {
		request.body = body->data;
		request.body_length = body->len;
		headers[count++] = "Content-Type: application/proto";
		headers[count++] = "Connect-Protocol-Version: 1";
	}
	if (token != NULL)
		headers[count++] = token;
	if (tenant != NULL)
		headers[count++] = tenant;
	headers[count] = NULL;
	result = http_perform(answer, &request, err);
	free(token);
	free(tenant);
	return result;
}

static bool
is_good(const struct http_answer *answer)
{
	return answer->status >= 200 && answer->status <= 299;
}

/* What a server says in the body of an answer that is none, else its status. */
static int
server_error(const struct http_answer *answer, struct error *err)
{
	struct json *body = NULL;
	const char *said = NULL;
	char *safe;

	if (json_parse(&body, answer->body.data != NULL ? answer->body.data : "", answer->body.len,
		       NULL) == 0)
		said = json_get_text(body, "message", NULL);
	safe = text_safe(said != NULL ? said : "");
	error_set(err, answer->status == 401 || answer->status == 403 ? ERROR_REFUSED : ERROR_INPUT,
		  "the server answers %ld%s%.300s", answer->status, said != NULL ? ": " : "", safe);
	free(safe);
	json_free(body);
	return -1;
}

static void
add_base(struct str *url, const struct profile_pull *pull)
{
	size_t length = strlen(pull->url);

	while (length > 0 && pull->url[length - 1] == '/')
		length--;
	str_add_n(url, pull->url, length);
}

/* ---- Pyroscope ---- */

/* "TYPE{SELECTOR}" as the two that the server wants. */
static void
make_request(struct str *out, const struct profile_fetch *fetch, int64_t start, int64_t end)
{
	const char *query = fetch->pull->query, *selector = strchr(query, '{');
	size_t length = selector != NULL ? (size_t)(selector - query) : strlen(query);

	while (length > 0 && query[length - 1] == ' ')
		length--;
	if (selector == NULL)
		selector = "{}";
	add_text(out, 1, query, length);
	add_text(out, 2, selector, strlen(selector));
	add_number(out, 3, start / MILLISECOND);
	add_number(out, 4, end / MILLISECOND);
	if (!fetch->old)
		add_number(out, 6, FORMAT_PPROF);
}

/* A server that does not know the call, or not yet the format. */
static bool
is_too_old(const struct http_answer *answer, struct span *profile)
{
	struct json *body = NULL;
	struct span frame, flame_graph;
	bool old;

	if (is_good(answer)) {
		struct span all = span_of(&answer->body);

		if (!find_member(all, 5, &frame))
			return all.at == all.end || find_member(all, 1, &flame_graph);
		if (!find_member(frame, 1, profile) && frame.at == frame.end)
			*profile = frame;
		return false;
	}
	if (answer->status == 404 || answer->status == 501)
		return true;
	old = json_parse(&body, answer->body.data != NULL ? answer->body.data : "",
			 answer->body.len, NULL) == 0 &&
	      strcmp(json_get_text(body, "code", ""), "unimplemented") == 0;
	json_free(body);
	return old;
}

/* One of the two calls; where the first is not known there is a second turn. */
static int
ask_pyroscope(struct profile_fetch *fetch, int64_t start, int64_t end, struct str *out, bool *again,
	      struct error *err)
{
	struct http_answer answer;
	struct str url, body;
	struct span profile = { NULL, NULL };
	int result;

	*again = false;
	str_init(&url, STR_MAX_LINE);
	str_init(&body, PROFILE_PULL_QUERY_MAX * 2);
	add_base(&url, fetch->pull);
	str_addf(&url, "/querier.v1.QuerierService/%s",
		 fetch->old ? "SelectMergeProfile" : "SelectMergeStacktraces");
	make_request(&body, fetch, start, end);
	result = call(fetch, &answer, url.data, &body, err);
	if (result == 0 && !fetch->old && is_too_old(&answer, &profile)) {
		fetch->old = *again = true;
	} else if (result == 0 && !is_good(&answer)) {
		result = server_error(&answer, err);
	} else if (result == 0) {
		if (fetch->old)
			profile = span_of(&answer.body);
		if (profile.at != NULL)
			str_add_n(out, (const char *)profile.at,
				  (size_t)(profile.end - profile.at));
		else if (!fetch->old)
			result = error_set(err, ERROR_INPUT, "the answer holds no profile");
	}
	http_answer_release(&answer);
	str_release(&url);
	str_release(&body);
	return result;
}

static int
fetch_pyroscope(struct profile_fetch *fetch, int64_t start, int64_t end, struct str *out,
		struct error *err)
{
	bool again;

	if (ask_pyroscope(fetch, start, end, out, &again, err) < 0)
		return -1;
	return again ? ask_pyroscope(fetch, start, end, out, &again, err) : 0;
}

/* ---- Parca ---- */

static int
digit_of(char character)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found;

	if (character == '-')
		character = '+';
	if (character == '_')
		character = '/';
	found = character != '\0' ? strchr(digits, character) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

/* Base64 of RFC 4648, either alphabet; false where it is none. */
static bool
add_decoded(struct str *out, const char *text)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (; *text != '\0' && *text != '='; text++) {
		int digit = digit_of(*text);

		if (digit < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			str_add_char(out, (char)(bits >> have));
		}
	}
	return text[strspn(text, "=")] == '\0';
}

static void
add_moment(struct str *url, const char *name, int64_t time)
{
	char text[CLOCK_TEXT_SIZE];

	str_addf(url, "&%s=", name);
	server_address_encode(url, clock_format(time, text));
}

static void
make_address(struct str *url, const struct profile_fetch *fetch, const char *folder, int64_t start,
	     int64_t end)
{
	add_base(url, fetch->pull);
	str_addf(url,
		 "%s/profiles/query?mode=MODE_MERGE&report_type=REPORT_TYPE_PPROF&merge.query=",
		 folder);
	server_address_encode(url, fetch->pull->query);
	add_moment(url, "merge.start", start);
	add_moment(url, "merge.end", end);
}

static int
read_parca(const struct http_answer *answer, struct str *out, struct error *err)
{
	struct json *body = NULL;
	const char *packed;
	int result = 0;

	if (json_parse(&body, answer->body.data != NULL ? answer->body.data : "", answer->body.len,
		       err) < 0)
		return -1;
	packed = json_get_text(body, "pprof", NULL);
	if (packed == NULL)
		result = error_set(err, ERROR_INPUT, "the answer holds no pprof");
	else if (!add_decoded(out, packed))
		result = error_set(err, ERROR_INPUT, "the answer's pprof is no base64");
	json_free(body);
	return result;
}

static int
fetch_parca(struct profile_fetch *fetch, int64_t start, int64_t end, struct str *out,
	    struct error *err)
{
	static const char *const folders[] = { "", "/api" };
	int result = -1;
	bool again = true;

	for (size_t i = 0; i < 2 && again; i++) {
		struct http_answer answer;
		struct str url;
		bool page;

		str_init(&url, PROFILE_PULL_QUERY_MAX * 4);
		make_address(&url, fetch, folders[i], start, end);
		result = call(fetch, &answer, url.data, NULL, err);
		page = answer.body.len > 0 && answer.body.data[0] == '<';
		again = result == 0 && i == 0 && (answer.status == 404 || page);
		if (result == 0 && !again)
			result = is_good(&answer) ? read_parca(&answer, out, err)
						  : server_error(&answer, err);
		http_answer_release(&answer);
		str_release(&url);
	}
	return result;
}

/* ---- either ---- */

/* Unpacked, so that a profile without samples can be told from one that is damaged. */
static int
unpack(struct str *out, const struct str *packed, struct error *err)
{
	struct reader *reader = reader_open_memory(packed->data, packed->len);
	char *data = NULL;
	size_t length = 0;
	int result = reader_rest(reader, &data, &length, PROFILE_PULL_ANSWER_MAX, err);

	if (result == 0)
		str_add_n(out, data, length);
	free(data);
	reader_close(reader);
	return result;
}

int
profile_server_fetch(struct profile_fetch *fetch, int64_t start, int64_t end, struct str *out,
		     struct error *err)
{
	struct str packed;
	struct span sample;
	int result;

	str_init(&packed, PROFILE_PULL_ANSWER_MAX);
	str_clear(out);
	if (fetch->pull->server == PROFILE_SERVER_PYROSCOPE)
		result = fetch_pyroscope(fetch, start, end, &packed, err);
	else
		result = fetch_parca(fetch, start, end, &packed, err);
	if (result == 0 && packed.len > 0)
		result = unpack(out, &packed, err);
	if (result == 0 && out->len > 0 && ((unsigned char)out->data[0] & 7) == 2 &&
	    !find_member(span_of(out), 2, &sample) && find_member(span_of(out), 6, &sample))
		str_clear(out); /* a sound profile, and no samples in it */
	str_release(&packed);
	return result;
}
