/* The list of commands, in the order of the manual. A new one is a file and two lines here. */
#include <string.h>

#include "views/commands/command.h"

extern const struct command command_finding_report;
extern const struct command command_service_suggest;
extern const struct command command_service_add, command_service_set, command_service_list;
extern const struct command command_service_show;
extern const struct command command_import_profile, command_import_changes;
extern const struct command command_import_series;
extern const struct command command_power;
extern const struct command command_detect, command_scan, command_findings, command_show;
extern const struct command command_changepoints;
extern const struct command command_suspects, command_finding_claim, command_finding_dismiss;
extern const struct command command_finding_undo;
extern const struct command command_profile_top, command_profile_tree, command_profile_callers;
extern const struct command command_profile_callees, command_profile_diff;
extern const struct command command_profile_labels;
extern const struct command command_profile_heat;
extern const struct command command_flame, command_profile_lines;
extern const struct command command_prune;
extern const struct command command_export_flame, command_export_folded;
extern const struct command command_export_speedscope, command_export_pprof;
extern const struct command command_investigate, command_fix;
extern const struct command command_patch_list, command_patch_show, command_patch_check;
extern const struct command command_patch_accept, command_patch_reject, command_patch_undo;
extern const struct command command_patch_export;
extern const struct command command_tool_list, command_tool_call;
extern const struct command command_skills_list, command_skills_check, command_skills_show;
extern const struct command command_skills_trust;
extern const struct command command_doctor, command_demo, command_help;

static const struct command *const commands[] = {
	&command_service_add,
	&command_service_set,
	&command_service_list,
	&command_service_show,
	&command_service_suggest,
	&command_import_profile,
	&command_import_changes,
	&command_import_series,
	&command_detect,
	&command_power,
	&command_scan,
	&command_changepoints,
	&command_findings,
	&command_show,
	&command_suspects,
	&command_finding_claim,
	&command_finding_dismiss,
	&command_finding_report,
	&command_finding_undo,
	&command_profile_top,
	&command_profile_tree,
	&command_profile_callers,
	&command_profile_callees,
	&command_profile_diff,
	&command_profile_labels,
	&command_profile_lines,
	&command_profile_heat,
	&command_flame,
	&command_export_flame,
	&command_export_folded,
	&command_export_speedscope,
	&command_export_pprof,
	&command_prune,
	&command_investigate,
	&command_fix,
	&command_patch_list,
	&command_patch_show,
	&command_patch_check,
	&command_patch_accept,
	&command_patch_reject,
	&command_patch_undo,
	&command_patch_export,
	&command_tool_list,
	&command_tool_call,
	&command_skills_list,
	&command_skills_check,
	&command_skills_show,
	&command_skills_trust,
	&command_doctor,
	&command_demo,
	&command_help,
};

size_t
command_count(void)
{
	return sizeof(commands) / sizeof(commands[0]);
}

const struct command *
command_at(size_t index)
{
	return commands[index];
}

/* How many of the words make up the name: all of them, or 0. */
static size_t
match_name(const char *name, char *const *words, size_t count)
{
	size_t used = 0;

	while (*name != '\0') {
		size_t length = strcspn(name, " ");

		if (used == count || strlen(words[used]) != length ||
		    memcmp(words[used], name, length) != 0)
			return 0;
		used++;
		name += length;
		name += *name == ' ';
	}
	return used;
}

const struct command *
command_find(char *const *words, size_t count, size_t *used)
{
	for (size_t i = 0; i < command_count(); i++) {
		*used = match_name(commands[i]->name, words, count);
		if (*used > 0)
			return commands[i];
	}
	return NULL;
}
