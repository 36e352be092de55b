/* One sentence on a suspect; see suspect_why.h. */
#include "core/explain/suspect_why.h"

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/text.h"

#define WORTH_NAMING 0.02 /* attribution */
#define WHY_MAX ((size_t)600)

static void
add_touched(struct str *out, const struct touched *touched)
{
	char percent[TEXT_NUMBER_SIZE];

	if (touched->has_no_stacks && touched->function != NULL)
		str_addf(out, "touched %s, whose share this is", touched->function);
	else if (touched->has_no_stacks)
		str_add(out, "no stacks show what it touched: judged by time and words");
	else if (touched->score < WORTH_NAMING)
		str_add(out, "touched nothing that is in the growing stacks");
	else if (touched->function == NULL)
		str_addf(out, "touched %s, where %s is, which grew", touched->file,
			 touched->defines);
	else if (touched->is_hidden)
		str_addf(out, "touched %s, which may be part of %s, which grew", touched->function,
			 touched->defines);
	else if (touched->is_lost)
		str_addf(out, "touched %s, which may call what grew", touched->function);
	else if (touched->carried < WORTH_NAMING)
		str_addf(out, "touched %s, which grew at the same time", touched->function);
	else
		str_addf(out, "touched %s, which is in %s of the growth", touched->function,
			 text_percent(touched->carried, percent));
}

static void
add_timing(struct str *out, const struct suspect_timing *timing, int64_t time, bool has_no_stacks)
{
	char age[CLOCK_TEXT_SIZE];

	if (time > timing->seen) {
		str_add(out, "; came when the growth was there already");
		return;
	}
	str_addf(out, "; came %s before the growth was seen",
		 clock_format_age(time, timing->seen, age));
	if (time >= timing->old)
		str_addf(out, ", after the last %s without it",
			 has_no_stacks ? "point" : "profile");
}

char *
suspect_why(const struct touched *touched, const struct suspect_timing *timing, int64_t time,
	    const char *clue)
{
	struct str out;

	str_init(&out, WHY_MAX);
	add_touched(&out, touched);
	add_timing(&out, timing, time, touched->has_no_stacks);
	if (clue[0] != '\0')
		str_addf(&out, "; %s", clue);
	return str_take(&out);
}
