/* `profile labels`: which events and labels the profiles of a service have, to choose from. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/service.h"
#include "core/store/telemetry_labels.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"

static int
ask(struct session *session, const struct arguments *arguments, struct service *service,
    struct telemetry_labels *labels, struct error *err)
{
	struct window_query query = { .event = argument_text(arguments, "--event") };
	struct strings wanted = { 0 };
	struct store *store;
	const char *label;
	int result = -1;

	if (session_store(session, &store, err) < 0 ||
	    session_service(session, argument_text(arguments, "--service"), service, err) < 0 ||
	    argument_time(arguments, "--from", &query.from, err) < 0 ||
	    argument_time(arguments, "--to", &query.to, err) < 0)
		return -1;
	if (query.from != 0 && query.to == 0)
		query.to = INT64_MAX;
	for (size_t i = 0; (label = argument_nth(arguments, "--label", i)) != NULL; i++)
		strings_add(&wanted, label);
	if (wanted.count > 0)
		query.labels = &wanted;
	query.service = service->id;
	result = telemetry_labels(store_telemetry(store), &query, labels, err);
	strings_release(&wanted);
	return result;
}

static struct json *
events_of(struct session *session, const struct telemetry_labels *labels)
{
	static const char *const titles[] = { "event", ">windows", "" };
	struct json *array = json_array();
	struct listing listing;

	listing_init(&listing, 3, titles);
	for (size_t i = 0; i < labels->event_count; i++) {
		const struct telemetry_event *event = &labels->events[i];
		bool is_main =
			labels->main_event != NULL && strcmp(event->name, labels->main_event) == 0;
		struct json *object = json_object();

		listing_cell(&listing, "%s",
			     event->name[0] != '\0' ? event->name : TELEMETRY_EVENT_UNKNOWN);
		listing_cell(&listing, "%llu", (unsigned long long)event->windows);
		listing_cell(&listing, "%s", is_main ? "main" : "");
		json_set_text(object, "event", event->name[0] != '\0' ? event->name : NULL);
		json_set_int(object, "windows", (int64_t)event->windows);
		json_set_bool(object, "main", is_main);
		json_append(array, object);
	}
	listing_print(&listing, session);
	listing_release(&listing);
	return array;
}

static struct json *
labels_of(struct session *session, const struct telemetry_labels *labels)
{
	static const char *const titles[] = { "label", "value", ">windows" };
	struct json *array = json_array();
	struct listing listing;

	listing_init(&listing, 3, titles);
	for (size_t i = 0; i < labels->label_count; i++) {
		const struct telemetry_label *label = &labels->labels[i];
		int key = (int)strcspn(label->label, "=");
		const char *value = label->label + key;
		struct json *object = json_object();
		char *name = memory_string_n(label->label, (size_t)key);

		value += *value == '=';
		listing_cell(&listing, "%s", name);
		listing_cell(&listing, "%s", value);
		listing_cell(&listing, "%llu", (unsigned long long)label->windows);
		json_set_text(object, "key", name);
		json_set_text(object, "value", value);
		json_set_int(object, "windows", (int64_t)label->windows);
		json_append(array, object);
		free(name);
	}
	if (listing.cells.count > 0 && labels->event_count > 0)
		session_say(session, "\n");
	listing_print(&listing, session);
	listing_release(&listing);
	return array;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct telemetry_labels labels = { 0 };
	struct service service = { 0 };
	struct json *document;
	int result = -1;

	if (ask(session, arguments, &service, &labels, err) < 0)
		goto out;
	if (labels.event_count == 0) {
		error_set(err, ERROR_NOT_FOUND, "%s: no profile in this time", service.name);
		goto out;
	}
	document = json_object();
	json_set_text(document, "service", service.name);
	json_set_int(document, "windows", (int64_t)labels.windows);
	json_set(document, "events", events_of(session, &labels));
	json_set(document, "labels", labels_of(session, &labels));
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	result = COMMAND_YES;
out:
	telemetry_labels_release(&labels);
	service_release(&service);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "whose; the only one there is where not named" },
	{ "--from", "T", "windows from here" },
	{ "--to", "T", "windows to here" },
	{ "--label", "K=V", "count only windows with this label" },
	{ "--event", "E", "count only windows of this event; * for all, \"not known\"" },
	{ 0 },
};

const struct command command_profile_labels = {
	.name = "profile labels",
	.words = "",
	.summary = "Lists the events and labels of the stored profiles",
	.text = "Labels are counted over windows of the main event, or of --event. Values of one "
		"key given to --label are alternatives, several keys must all be met; K!=V leaves "
		"out, and V may have * and ?. A window without the key has the value \"\". The "
		"main event is what profile, detect and the flame view read where no event is "
		"named: the most usual of the newest windows; of several about as usual, the one "
		"that counts CPU time or cycles.",
	.options = options,
	.run = run,
};
