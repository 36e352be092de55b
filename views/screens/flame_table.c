/* The function table; see flame_table.h. */
#include "views/screens/flame_table.h"

#include <math.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/text.h"

enum column {
	COLUMN_NAME,
	COLUMN_SELF,
	COLUMN_SELF_CHANGE,
	COLUMN_TOTAL,
	COLUMN_CHANGE,
	COLUMN_Q,
	COLUMN_SAMPLES,
	COLUMN_MODULE,
	COLUMNS
};

static const struct table_column columns_compared[COLUMNS] = {
	[COLUMN_NAME] = { "FUNCTION", 20, 3, 0, false },
	[COLUMN_SELF] = { "SELF", 8, 0, 0, true },
	[COLUMN_SELF_CHANGE] = { "CHANGE", 8, 0, 3, true },
	[COLUMN_TOTAL] = { "TOTAL", 8, 0, 0, true },
	[COLUMN_CHANGE] = { "CHANGE", 8, 0, 0, true },
	[COLUMN_Q] = { "Q", 7, 0, 4, true },
	[COLUMN_SAMPLES] = { "SAMPLES", 10, 0, 5, true },
	[COLUMN_MODULE] = { "MODULE", 10, 1, 6, false },
};

/* A plain profile has no changes. */
static const struct table_column columns_alone[COLUMNS] = {
	[COLUMN_NAME] = { "FUNCTION", 20, 3, 0, false },
	[COLUMN_SELF] = { "SELF", 8, 0, 0, true },
	[COLUMN_TOTAL] = { "TOTAL", 8, 0, 0, true },
	[COLUMN_SAMPLES] = { "SAMPLES", 10, 0, 5, true },
	[COLUMN_MODULE] = { "MODULE", 10, 1, 6, false },
};

static size_t
table_count(const void *model)
{
	return ((const struct flame_table *)model)->functions.count;
}

static uint64_t
table_key(const void *model, size_t row)
{
	return ((const struct flame_table *)model)->functions.rows[row].name;
}

static bool
table_matches(const void *model, size_t row, const char *text)
{
	const struct flame_table *table = model;

	return text_contains_nocase(
		function_row_name(&table->functions, &table->functions.rows[row]), text);
}

/* Sign and style of a row's change; ' ' where it is not more than noise. */
static char
row_sign(const struct flame_table *table, const struct function_row *row, enum style *style)
{
	double before = function_share(&table->functions, row, SIDE_BEFORE);
	double after = function_share(&table->functions, row, SIDE_AFTER);

	*style = STYLE_NORMAL;
	if (!table->compares || !function_changed(row))
		return ' ';
	*style = after > before ? STYLE_MORE : STYLE_LESS;
	if (before <= 0)
		return '*';
	if (after <= 0)
		return 'x';
	return after > before ? '+' : '-';
}

static void
put_share(const struct flame_table *table, const struct surface *line, size_t column,
	  enum style style, double share)
{
	char text[TEXT_NUMBER_SIZE];

	table_cell(&table->layout, line, 0, column, style, text_percent_brief(share, text), NULL);
}

static void
put_points(const struct flame_table *table, const struct surface *line, size_t column,
	   enum style style, double delta)
{
	char text[TEXT_NUMBER_SIZE];

	table_cell(&table->layout, line, 0, column, style, text_points(delta, text), NULL);
}

static void
table_draw_row(const void *model, const struct list_row *at, const struct surface *line)
{
	const struct flame_table *table = model;
	const struct function_table *functions = &table->functions;
	const struct function_row *row = &functions->rows[at->row];
	double self[2], total[2];
	char text[TEXT_NUMBER_SIZE], sign;
	enum style style;
	struct str name;

	for (enum side side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
		self[side] = function_self_share(functions, row, side);
		total[side] = function_share(functions, row, side);
	}
	sign = row_sign(table, row, &style);
	str_init(&name, STR_MAX_LINE);
	str_addf(&name, "%c%c%s", row->name == table->subject ? '!' : ' ', sign,
		 function_row_name(functions, row));
	table_cell(&table->layout, line, 0, COLUMN_NAME, STYLE_NORMAL, name.data, at->find);
	put_share(table, line, COLUMN_SELF, STYLE_NORMAL, self[table->side]);
	put_share(table, line, COLUMN_TOTAL, STYLE_NORMAL, total[table->side]);
	if (table->compares) {
		put_points(table, line, COLUMN_SELF_CHANGE, STYLE_NORMAL, self[1] - self[0]);
		put_points(table, line, COLUMN_CHANGE, style, total[1] - total[0]);
		table_cell(&table->layout, line, 0, COLUMN_Q, STYLE_DIM,
			   isnan(row->q) ? "" : text_probability(row->q, text), NULL);
	}
	table_cell(&table->layout, line, 0, COLUMN_SAMPLES, STYLE_NORMAL,
		   text_count(row->total[table->side], text), NULL);
	table_cell(&table->layout, line, 0, COLUMN_MODULE, STYLE_DIM,
		   functions->set->frames[row->frame].module, NULL);
	str_release(&name);
}

static const struct list_ops table_ops = {
	.count = table_count,
	.key = table_key,
	.draw = table_draw_row,
	.matches = table_matches,
};

/* -- life cycle -- */

void
flame_table_init(struct flame_table *table, struct function_table *functions, bool compares,
		 const char *subject)
{
	*table = (struct flame_table){ .functions = *functions,
				       .compares = compares,
				       .side = SIDE_AFTER,
				       .subject = UINT32_MAX };
	*functions = (struct function_table){ 0 };
	table->order = compares ? FUNCTIONS_BY_CHANGE : FUNCTIONS_BY_SELF;
	if (subject != NULL)
		for (size_t i = 0; i < table->functions.count; i++)
			if (strcmp(function_row_name(&table->functions, &table->functions.rows[i]),
				   subject) == 0)
				table->subject = table->functions.rows[i].name;
	list_init(&table->list, &table_ops, table);
}

void
flame_table_release(struct flame_table *table)
{
	if (table->functions.set != NULL) {
		list_release(&table->list);
		function_table_release(&table->functions);
	}
	*table = (struct flame_table){ 0 };
}

const char *
flame_table_order_name(enum function_order order)
{
	static const char *const names[] = {
		[FUNCTIONS_BY_SELF] = "self",     [FUNCTIONS_BY_TOTAL] = "total",
		[FUNCTIONS_BY_CHANGE] = "change", [FUNCTIONS_BY_SELF_CHANGE] = "change of self",
		[FUNCTIONS_BY_NAME] = "name",
	};

	return names[order];
}

void
flame_table_sort(struct flame_table *table, enum function_order order)
{
	table->order = order;
	function_table_sort(&table->functions, order);
	list_changed(&table->list);
}

const char *
flame_table_function(const struct flame_table *table)
{
	size_t row = table->functions.set != NULL ? list_row(&table->list) : LIST_NONE;

	return row == LIST_NONE ? NULL
				: function_row_name(&table->functions, &table->functions.rows[row]);
}

bool
flame_table_select(struct flame_table *table, uint32_t name)
{
	list_sync(&table->list, table->list.height);
	return list_select_key(&table->list, name);
}

/* -- drawing -- */

void
flame_table_sync(struct flame_table *table, int rows, int columns)
{
	table->layout = table_fit(table->compares ? columns_compared : columns_alone, COLUMNS,
				  columns - LIST_MARGIN);
	list_sync(&table->list, rows > 1 ? rows - 1 : 0);
}

void
flame_table_draw(const struct flame_table *table, const struct surface *surface)
{
	struct surface rows = surface_view(surface, 1, 0, surface->rows - 1, surface->columns);

	table_heading(&table->layout, surface, 0, LIST_MARGIN);
	list_draw(&table->list, &rows);
}
