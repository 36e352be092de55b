/* Commit messages of accepted patches; see message.h. Called by accept.c. */
#include "core/solve/message.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/patch_json.h"

#define LINE_WIDTH 72
#define SUBJECT_MAX 100

size_t
message_fit(const char *text, size_t max)
{
	size_t length = strlen(text);

	if (length <= max)
		return length;
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* Words onto lines of at most LINE_WIDTH; a line end counts as a blank. */
static void
add_wrapped(struct str *out, const char *text)
{
	char *safe = text_safe(text);
	size_t column = 0;

	for (const char *at = safe; *at != '\0';) {
		size_t word = strcspn(at, " ");

		if (column > 0 && column + 1 + word > LINE_WIDTH) {
			str_add_char(out, '\n');
			column = 0;
		} else if (column > 0) {
			str_add_char(out, ' ');
			column++;
		}
		str_add_n(out, at, word);
		column += word;
		at += word;
		at += strspn(at, " ");
	}
	str_add_char(out, '\n');
	free(safe);
}

static void
add_fact(struct str *out, const char *name, const char *value)
{
	char *safe;

	if (value == NULL || value[0] == '\0')
		return;
	safe = text_safe(value);
	str_addf(out, "%s: %s\n", name, safe);
	free(safe);
}

static void
add_finding(struct str *out, const struct finding *finding, const struct service *service)
{
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE];
	char *text = memory_format(
		"F%lld, %s in %s: %s %s -> %s of the samples", (long long)finding->id,
		finding_kind_name(finding->kind), service->name, finding->subject,
		text_percent(finding->before, before), text_percent(finding->after, after));

	add_fact(out, "Finding", text);
	free(text);
}

static void
add_cause(struct str *out, const struct finding *finding)
{
	const struct suspect *suspect = finding->suspects;
	char *text;

	if (finding->suspect_count == 0 || finding->verdict == NULL ||
	    strcmp(finding->verdict, "none") == 0)
		return;
	text = memory_format("%.12s (\"%s\"), %s, score %.0f %%", suspect->key,
			     suspect->title != NULL ? suspect->title : "", finding->verdict,
			     100 * suspect->score);
	add_fact(out, "Cause", text);
	free(text);
}

void
message_write(struct str *out, const struct patch *patch, const struct finding *finding,
	      const struct service *service)
{
	const struct patch_check *gain = patch_check(patch, "gain");
	const struct patch_check *tests = patch_check(patch, "tests");
	struct str origin;
	char *title = text_safe(patch->title != NULL ? patch->title : "patch"), *reviewer;

	str_init(&origin, STR_MAX_LINE);
	patch_origin(patch, &origin);
	str_add_n(out, title, message_fit(title, SUBJECT_MAX));
	str_add(out, "\n\n");
	if (patch->why != NULL) {
		add_wrapped(out, patch->why);
		str_add_char(out, '\n');
	}
	add_finding(out, finding, service);
	add_cause(out, finding);
	add_fact(out, "Gain",
		 gain != NULL && strcmp(gain->result, "pass") == 0 ? gain->detail : "not measured");
	if (tests != NULL && strcmp(tests->result, "pass") == 0)
		add_fact(out, "Tests", tests->detail);
	if (patch->reviewer_name != NULL) {
		reviewer =
			memory_format("%s <%s>", patch->reviewer_name,
				      patch->reviewer_email != NULL ? patch->reviewer_email : "");
		add_fact(out, "Reviewer", reviewer);
		free(reviewer);
	}
	add_fact(out, "Origin", origin.data);
	str_release(&origin);
	free(title);
}
