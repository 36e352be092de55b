/*
 * The manual page, printed by `headroom --manual` when the project is built:
 * commands and keys come from the tables that the program itself uses, so that
 * the page cannot tell another story. Called by main.
 */
#include "views/manual.h"

#include <ctype.h>
#include <string.h>

#include "core/base/str.h"
#include "core/explain/settings.h"
#include "views/commands/usage.h"
#include "views/manual_detection.h"
#include "views/manual_profiles.h"
#include "views/screens/screens.h"
#include "views/screens/workstation.h"

static const char head[] =
	".TH HEADROOM 1 \"\" \"headroom " HEADROOM_VERSION "\" \"User Commands\"\n"
	".SH NAME\n"
	"headroom \\- find, explain and mend performance regressions\n"
	".SH SYNOPSIS\n"
	".B headroom\n"
	"[\\fB\\-\\-db\\fR \\fIFILE\\fR] [\\fB\\-\\-config\\fR \\fIFILE\\fR] [\\fB\\-\\-json\\fR]\n"
	"[\\fB\\-\\-quiet\\fR] [\\fICOMMAND\\fR ...]\n"
	".SH DESCRIPTION\n"
	"headroom finds lasting regressions and standing opportunities in the profiles of\n"
	"services, ranks the change that caused each, leads through an investigation step by\n"
	"step, and makes a checked patch that is accepted with one key.\n"
	".PP\n"
	"Without a command, on a terminal, the workstation opens on the findings of the\n"
	"database. Everything it does has a command that does it too.\n"
	".PP\n"
	"To begin, run\n"
	".BR \"headroom demo\" :\n"
	"it makes a small service with its history and recorded profiles, and opens the\n"
	"workstation on it.\n"
	".PP\n"
	"Shares are fractions of 1 in JSON and percent on screen. Times are RFC 3339 in UTC;\n"
	"input also takes seconds since the epoch and words like \\(lq2h ago\\(rq. Findings are\n"
	"F1, F2 and so on, patches P1, investigations I1.\n";

static const char files[] =
	".SH FILES\n"
	".TP\n.I $XDG_DATA_HOME/headroom/headroom.db\n"
	"The database, where neither \\fB\\-\\-db\\fR nor HEADROOM_DB names one. Made with mode "
	"0600.\n"
	".TP\n.I $XDG_CONFIG_HOME/headroom/config.yaml\n"
	"The settings, where \\fB\\-\\-config\\fR names no other file; see CONFIGURATION.\n"
	".TP\n.I $XDG_DATA_HOME/headroom/skills\n"
	"Skills of the user; each is a folder with SKILL.md.\n"
	".TP\n.I REPOSITORY/.headroom/skills\n"
	"Skills of a service's repository; used once their content is trusted with\n"
	".BR \"headroom skills trust\" .\n"
	".TP\n.I $XDG_STATE_HOME/headroom/copied.txt\n"
	"What was copied last, for terminals that know no clipboard.\n";

static const char environment[] =
	".SH ENVIRONMENT\n"
	".TP\n.B HEADROOM_DB\nThe database.\n"
	".TP\n.B HEADROOM_DATA\nThe folder that holds the shipped skills and the sample case.\n"
	".TP\n.B HEADROOM_CLOCK\nA time at which the clock stands still, for tests.\n"
	".TP\n.B HEADROOM_PROFILES_TOKEN\nA bearer token for \\fBimport profile "
	"\\-\\-pyroscope\\fR and \\fB\\-\\-parca\\fR.\n"
	".TP\n.B HEADROOM_PROMETHEUS_TOKEN\nA bearer token for \\fBimport series "
	"\\-\\-prometheus\\fR.\n"
	".TP\n.BR XDG_DATA_HOME , \" XDG_CONFIG_HOME\" , \" XDG_STATE_HOME\"\n"
	"Where files are kept; else below HOME.\n"
	".TP\n.BR VISUAL , \" EDITOR\"\nThe editor.\n"
	".TP\n.BR TERM , \" NO_COLOR\" , \" COLUMNS\" , \" LC_ALL\"\n"
	"What the terminal can show. Without UTF\\-8 all is drawn in ASCII.\n"
	".TP\n.B SSH_CONNECTION\nWhere it is set the mouse is the terminal's until M is pressed.\n";

static const char status[] = ".SH EXIT STATUS\n"
			     ".TP\n.B 0\nDone.\n"
			     ".TP\n.B 1\nDone, and the answer is no: nothing found with "
			     "\\fB\\-\\-fail\\fR, a check that "
			     "failed.\n"
			     ".TP\n.B 2\nUsage.\n"
			     ".TP\n.B 3\nAn error; one line on standard error says what and why.\n"
			     ".SH SEE ALSO\n"
			     ".BR perf (1),\n.BR git (1),\n.BR spatch (1)\n";

static void
print_keys(FILE *to, const char *name, const struct action *table)
{
	struct str text;

	if (table == NULL)
		return;
	str_init(&text, STR_MAX_TEXT);
	action_manual(table, &text);
	fprintf(to, ".SS %c%s\n%s", toupper((unsigned char)name[0]), name + 1, text.data);
	str_release(&text);
}

/* Text as it is: a backslash, a dot or a quote at the start of a line mean nothing there. */
static void
print_verbatim(FILE *to, const char *text)
{
	fputs(".nf\n", to);
	for (bool fresh = true; *text != '\0'; text++) {
		if (fresh && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		if (*text == '\\' || *text == '-')
			fputc('\\', to);
		fputc(*text == '\\' ? 'e' : *text, to);
		fresh = *text == '\n';
	}
	fputs(".fi\n", to);
}

static void
print_configuration(FILE *to)
{
	fputs(".SH CONFIGURATION\n"
	      "Settings are YAML; what is left out is as in the preset. \\fBheadroom service "
	      "show\\fR tells\nwhat holds for a service. An unknown key is an error.\n.PP\n",
	      to);
	print_verbatim(to, settings_example);
	fputs(".PP\nPresets (windows and thresholds of Table 1 of FBDetect, SOSP 2024):\n", to);
	for (size_t i = 0; i < settings_preset_count(); i++)
		fprintf(to, ".TP\n.B %s\n%s.\n", settings_preset(i)->name,
			settings_preset(i)->what);
}

void
manual_print(FILE *to)
{
	fputs(head, to);
	fputs(".SH COMMANDS\n", to);
	usage_print_manual(to);
	fputs(".SH KEYS\n", to);
	print_keys(to, "everywhere", ui_common_actions());
	print_keys(to, "on every screen", workstation_actions);
	for (size_t i = 0; screens[i] != NULL; i++)
		print_keys(to, screens[i]->name, screens[i]->actions);
	manual_profiles_print(to);
	manual_detection_print(to);
	print_configuration(to);
	fputs(files, to);
	fputs(environment, to);
	fputs(status, to);
}
