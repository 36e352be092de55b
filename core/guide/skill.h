/*
 * Skills: folders with SKILL.md (agentskills.io), and here also a playbook, a
 * rewriting rule (Coccinelle) and examples. A skill is data; what it may
 * lead to is decided by who it comes from (origin, trusted).
 */
#ifndef HEADROOM_GUIDE_SKILL_H
#define HEADROOM_GUIDE_SKILL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/guide/digest.h"
#include "core/guide/markdown.h"
#include "core/guide/playbook.h"
#include "core/store/finding.h"
#include "core/store/store.h"

enum skill_kind {
	SKILL_OTHER,   /* a skill for other programs: shown, not run */
	SKILL_DEFENSE, /* regressions */
	SKILL_OFFENSE, /* opportunities */
};
enum skill_origin { SKILL_SHIPPED, SKILL_USER, SKILL_REPOSITORY };

const char *skill_kind_name(enum skill_kind kind);
const char *skill_origin_name(enum skill_origin origin);

/* How an offense skill is matched, from metadata in the front matter (see skill.c). */
struct skill_match {
	struct strings keywords; /* a function's text must hold one word of each: "for|while" */
	struct strings callees;  /* glob patterns of the functions whose samples are to be saved */
	struct strings files;    /* glob patterns of paths, "*.c" */
	double saving_low, saving, saving_high; /* fraction of those samples that goes away */
};

struct skill {
	char *name, *description, *license; /* license may be NULL; safe for a terminal */
	enum skill_kind kind;
	enum skill_origin origin;
	bool trusted; /* shipped with headroom, or its digest is trusted by the user */
	char *folder; /* absolute */
	char digest[DIGEST_TEXT_SIZE];          /* of the names and bytes of all files */
	char playbook_digest[DIGEST_TEXT_SIZE]; /* of playbook.yaml; "" where there is none */
	struct strings files;                   /* relative, sorted */
	char *body;                             /* Markdown after the front matter */
	struct playbook *playbook;              /* NULL: none */
	char *rule_path;                        /* of the Coccinelle rule; NULL: none */
	char *rule;                             /* its text, as it was when the digest was made */
	char *patch_title; /* of a patch by the rule: what it does, as the end of a subject line; or
			      NULL */
	char *patch_why, *patch_risk; /* or NULL */
	struct skill_match match;
	struct problem_list problems;
};

#define SKILL_FILES_MAX 200
#define SKILL_FILE_BYTES_MAX ((size_t)1024 * 1024)
#define SKILL_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define SKILL_FOLDER_DEPTH_MAX 4
#define SKILL_CATALOG_MAX 500

void skill_release(struct skill *skill);
/*
 * Reads one folder. 0: usable, problems hold warnings only. Negative: it
 * cannot be used, problems say why with file and line, err the first of them.
 * out is initialised either way. Does not set trusted but for SKILL_SHIPPED.
 */
int skill_read(struct skill *out, const char *folder, enum skill_origin origin, struct error *err);

/*
 * Just SKILL.md: front matter and body. name_wanted is the folder's name.
 * Fills name, description, license, kind, match, body and problems of a zeroed skill.
 */
int skill_read_text(struct skill *out, const char *file, const char *name_wanted, const char *data,
		    size_t length, struct error *err);

/* The body for display: plain text, or block by block with styles. */
void skill_body_text(const struct skill *skill, struct str *out);
int skill_body_walk(const struct skill *skill,
		    int (*block)(void *user, const struct markdown_block *block), void *user);

struct skill_catalog {
	struct skill *items; /* by name; every name once */
	size_t count, capacity;
	struct skill *
		untrusted; /* of the repository: read, not to be used before the user trusts them */
	size_t untrusted_count, untrusted_capacity;
	struct problem_list problems; /* all: of skills left out too, and of name clashes */
};

/*
 * Skills that ship with headroom, the user's ($XDG_DATA_HOME/headroom/skills)
 * and those in REPOSITORY/.headroom/skills whose digest the user trusted
 * (casebook_trusted, kind "skill"). The user's override shipped ones, with a
 * warning; a repository's never take a name that is there. store NULL: nothing of a
 * repository is trusted; repository NULL: none. A missing folder is no
 * error. out is initialised either way.
 */
int skill_catalog_load(struct skill_catalog *out, struct store *store, const char *repository,
		       struct error *err);
/* One folder of skills more, or of one skill, as the loader does; for `skills check DIR` and tests.
 */
int skill_catalog_add_folder(struct skill_catalog *catalog, const char *folder,
			     enum skill_origin origin, struct store *store, struct error *err);
void skill_catalog_release(struct skill_catalog *catalog);
const struct skill *skill_find(const struct skill_catalog *catalog, const char *name); /* or NULL */
/*
 * The skill whose playbook fits: the finding's own where it has one, else
 * regression-from-change for a regression, else the first that applies.
 */
const struct skill *
skill_for_finding(const struct skill_catalog *catalog, const struct finding *finding);
/*
 * Problems of one skill beyond what reading finds: its rule is tried with spatch where that is
 * installed. `skills check`.
 */
void skill_check(const struct skill *skill, struct problem_list *out);

#endif
