/* The walk over what is drawn, shared by icicle.c, icicle_walk.c and icicle_draw.c only. */
#ifndef HEADROOM_TUI_ICICLE_PRIVATE_H
#define HEADROOM_TUI_ICICLE_PRIVATE_H

#include "tui/icicle.h"

/* A frame on screen; x and width in columns. */
struct icicle_box {
	uint32_t node; /* ICICLE_NONE: several too narrow ones as one */
	int level;     /* 0 is the root's */
	double x;
	double width;
};

struct icicle_totals {
	double before;
	double after;
	double width; /* by change; 0: the mean of shares */
};

/*
 * In depth-first order, only boxes that are wide enough and on levels up to last_level.
 * visit returns false to end the walk.
 */
void icicle_walk(const struct icicle *icicle, int last_level,
		 bool (*visit)(void *user, const struct icicle_box *box), void *user);
struct icicle_totals icicle_totals(const struct icicle *icicle);
int icicle_level(const struct icicle *icicle, uint32_t node);
double icicle_narrowest(const struct icicle *icicle); /* columns below which a frame is not drawn */
/* Shares of both sides, with totals that are known already. */
void icicle_sides(const struct icicle *icicle, const struct icicle_totals *totals, uint32_t node,
		  double *before, double *after);
/* Width on the side that is shown, as a share of the root. */
double icicle_share(const struct icicle *icicle, const struct icicle_totals *totals, uint32_t node);

#endif
