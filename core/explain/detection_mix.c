/* Weights of groups; see detection_mix.h. Called by detection_service.c. */
#include "core/explain/detection_mix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/detect/mix.h"

#define GROUPS_MAX 1000 /* of one key; more are single hosts with few samples each */
#define KEYS_MAX 32
#define COMMON_PART 0.5 /* of the samples of either side, in groups that are on both */
#define OWN_SURE 2.33   /* standard deviations: 1 % on one side */
#define KEY_SHOWN 24

/* A key of labels: "host" of "host=a". */
struct key {
	const char *text;
	size_t length;
};

struct keys {
	struct key items[KEYS_MAX];
	size_t count;
};

static bool
names_a_build(const struct key *key)
{
	static const char *const names[] = { "version", "build",  "commit", "revision",
					     "release", "deploy", "image",  "tag",
					     "sha",     "digest", "branch" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);
		for (size_t at = 0; at + length <= key->length; at++) {
			bool begins = at == 0 || strchr("._-/", key->text[at - 1]) != NULL;
			bool ends = at + length == key->length ||
				    strchr("._-/", key->text[at + length]) != NULL;
			if (begins && ends && strncasecmp(key->text + at, names[i], length) == 0)
				return true;
		}
	}
	return false;
}

static struct key
key_of(const char *label)
{
	return (struct key){ label, strcspn(label, "=") };
}

static bool
same_key(const struct key *a, const struct key *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void
add_keys(struct keys *keys, const struct strings *labels)
{
	for (size_t i = 0; labels != NULL && i < labels->count; i++) {
		struct key key = key_of(labels->items[i]);
		bool known = names_a_build(&key);
		for (size_t k = 0; k < keys->count && !known; k++)
			known = same_key(&keys->items[k], &key);
		if (!known && keys->count < KEYS_MAX)
			keys->items[keys->count++] = key;
	}
}

/* The label of this key; windows without one are a group of their own. */
static const char *
label_of(const struct detection_part *part, const struct key *key)
{
	for (size_t i = 0; part->labels != NULL && i < part->labels->count; i++) {
		struct key other = key_of(part->labels->items[i]);
		if (same_key(&other, key))
			return part->labels->items[i];
	}
	return "";
}

struct groups {
	struct intern labels;
	VEC(struct mix_group) items; /* values are sums of samples until they are sealed */
};

static void
add_part(struct groups *groups, const struct detection_part *part, const char *label, bool after)
{
	uint32_t number = intern_add(&groups->labels, label, strlen(label));
	if (number == groups->items.count)
		vec_push(&groups->items, (struct mix_group){ 0 });
	struct mix_group *group = &groups->items.items[number];
	*(after ? &group->weight_after : &group->weight_before) += part->total;
	*(after ? &group->value_after : &group->value_before) += part->samples;
}

/* Sums to shares; false: too little of either side is in groups that are on both. */
static bool
seal(struct groups *groups)
{
	double before = 0, after = 0, common_before = 0, common_after = 0;
	for (size_t i = 0; i < groups->items.count; i++) {
		struct mix_group *group = &groups->items.items[i];
		bool common = group->weight_before > 0 && group->weight_after > 0;
		before += group->weight_before;
		after += group->weight_after;
		common_before += common ? group->weight_before : 0;
		common_after += common ? group->weight_after : 0;
		if (group->weight_before > 0)
			group->value_before /= group->weight_before;
		if (group->weight_after > 0)
			group->value_after /= group->weight_after;
	}
	return common_before >= COMMON_PART * before && common_after >= COMMON_PART * after;
}

/* Standard deviation of what happened within the groups, as a part of the change. */
static double
error_within(const struct groups *groups, const struct detect_change *change)
{
	double before = 0, after = 0, variance = 0, share_before = 0, share_after = 0;
	for (size_t i = 0; i < groups->items.count; i++) {
		before += groups->items.items[i].weight_before;
		after += groups->items.items[i].weight_after;
	}
	for (size_t i = 0; i < groups->items.count; i++) {
		const struct mix_group *group = &groups->items.items[i];
		double old = group->value_before, new = group->value_after;
		double part = (group->weight_before / before + group->weight_after / after) / 2;
		share_before += group->weight_before / before * old;
		share_after += group->weight_after / after * new;
		if (group->weight_before > 0 && group->weight_after > 0)
			variance += part * part *
				    (old * (1 - old) / group->weight_before +
				     new *(1 - new) / group->weight_after);
	}
	variance *= fmax(change->dispersion, 1) * fmax(change->memory, 1);
	return sqrt(variance) / fabs(share_after - share_before);
}

static void
judge_key(struct detect_stage_result *out, const struct detect_change *change,
	  const struct detection_part *parts, const struct key *key)
{
	struct groups groups = { 0 };
	struct detect_stage_result result;
	*out = (struct detect_stage_result){ .stage = STAGE_MIX, .passed = true };
	intern_init(&groups.labels);
	for (size_t w = change->from; w < change->to; w++) {
		if (isfinite(parts[w].samples) && parts[w].total > 0)
			add_part(&groups, &parts[w], label_of(&parts[w], key), w >= change->at);
	}
	if (groups.items.count >= 2 && groups.items.count <= GROUPS_MAX && seal(&groups)) {
		detect_mix_groups(&result, groups.items.items, groups.items.count);
		if (!result.passed)
			result.passed =
				!(result.value + OWN_SURE * error_within(&groups, change) < 1);
		*out = result;
		snprintf(out->why, sizeof(out->why), "by %.*s: %.120s",
			 (int)(key->length < KEY_SHOWN ? key->length : KEY_SHOWN), key->text,
			 result.why);
	}
	vec_release(&groups.items);
	intern_release(&groups.labels);
}

/* Of several keys the one that leaves least of the change to the function itself. */
static void
judge_groups(struct detect_stage_result *out, const struct detect_change *change,
	     const struct detection_part *parts)
{
	struct keys keys = { 0 };
	*out = (struct detect_stage_result){ .stage = STAGE_MIX, .passed = true };
	for (size_t w = change->from; w < change->to; w++)
		add_keys(&keys, parts[w].labels);
	for (size_t k = 0; k < keys.count && out->passed; k++) {
		struct detect_stage_result result;
		judge_key(&result, change, parts, &keys.items[k]);
		if (result.ran && (!out->ran || !result.passed || result.value < out->value))
			*out = result;
	}
}

void
detection_judge_mix(struct detect_change *change, const struct detection_part *parts,
		    unsigned stages_off)
{
	struct detect_stage_result groups;
	judge_groups(&groups, change, parts);
	if (!groups.ran)
		return;
	change->stages[STAGE_MIX] = groups;
	if (groups.passed || (stages_off & 1u << STAGE_MIX) != 0)
		return;
	change->filter = DETECT_MIX;
	change->why = "the weights of its groups changed, not its share within them";
}
