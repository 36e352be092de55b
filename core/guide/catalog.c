/*
 * Which skills there are: shipped, the user's, and those of a repository that
 * the user trusts by content. For every command and screen that uses skills.
 */
#include <dirent.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/vec.h"
#include "core/guide/skill.h"
#include "core/store/activity.h"

void
skill_catalog_release(struct skill_catalog *catalog)
{
	for (size_t i = 0; i < catalog->count; i++)
		skill_release(&catalog->items[i]);
	for (size_t i = 0; i < catalog->untrusted_count; i++)
		skill_release(&catalog->untrusted[i]);
	free(catalog->items);
	free(catalog->untrusted);
	problem_list_release(&catalog->problems);
	*catalog = (struct skill_catalog){ 0 };
}

static struct skill *
find(const struct skill_catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->count; i++)
		if (strcmp(catalog->items[i].name, name) == 0)
			return &catalog->items[i];
	return NULL;
}

const struct skill *
skill_find(const struct skill_catalog *catalog, const char *name)
{
	return find(catalog, name);
}

static void
copy_problems(struct skill_catalog *catalog, const struct skill *skill)
{
	for (size_t i = 0; i < skill->problems.count; i++) {
		const struct problem *problem = &skill->problems.items[i];
		problem_add(&catalog->problems, problem->file, problem->line, problem->is_error,
			    "%s", problem->text);
	}
}

static void
add_untrusted(struct skill_catalog *catalog, struct skill *skill)
{
	if (catalog->untrusted_count == catalog->untrusted_capacity)
		catalog->untrusted =
			vec_grow(catalog->untrusted, &catalog->untrusted_capacity,
				 catalog->untrusted_count + 1, sizeof(*catalog->untrusted));
	problem_add(&catalog->problems, skill->folder, 0, false,
		    "this skill of the repository is not used: its content is not trusted yet");
	catalog->untrusted[catalog->untrusted_count++] = *skill;
	*skill = (struct skill){ 0 };
}

/* Takes the skill over, or drops it with a warning. */
static void
place(struct skill_catalog *catalog, struct skill *skill)
{
	struct skill *known = find(catalog, skill->name);
	if (known == NULL) {
		vec_push(catalog, *skill);
	} else if (skill->origin == SKILL_USER && known->origin == SKILL_SHIPPED) {
		problem_add(&catalog->problems, skill->folder, 0, false,
			    "stands in for the skill of this name that ships with headroom");
		skill_release(known);
		*known = *skill;
	} else {
		problem_add(&catalog->problems, skill->folder, 0, false,
			    "not used: there is a skill of this name in %s", known->folder);
		skill_release(skill);
	}
	*skill = (struct skill){ 0 };
}

static int
add_skill(struct skill_catalog *catalog, const char *folder, enum skill_origin origin,
	  struct store *store, struct error *err)
{
	struct skill skill;
	int result = 0;
	bool readable = skill_read(&skill, folder, origin, NULL) == 0;
	copy_problems(catalog, &skill);
	if (readable && origin != SKILL_SHIPPED && store != NULL)
		result = casebook_trusted(store, "skill", skill.digest, &skill.trusted, err);
	if (readable && result == 0) {
		if (origin == SKILL_REPOSITORY && !skill.trusted)
			add_untrusted(catalog, &skill);
		else
			place(catalog, &skill);
	}
	skill_release(&skill);
	return result;
}

static void
list_skills(const char *folder, struct strings *out)
{
	DIR *handle = opendir(folder);
	if (handle == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(handle)) != NULL;) {
		if (entry->d_name[0] == '.' || out->count >= SKILL_CATALOG_MAX)
			continue;
		char *path = path_join(folder, entry->d_name);
		if (path_is_folder(path))
			strings_add(out, path);
		free(path);
	}
	closedir(handle);
	strings_sort(out);
}

/* The last part of the path must be the skill's name. */
static char *
without_slashes(const char *folder)
{
	size_t length = strlen(folder);
	while (length > 1 && folder[length - 1] == '/')
		length--;
	return memory_string_n(folder, length);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct skill *)a)->name, ((const struct skill *)b)->name);
}

int
skill_catalog_add_folder(struct skill_catalog *catalog, const char *folder,
			 enum skill_origin origin, struct store *store, struct error *err)
{
	struct strings folders = { 0 };
	char *own = path_join(folder, "SKILL.md");
	int result = 0;
	if (path_exists(own)) /* the folder of one skill */
		strings_take(&folders, without_slashes(folder));
	else
		list_skills(folder, &folders);
	free(own);
	for (size_t i = 0; i < folders.count && result == 0; i++) {
		if (catalog->count + catalog->untrusted_count >= SKILL_CATALOG_MAX)
			result = error_set(err, ERROR_LIMIT, "%s: more than %d skills", folder,
					   SKILL_CATALOG_MAX);
		else
			result = add_skill(catalog, folders.items[i], origin, store, err);
	}
	strings_release(&folders);
	if (catalog->count > 1)
		qsort(catalog->items, catalog->count, sizeof(*catalog->items), compare_names);
	return result;
}

static int
add_users(struct skill_catalog *catalog, struct store *store, struct error *err)
{
	char *home = NULL;
	if (path_data_home(&home, NULL) < 0) /* without HOME there are none: no error */
		return 0;
	char *folder = path_join(home, "skills");
	int result = skill_catalog_add_folder(catalog, folder, SKILL_USER, store, err);
	free(folder);
	free(home);
	return result;
}

static int
add_repository(struct skill_catalog *catalog, struct store *store, const char *repository,
	       struct error *err)
{
	char *folder = path_join(repository, ".headroom/skills");
	int result = 0;
	if (path_is_folder(folder)) {
		if (path_is_inside(folder, repository))
			result = skill_catalog_add_folder(catalog, folder, SKILL_REPOSITORY, store,
							  err);
		else
			problem_add(&catalog->problems, folder, 0, false,
				    "not used: it leads out of the repository");
	}
	free(folder);
	return result;
}

int
skill_catalog_load(struct skill_catalog *out, struct store *store, const char *repository,
		   struct error *err)
{
	char *shipped = NULL;
	struct error missing = { 0 };
	int result = 0;
	*out = (struct skill_catalog){ 0 };
	if (path_shipped(&shipped, "skills", &missing) == 0)
		result = skill_catalog_add_folder(out, shipped, SKILL_SHIPPED, store, err);
	else
		problem_add(&out->problems, "skills", 0, false, "%s", missing.text);
	if (result == 0)
		result = add_users(out, store, err);
	if (result == 0 && repository != NULL)
		result = add_repository(out, store, repository, err);
	free(shipped);
	return result;
}

const struct skill *
skill_for_finding(const struct skill_catalog *catalog, const struct finding *finding)
{
	const struct skill *own = finding->skill != NULL ? find(catalog, finding->skill) : NULL;
	const struct skill *usual = find(catalog, "regression-from-change");
	if (own != NULL && own->playbook != NULL && own->playbook->applies == finding->kind)
		return own;
	if (finding->kind == FINDING_REGRESSION && usual != NULL && usual->playbook != NULL)
		return usual;
	for (size_t i = 0; i < catalog->count; i++) {
		const struct skill *skill = &catalog->items[i];
		if (skill->playbook != NULL && skill->playbook->applies == finding->kind)
			return skill;
	}
	return NULL;
}
