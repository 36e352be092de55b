/*
 * SKILL.md: front matter and body, after the Agent Skills specification
 * (agentskills.io). Real skills carry fields the specification does not know,
 * so an unknown field is a warning. For skill_folder.c and the fuzz target.
 *
 * What headroom adds is in the map `metadata`, as the specification wants:
 *
 *   headroom-kind: defense | offense
 *   headroom-keywords: "strlen for|while"   a function must hold one word of each
 *   headroom-callees: "strlen __strlen_*"   whose samples are to be saved
 *   headroom-files: "*.c *.h"               where to look
 *   headroom-saving: "0.75 0.94 1"          fraction of those samples: low, expected, high
 *   headroom-patch-title, -why, -risk       words for a patch that the rule makes
 */
#include <ctype.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/guide/skill.h"
#include "core/base/yaml.h"

#define SKILL_NAME_MAX 64
#define SKILL_DESCRIPTION_MAX 1024
#define SKILL_WORDS_MAX 20

struct skill_reader {
	struct skill *out;
	const char *file;
};

#define PROBLEM(reader, line, is_error, ...) \
	problem_add(&(reader)->out->problems, (reader)->file, (line), (is_error), __VA_ARGS__)

const char *
skill_kind_name(enum skill_kind kind)
{
	static const char *const names[] = { "other", "defense", "offense" };
	return names[kind];
}

const char *
skill_origin_name(enum skill_origin origin)
{
	static const char *const names[] = { "shipped", "user", "repository" };
	return names[origin];
}

void
skill_release(struct skill *skill)
{
	free(skill->name);
	free(skill->description);
	free(skill->license);
	free(skill->patch_title);
	free(skill->patch_why);
	free(skill->patch_risk);
	free(skill->folder);
	free(skill->body);
	free(skill->rule_path);
	free(skill->rule);
	strings_release(&skill->files);
	strings_release(&skill->match.keywords);
	strings_release(&skill->match.callees);
	strings_release(&skill->match.files);
	playbook_free(skill->playbook);
	problem_list_release(&skill->problems);
	*skill = (struct skill){ 0 };
}

/*
 * The specification's rule. Letters beyond ASCII pass with a warning, as they do in the public
 * validators; what could disturb a terminal or a path does not.
 */
static void
check_name(struct skill_reader *reader, const char *name, uint32_t line)
{
	bool ascii = true, clean = true;
	char *safe = text_safe(name);
	for (const char *p = name; *p != '\0'; p++) {
		unsigned char byte = (unsigned char)*p;
		ascii = ascii && byte < 0x80;
		clean = clean && (islower(byte) || isdigit(byte) || byte == '-' || byte >= 0x80);
	}
	size_t length = strlen(name);
	if (length == 0 || length > SKILL_NAME_MAX)
		PROBLEM(reader, line, true, "name must have 1 to %d characters", SKILL_NAME_MAX);
	else if (!clean || strcmp(safe, name) != 0)
		PROBLEM(reader, line, true, "name \"%s\": only lower-case letters, digits and -",
			safe);
	else if (name[0] == '-' || name[length - 1] == '-' || strstr(name, "--") != NULL)
		PROBLEM(reader, line, true, "name \"%s\": no - at an end, and never two", safe);
	else if (!ascii)
		PROBLEM(reader, line, false, "name \"%s\" is not plain ASCII", safe);
	free(safe);
}

static void
read_name(struct skill_reader *reader, const struct yaml_node *root, const char *wanted)
{
	const struct yaml_node *node = yaml_get(root, "name");
	if (node == NULL || node->type != YAML_TEXT) {
		PROBLEM(reader, root->line, true, "name is missing");
		return;
	}
	check_name(reader, node->text, node->line);
	if (wanted != NULL && strcmp(wanted, node->text) != 0)
		PROBLEM(reader, node->line, true,
			"name \"%.80s\" differs from its folder \"%.80s\"", node->text, wanted);
	reader->out->name = text_safe(node->text);
}

static size_t
characters(const char *text)
{
	size_t count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void
read_description(struct skill_reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *node = yaml_get(root, "description");
	if (node == NULL || node->type != YAML_TEXT ||
	    node->text[strspn(node->text, " \n")] == '\0') {
		PROBLEM(reader, node != NULL ? node->line : root->line, true,
			"description is missing: what it does and when to use it");
		return;
	}
	struct str safe;
	str_init(&safe, STR_MAX_LINE);
	text_sanitize(&safe, node->text, strlen(node->text), TEXT_LINE);
	str_trim(&safe);
	/* Known public skills are a little over: usable, so only a warning. */
	if (characters(safe.data) > SKILL_DESCRIPTION_MAX)
		PROBLEM(reader, node->line, false, "description has more than %d characters",
			SKILL_DESCRIPTION_MAX);
	reader->out->description = str_take(&safe);
}

static void
read_words(struct strings *out, const char *text)
{
	while (out->count < SKILL_WORDS_MAX) {
		text += strspn(text, " \t\n");
		size_t length = strcspn(text, " \t\n");
		if (length == 0)
			return;
		strings_add_n(out, text, length);
		text += length;
	}
}

static void
read_saving(struct skill_reader *reader, const struct yaml_node *node)
{
	struct strings words = { 0 };
	double value[3] = { 0 };
	bool good = true;
	read_words(&words, node->text);
	for (size_t i = 0; i < 3; i++)
		good = good && i < words.count &&
		       text_parse_double(&value[i], words.items[i], NULL) == 0;
	if (!good || words.count != 3 || value[0] < 0 || value[0] > value[1] ||
	    value[1] > value[2] || value[2] > 1)
		PROBLEM(reader, node->line, true,
			"headroom-saving is three fractions of 1: low, expected, high");
	reader->out->match.saving_low = value[0];
	reader->out->match.saving = value[1];
	reader->out->match.saving_high = value[2];
	strings_release(&words);
}

static void
read_metadata_field(struct skill_reader *reader, const struct yaml_node *node)
{
	struct skill *out = reader->out;
	if (node->type != YAML_TEXT) {
		PROBLEM(reader, node->line, false, "metadata \"%.60s\" is no text", node->key);
		return;
	}
	if (strcmp(node->key, "headroom-kind") == 0) {
		if (strcmp(node->text, "defense") == 0)
			out->kind = SKILL_DEFENSE;
		else if (strcmp(node->text, "offense") == 0)
			out->kind = SKILL_OFFENSE;
		else
			PROBLEM(reader, node->line, true, "headroom-kind is defense or offense");
	} else if (strcmp(node->key, "headroom-keywords") == 0) {
		read_words(&out->match.keywords, node->text);
	} else if (strcmp(node->key, "headroom-callees") == 0) {
		read_words(&out->match.callees, node->text);
	} else if (strcmp(node->key, "headroom-files") == 0) {
		read_words(&out->match.files, node->text);
	} else if (strcmp(node->key, "headroom-saving") == 0) {
		read_saving(reader, node);
	} else if (strcmp(node->key, "headroom-patch-title") == 0) {
		memory_replace_string(&out->patch_title, node->text);
	} else if (strcmp(node->key, "headroom-patch-why") == 0) {
		memory_replace_string(&out->patch_why, node->text);
	} else if (strcmp(node->key, "headroom-patch-risk") == 0) {
		memory_replace_string(&out->patch_risk, node->text);
	} else if (text_starts_with(node->key, "headroom-")) {
		PROBLEM(reader, node->line, false, "unknown field \"%.60s\"", node->key);
	}
}

static void
read_metadata(struct skill_reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *map = yaml_get(root, "metadata");
	if (map == NULL)
		return;
	if (map->type != YAML_MAP) {
		PROBLEM(reader, map->line, false, "metadata is no map");
		return;
	}
	for (const struct yaml_node *child = map->first; child != NULL; child = child->next)
		read_metadata_field(reader, child);
}

static void
read_fields(struct skill_reader *reader, const struct yaml_node *root, const char *name_wanted)
{
	static const char known[] =
		" name description license compatibility metadata allowed-tools ";
	for (const struct yaml_node *child = root->first; child != NULL; child = child->next) {
		char *word = memory_format(" %s ", child->key);
		if (strchr(child->key, ' ') != NULL || strstr(known, word) == NULL)
			PROBLEM(reader, child->line, false, "unknown field \"%.60s\"", child->key);
		free(word);
	}
	read_name(reader, root, name_wanted);
	read_description(reader, root);
	const char *license = yaml_get_text(root, "license");
	if (license != NULL)
		reader->out->license = text_safe(license);
	read_metadata(reader, root);
}

/* Length of the line at text without its end; *next is the start of the one after it. */
static size_t
line_at(const char *text, const char *end, const char **next)
{
	const char *newline = memchr(text, '\n', (size_t)(end - text));
	*next = newline != NULL ? newline + 1 : end;
	size_t length = (size_t)((newline != NULL ? newline : end) - text);
	while (length > 0 && (text[length - 1] == '\r' || text[length - 1] == ' '))
		length--;
	return length;
}

static bool
is_fence(const char *text, size_t length)
{
	return length == 3 && memcmp(text, "---", 3) == 0;
}

/*
 * Quotes the values of top-level lines that hold ": ", the one mistake in hand-written front
 * matter that is common and has one meaning. false: there was none.
 */
static bool
quote_colons(struct str *out, const char *text, const char *end)
{
	bool any = false;
	for (const char *next; text < end; text = next) {
		size_t length = line_at(text, end, &next);
		const char *colon = memchr(text, ':', length);
		size_t key = colon != NULL ? (size_t)(colon - text) : 0;
		bool top = key > 0 && islower((unsigned char)text[0]) && key + 2 < length &&
			   text[key + 1] == ' ' && strchr("\"'|>[{&*", text[key + 2]) == NULL;
		if (!top || memmem(text + key + 2, length - key - 2, ": ", 2) == NULL) {
			str_add_n(out, text, (size_t)(next - text));
			continue;
		}
		any = true;
		str_add_n(out, text, key + 2);
		str_add_char(out, '\'');
		for (size_t i = key + 2; i < length; i++) {
			str_add_char(out, text[i]);
			if (text[i] == '\'')
				str_add_char(out, '\'');
		}
		str_add(out, "'\n");
	}
	return any;
}

/* Reads the front matter, once more with colons quoted where it is refused at first. */
static int
read_yaml(struct skill_reader *reader, struct yaml *yaml, const char *start, const char *end)
{
	struct error err = { 0 };
	struct str quoted;
	uint32_t line, line_again;
	int result = yaml_read(yaml, start, (size_t)(end - start), 2, &line, &err);
	if (result == 0)
		return 0;
	str_init(&quoted, YAML_BYTES_MAX);
	if ((size_t)(end - start) <= YAML_BYTES_MAX && quote_colons(&quoted, start, end)) {
		yaml_release(yaml);
		result = yaml_read(yaml, quoted.data, quoted.len, 2, &line_again, NULL);
		if (result == 0)
			PROBLEM(reader, line, false, "a value with \": \" must be in quotes");
	}
	str_release(&quoted);
	if (result < 0) {
		const char *text = strstr(err.text, ": ");
		PROBLEM(reader, line, true, "%s", text != NULL ? text + 2 : err.text);
	}
	return result;
}

static bool
is_utf8(const char *data, size_t length)
{
	for (size_t used; length > 0; data += used, length -= used)
		if (text_decode(data, length, &used) < 0)
			return false;
	return true;
}

/* Finds the two fence lines; gives the front matter and where the body begins. */
static bool
find_front_matter(const char *data, const char *end, const char **start, const char **stop,
		  const char **body)
{
	const char *next;
	if (!is_fence(data, line_at(data, end, &next)))
		return false;
	*start = next;
	for (const char *at = next; at < end; at = next) {
		if (is_fence(at, line_at(at, end, &next))) {
			*stop = at;
			*body = next;
			return true;
		}
	}
	return false;
}

static void
read_front_matter(struct skill_reader *reader, const char *data, const char *end,
		  const char *name_wanted)
{
	const char *start = NULL, *stop = NULL, *body = NULL;
	if (!find_front_matter(data, end, &start, &stop, &body)) {
		PROBLEM(reader, 1, true, "no front matter: it stands between two lines of ---");
		return;
	}
	struct yaml yaml;
	if (read_yaml(reader, &yaml, start, stop) == 0) {
		if (yaml.root == NULL || yaml.root->type != YAML_MAP)
			PROBLEM(reader, 2, true, "the front matter is no map");
		else
			read_fields(reader, yaml.root, name_wanted);
	}
	yaml_release(&yaml);
	reader->out->body = memory_string_n(body, (size_t)(end - body));
}

static int
first_error(const struct problem_list *problems, struct error *err)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->items[i];
		if (!problem->is_error)
			continue;
		if (problem->line == 0)
			return error_set(err, ERROR_INPUT, "%s: %s", problem->file, problem->text);
		return error_set(err, ERROR_INPUT, "%s:%u: %s", problem->file, problem->line,
				 problem->text);
	}
	return 0;
}

int
skill_read_text(struct skill *out, const char *file, const char *name_wanted, const char *data,
		size_t length, struct error *err)
{
	struct skill_reader reader = { .out = out, .file = file };
	if (length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		PROBLEM(&reader, 1, false, "a byte-order mark at the start");
		data += 3;
		length -= 3;
	}
	if (length > SKILL_FILE_BYTES_MAX)
		PROBLEM(&reader, 0, true, "larger than %zu bytes", SKILL_FILE_BYTES_MAX);
	else if (memchr(data, '\0', length) != NULL || !is_utf8(data, length))
		PROBLEM(&reader, 0, true, "not UTF-8 text");
	else
		read_front_matter(&reader, data, data + length, name_wanted);
	return first_error(&out->problems, err);
}

void
skill_body_text(const struct skill *skill, struct str *out)
{
	if (skill->body != NULL)
		markdown_plain(skill->body, strlen(skill->body), out);
}

int
skill_body_walk(const struct skill *skill,
		int (*block)(void *user, const struct markdown_block *block), void *user)
{
	if (skill->body == NULL)
		return 0;
	return markdown_walk(skill->body, strlen(skill->body), block, user);
}
