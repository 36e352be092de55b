/* What the files changepoint*.c share. Included by no one else. */
#ifndef HEADROOM_DETECT_CHANGEPOINT_PRIVATE_H
#define HEADROOM_DETECT_CHANGEPOINT_PRIVATE_H

#include <stdbool.h>

#include "core/detect/changepoint.h"

#define CHANGEPOINT_ORDER_MAX 4
/* Of a step, what stays in the prediction errors; less: trends may explain what is left. */
#define CHANGEPOINT_BEND_REST 0.35
#define CHANGEPOINT_DROP 7.35 /* Siegmund, "Confidence sets in change-point problems", 1988 */

/* Prediction error filter: e_t = sum of a[i] x_(t-i), a[0] = 1; tail[m] = a[0] + ... + a[m]. */
struct changepoint_filter {
	size_t order;
	double a[CHANGEPOINT_ORDER_MAX + 1];
	double tail[CHANGEPOINT_ORDER_MAX + 1]; /* what a step leaves m points after it */
	double rest;                            /* tail[order]: what it leaves for good */
	double tail_sum, tail_square;           /* over m < order */
	double variance;                        /* of the prediction error */
};

/* at[0] is 0, at[count] the number of points: count levels. */
struct changepoint_steps {
	VEC(size_t) at;
	size_t count;
};

struct changepoint_work {
	size_t capacity;
	size_t count;        /* points */
	double *raw, *value; /* as they came; and scaled to 0..1 with spikes cut back */
	double *own;         /* variance of a point, in that of most; where weighed */
	bool weighed;
	uint32_t *row;    /* first row of each point */
	double *residual; /* value less the levels */
	double *forward, *backward, *scratch;
	double *sum;                                   /* count + 1: sums of the filtered values */
	double *level;                                 /* of each segment */
	double *line_sum, *line_product, *line_square; /* count + 1, for lines */
	double *noise;        /* at each step, beside what the filter says */
	double lowest, range; /* raw = lowest + range * value */
	double floor;         /* variance that rounding alone gives */
	size_t segment_min;
	struct changepoint_steps steps, trial, best, bent;
	VEC(size_t) stack;
};

/* What is asked of this series. */
struct changepoint_demand {
	double p_max, effect_min;
	double cost; /* of a step, in units of STEP_COST and STEP_COST_SHORT */
	size_t count_max;
	double null; /* count * log of the prediction error without steps */
};

/* changepoint_clean.c: rows to points. False: nothing can change here. */
bool changepoint_clean(struct changepoint_work *work, const struct changepoint_input *input);

/* changepoint_season.c: takes a season away from work->value; its period in points, or 0. */
size_t changepoint_season(struct changepoint_work *work, const struct changepoint_input *input);

/* changepoint_noise.c: autoregression by Burg's method, its order by Schwarz's criterion. */
void changepoint_filter_fit(struct changepoint_filter *filter, struct changepoint_work *work,
			    const double *values);
void
changepoint_filter_apply(struct changepoint_work *work, const struct changepoint_filter *filter);
/*
 * An autoregression fitted about removed levels remembers too little, by (1 + 3 phi) / count for
 * each (Kendall, "Note on bias in the estimation of autocorrelation", 1954): puts it back.
 */
void changepoint_filter_correct(struct changepoint_filter *filter, size_t count, size_t levels);
/* AR(1) from differences one and two points apart: steps do not disturb it. */
void changepoint_filter_robust(struct changepoint_filter *filter, struct changepoint_work *work);

/* changepoint_scan.c: where steps are, given the filter. */
double changepoint_gain(const struct changepoint_work *work,
			const struct changepoint_filter *filter, size_t from, size_t at, size_t to);
void changepoint_segment(struct changepoint_steps *steps, struct changepoint_work *work,
			 const struct changepoint_filter *filter, double gain_min);
void changepoint_relocate(struct changepoint_steps *steps, const struct changepoint_work *work,
			  const struct changepoint_filter *filter);
size_t
changepoint_weakest(const struct changepoint_steps *steps, const struct changepoint_work *work,
		    const struct changepoint_filter *filter, double *gain);

void changepoint_steps_copy(struct changepoint_steps *to, const struct changepoint_steps *from);
void changepoint_steps_remove(struct changepoint_steps *steps, size_t index);

/* changepoint_search.c: how many steps there are; the best ones are left in work->best. */
void changepoint_ask(struct changepoint_demand *demand, struct changepoint_work *work,
		     const struct changepoint_settings *settings);
/* Sums of work->value and its squares, which the search and the lines read. */
void changepoint_sum(struct changepoint_work *work);
void changepoint_fit_level(struct changepoint_demand *demand, struct changepoint_work *work,
			   struct changepoint_filter *filter);
double
changepoint_search(struct changepoint_demand *demand, struct changepoint_work *work,
		   const struct changepoint_filter *null, struct changepoint_filter *best_filter);
double
changepoint_freedom(const struct changepoint_work *work, const struct changepoint_steps *steps,
		    const struct changepoint_filter *filter);
/* p of a step that lowers the prediction error by this factor, and could have been anywhere. */
double changepoint_p(const struct changepoint_work *work, double ratio, double freedom);

/* changepoint_growth.c */
void changepoint_growth(struct changepoints *out, struct changepoint_demand *demand,
			struct changepoint_work *work);

/* changepoint_model.c: means and deviation of given levels; and */
double changepoint_mean(const struct changepoint_work *work, size_t from, size_t to);
double
changepoint_deviation(const struct changepoint_work *work, const struct changepoint_steps *steps);
/* levels by generalised least squares, then the filter of what is left. */
void changepoint_fit(struct changepoint_work *work, const struct changepoint_steps *steps,
		     struct changepoint_filter *filter);

/*
 * changepoint_gate.c: by what factor the noise at each step (1 .. count - 1) is larger than the
 * filter says; infinite: no step that a person would see. Uses work->residual of the fit; filter
 * is the fit's, test the one with corrected memory.
 */
void
changepoint_judge(double *noise, struct changepoint_work *work,
		  const struct changepoint_steps *steps, const struct changepoint_filter *filter,
		  const struct changepoint_filter *test);

/*
 * changepoint_line.c: bends under autoregressive noise; null is count * log of the prediction error
 * without any. Returns by how much they beat it, cost taken off; 0 or less: not at all.
 */
double changepoint_lines(struct changepoint_steps *steps, struct changepoint_work *work,
			 struct changepoint_filter *filter, double null);
/* What there is to say of one bend. */
struct changepoint_bend {
	double before, after; /* ends of the lines where they are apart, else means */
	double error;         /* of their difference, in deviations */
	double size;          /* how far one line is from the two, root of the mean square */
	double without;       /* variance of the prediction error without it */
	size_t low, high;
};
void changepoint_bend_of(struct changepoint_bend *out, struct changepoint_work *work,
			 const struct changepoint_steps *steps, size_t j, double deviation);
void changepoint_polynomial(struct changepoint_work *work, size_t degree);
void changepoint_lines_fit(struct changepoint_work *work, const struct changepoint_steps *steps,
			   struct changepoint_filter *filter);

#endif
