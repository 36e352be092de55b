/* What all commands share; see session.h. */
#include "views/commands/session.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/tools/profile_subject.h"

#define PROGRESS_INTERVAL (100 * 1000) /* microseconds between two progress lines */

static void
report_progress(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct session *session = user;
	int64_t now = clock_monotonic();

	if (now - session->progress_shown_at < PROGRESS_INTERVAL)
		return;
	session->progress_shown_at = now;
	session->progress_on_screen = true;
	if (total > 0)
		fprintf(session->err, "\r%s %3.0f %%\033[K", what,
			100.0 * (double)done / (double)total);
	else
		fprintf(session->err, "\r%s\033[K", what);
	fflush(session->err);
}

void
session_warn_skipped(struct session *session, const char *source, uint64_t lines, uint64_t first,
		     const char *reason)
{
	if (lines > 0)
		session_warn(session, "%s: %llu line%s skipped, first at line %llu: %s", source,
			     (unsigned long long)lines, text_plural(lines),
			     (unsigned long long)first, reason);
}

void
session_progress_end(struct session *session)
{
	if (session->progress_on_screen)
		fputs("\r\033[K", session->err);
	session->progress_on_screen = false;
}

void
session_init(struct session *session)
{
	const char *term = getenv("TERM");

	*session = (struct session){ .out = stdout, .err = stderr };
	session->progress.cancel = &session->cancel;
	session->progress.user = session;
	if (isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0)
		session->progress.report = report_progress;
}

void
session_release(struct session *session)
{
	session_progress_end(session);
	store_close(session->store);
	session->store = NULL;
	settings_free(session->settings);
	session->settings = NULL;
	free(session->open_database);
	session->open_database = NULL;
	if (session->open_flame != NULL)
		profile_subject_release(session->open_flame);
	free(session->open_flame);
	session->open_flame = NULL;
}

bool
session_is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int
session_store(struct session *session, struct store **store, struct error *err)
{
	char *path = NULL;

	if (session->store == NULL) {
		if (store_default_path(&path, session->database, err) < 0)
			return -1;
		int result = store_check_named(path, session->database, session->creates, err);

		if (result == 0)
			result = store_open(&session->store, path, STORE_CREATE, err);
		free(path);
		if (result < 0)
			return -1;
	}
	*store = session->store;
	return 0;
}

const char *
session_user(void)
{
	const char *name = getenv("USER");
	const struct passwd *entry;

	if (name != NULL && name[0] != '\0')
		return name;
	entry = getpwuid(geteuid());
	return entry != NULL ? entry->pw_name : "unknown";
}

int
session_settings(struct session *session, const struct settings **settings, struct error *err)
{
	if (session->settings == NULL &&
	    settings_load(&session->settings, session->config, err) < 0)
		return -1;
	*settings = session->settings;
	return 0;
}

void
session_warn_settings(struct session *session, const struct settings *settings)
{
	struct service_list list = { 0 };
	const char *name;

	if (session->store == NULL || casebook_services(session->store, &list, NULL) < 0)
		return;
	for (size_t i = 0; (name = settings_service(settings, i)) != NULL; i++) {
		bool known = false;

		for (size_t k = 0; k < list.count && !known; k++)
			known = strcmp(list.items[k].name, name) == 0;
		if (!known)
			session_warn(session, "%s: services: %s: no service of that name yet",
				     settings_file(settings), name);
	}
	service_list_release(&list);
}

int
session_service(struct session *session, const char *name, struct service *out, struct error *err)
{
	struct service_list list = { 0 };
	struct store *store;
	int result = -1;

	if (session_store(session, &store, err) < 0)
		return -1;
	if (name != NULL)
		return casebook_service_by_name(store, name, out, err);
	if (casebook_services(store, &list, err) < 0)
		return -1;
	if (list.count == 1)
		result = casebook_service_by_id(store, list.items[0].id, out, err);
	else if (list.count == 0)
		error_set(err, ERROR_NOT_FOUND,
			  "no service yet; begin with: headroom service add NAME");
	else
		error_set(err, ERROR_USAGE, "there are %zu services; name one with --service",
			  list.count);
	service_list_release(&list);
	return result;
}

int
session_id(int64_t *id, char letter, const char *text, struct error *err)
{
	const char *digits = text;

	if ((digits[0] | 0x20) == (letter | 0x20))
		digits++;
	if (text_parse_int(id, digits, NULL) < 0 || *id <= 0)
		return error_set(err, ERROR_USAGE, "%.40s: not an id (%c1, %c2 ...)", text, letter,
				 letter);
	return 0;
}

void
session_print_json(struct session *session, struct json *document)
{
	struct str text;

	str_init(&text, STR_MAX_BULK);
	json_write_pretty(&text, document);
	fwrite(text.data, 1, text.len, session->out);
	str_release(&text);
	json_free(document);
}

static void
print_safe(FILE *to, const char *format, va_list args)
{
	struct str raw, safe;

	str_init(&raw, STR_MAX_BULK);
	str_init(&safe, STR_MAX_BULK);
	str_addv(&raw, format, args);
	text_sanitize(&safe, raw.data, raw.len, TEXT_BLOCK);
	fwrite(safe.data, 1, safe.len, to);
	str_release(&raw);
	str_release(&safe);
}

void
session_say(struct session *session, const char *format, ...)
{
	va_list args;

	if (session->json || session->quiet)
		return;
	session_progress_end(session);
	va_start(args, format);
	print_safe(session->out, format, args);
	va_end(args);
}

void
session_warn(struct session *session, const char *format, ...)
{
	va_list args;

	session_progress_end(session);
	fputs("headroom: ", session->err);
	va_start(args, format);
	print_safe(session->err, format, args);
	va_end(args);
	fputc('\n', session->err);
}
