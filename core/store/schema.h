/*
 * The schema as SQL texts, compiled in from data/schema/NNNN.sql by
 * data/embed.sh. Text i brings version i to version i + 1, so that their
 * count is the version this program knows. For migrate.c alone.
 */
#ifndef HEADROOM_STORE_SCHEMA_H
#define HEADROOM_STORE_SCHEMA_H

#include <stddef.h>

extern const char *const schema_sql[];
extern const size_t schema_sql_count;

#endif
