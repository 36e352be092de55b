/* The insides of the chart, shared by chart.c, chart_plot.c and chart_draw.c only. */
#ifndef HEADROOM_TUI_CHART_PRIVATE_H
#define HEADROOM_TUI_CHART_PRIVATE_H

#include "tui/chart.h"

struct chart_scale {
	int64_t from;
	int64_t to;
	double low;
	double high;
};

/* Where things are on a surface: labels, plot, the axis below it, its times. */
struct chart_frame {
	int left;    /* columns of the value labels */
	int columns; /* of the plot */
	int rows;    /* of the plot */
	bool axis;   /* there is a row for it */
	bool times;
};

void chart_window(const struct chart *chart, int64_t *from, int64_t *to);
struct chart_scale chart_scale(const struct chart *chart);
struct chart_frame chart_frame(const struct chart *chart, const struct surface *surface);
char *chart_value_text(const struct chart *chart, double value, char buffer[TEXT_NUMBER_SIZE]);
/* Is there no data between point index - 1 and index? */
bool chart_gap_before(const struct chart *chart, size_t index);
/* The part of the chart within the axes. */
void chart_plot(const struct chart *chart, const struct surface *surface);

#endif
