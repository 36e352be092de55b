/*
 * Tails of the distributions that the tests of this folder use. Tails are
 * kept as natural logarithms where they may be smaller than a double can be.
 * Formulas are those of the NIST Digital Library of Mathematical Functions.
 */
#ifndef HEADROOM_DETECT_DISTRIBUTION_H
#define HEADROOM_DETECT_DISTRIBUTION_H

/* log P(Z > z) of a standard normal Z; erfc, and its continued fraction far out (DLMF 7.9.2). */
double normal_upper_log(double z);
double normal_upper(double z);
double normal_density(double z);
/* The z with log P(Z > z) = log_p, for log_p < 0; by Newton's method on the logarithm. */
double normal_quantile_upper_log(double log_p);

/* log I_x(a, b), the regularised incomplete beta function; a, b > 0 (DLMF 8.17.22). */
double beta_regularized_log(double x, double a, double b);

/* log P(T > t) of Student's t with freedom > 0 degrees (not necessarily whole). */
double student_upper_log(double t, double freedom);
/* The t with P(T > t) = p, for 0 < p < 0.5; by bisection. */
double student_quantile_upper(double p, double freedom);

/*
 * log P(X >= successes) for X of trials, each with this chance; successes and trials may be
 * fractional (effective counts), the incomplete beta function then joins the whole values.
 */
double binomial_upper_log(double successes, double trials, double chance);

/* Psi and its first derivative, x > 0 (DLMF 5.11.2 after the recurrence 5.5.2). */
double digamma(double x);
double trigamma(double x);

#endif
