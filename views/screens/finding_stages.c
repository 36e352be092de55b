/* Stages out of the evidence; see finding_stages.h. Called by finding.c and finding_detection.c. */
#include "views/screens/finding_stages.h"

#include <math.h>

#include "core/detect/stage_text.h"

/* Findings of earlier versions have "filters" with a "name". */
size_t
finding_stages(struct finding_stage stages[FINDING_STAGES_MAX], const struct json *evidence)
{
	const struct json *list = json_get(evidence, "stages");
	size_t count = 0;

	if (list == NULL)
		list = json_get(evidence, "filters");
	for (list = json_first(list); list != NULL && count < FINDING_STAGES_MAX;
	     list = json_next(list)) {
		const char *name = json_get_text(list, "stage", json_get_text(list, "name", NULL));

		if (name == NULL)
			continue;
		stages[count++] = (struct finding_stage){
			.name = name,
			.why = json_get_text(list, "why", ""),
			.ran = json_get_bool(list, "ran", true),
			.passed = json_get_bool(list, "passed", true),
			.value = json_get_number(list, "value", NAN),
			.limit = json_get_number(list, "limit", NAN),
		};
	}
	return count;
}

void
finding_stages_line(const struct json *evidence, struct str *out)
{
	struct finding_stage stages[FINDING_STAGES_MAX];
	size_t count = finding_stages(stages, evidence), said = 0;
	char title[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < count; i++)
		if (stages[i].ran && stages[i].passed)
			str_addf(out, "%s%s", said++ > 0 ? ", " : "passed: ",
				 detect_stage_title(stages[i].name, title));
}

struct detect_stage_result
finding_stage_result(const struct finding_stage *stage)
{
	return (struct detect_stage_result){ .ran = stage->ran,
					     .passed = stage->passed,
					     .value = stage->value,
					     .limit = stage->limit };
}

enum style
finding_stage_style(const struct finding_stage *stage)
{
	return !stage->ran ? STYLE_DIM : stage->passed ? STYLE_GOOD : STYLE_BAD;
}

int
finding_stages_draw(const struct json *evidence, const char *unit, const struct surface *surface)
{
	struct finding_stage stages[FINDING_STAGES_MAX];
	size_t count = finding_stages(stages, evidence);
	int row = 0;

	for (size_t i = 0; i < count && row < surface->rows; i++, row++) {
		const struct finding_stage *stage = &stages[i];
		const struct detect_stage_result result = finding_stage_result(stage);
		const struct detect_stage_text *text = detect_stage_text(stage->name);
		char title[TEXT_NUMBER_SIZE], value[TEXT_NUMBER_SIZE], limit[TEXT_NUMBER_SIZE];
		int column;

		surface_put(surface, row, 1, finding_stage_style(stage),
			    detect_stage_verdict(&result));
		column = surface_put(surface, row, 11, STYLE_NORMAL,
				     detect_stage_title(stage->name, title));
		if (text == NULL || !stage->ran || !isfinite(stage->value))
			continue;
		/* Short: there is little room beside the chart; the pane says it in words. */
		surface_putf(surface, row, column < 27 ? 27 : column + 1, STYLE_DIM, "%s, %s %s",
			     detect_stage_figure(text, stage->value, unit, value),
			     text->at_least ? "at least" : "below",
			     detect_stage_figure(text, stage->limit, unit, limit));
	}
	return row;
}
