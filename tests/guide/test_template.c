/* Templates: what is filled in is text and only text. */
#include "core/guide/template.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"

static const char facts_text[] =
	"{\"a\":{\"share\":0.0791,\"name\":\"json_escape\",\"evil\":\"x\\u001b[31m${a.name}\","
	"\"list\":[\"p\",\"q\"],\"n\":3,\"yes\":true,\"id\":\"a1b2c3d4e5f6a7b8c9\",\"nothing\":"
	"null}}";

static struct json *
facts(void)
{
	struct json *out;
	ck_assert_int_eq(json_parse(&out, facts_text, sizeof(facts_text) - 1, NULL), 0);
	return out;
}

static const struct {
	const char *template, *text;
} cases[] = {
	{ "share ${a.share|percent}", "share 7.91 %" },
	{ "${a.name} x ${a.n}", "json_escape x 3" },
	{ "${a.list}", "p, q" },
	{ "${a.id|short}", "a1b2c3d4e5f6" },
	{ "${a.missing} and ${a.nothing}", "unknown and unknown" },
	{ "${a.yes}", "yes" },
	{ "$${a.name} costs $5", "${a.name} costs $5" },
	{ "${a.evil}", "x\xef\xbf\xbd${a.name}" },
	{ "${not closed", "${not closed" },
};

START_TEST(text_is_filled)
{
	struct json *json = facts();
	struct str out;
	str_init(&out, STR_MAX_LINE);
	template_text(&out, cases[_i].template, json);
	ck_assert_str_eq(out.data, cases[_i].text);
	str_release(&out);
	json_free(json);
}
END_TEST

START_TEST(arguments_keep_types)
{
	struct json *json = facts(), *template, *out;
	struct str text;
	const char source[] =
		"{\"share\":\"${a.share}\",\"gone\":\"${a.missing}\",\"text\":\"at ${a.n}\","
		"\"list\":\"${a.list}\",\"deep\":{\"n\":\"${a.n}\",\"k\":5}}";
	ck_assert_int_eq(json_parse(&template, source, sizeof(source) - 1, NULL), 0);
	out = template_arguments(template, json);
	str_init(&text, STR_MAX_LINE);
	json_write(&text, out);
	ck_assert_str_eq(text.data, "{\"share\":0.0791,\"text\":\"at 3\",\"list\":[\"p\",\"q\"],"
				    "\"deep\":{\"n\":3,\"k\":5}}");
	str_release(&text);
	json_free(out);
	json_free(template);
	json_free(json);
}
END_TEST

START_TEST(places_are_checked)
{
	struct error err = { 0 };
	ck_assert_int_eq(template_check("a ${b.c[0].d|percent} $${x y", &err), 0);
	ck_assert_int_lt(template_check("${a|unknown}", &err), 0);
	ck_assert_int_lt(template_check("${}", &err), 0);
	ck_assert_int_lt(template_check("${a b}", &err), 0);
	ck_assert_int_lt(template_check("${a", &err), 0);
}
END_TEST

Suite *
template_suite(void)
{
	Suite *suite = suite_create("template");
	TCase *tcase = tcase_create("template");
	tcase_add_loop_test(tcase, text_is_filled, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, arguments_keep_types);
	tcase_add_test(tcase, places_are_checked);
	suite_add_tcase(suite, tcase);
	return suite;
}
