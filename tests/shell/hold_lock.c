/*
 * `hold_lock DB`: opens a database, begins to write, says "held" and keeps the
 * lock until its stdin ends. For tests/shell/bad_database.sh.
 */
#include <stdio.h>

#include "core/store/store.h"

int
main(int argc, char **argv)
{
	struct error error = { 0 };
	struct store *store = NULL;
	int status = 3;

	if (argc != 2) {
		fputs("usage: hold_lock DB\n", stderr);
		return 2;
	}
	if (store_open(&store, argv[1], STORE_CREATE, &error) == 0 &&
	    store_begin(store, &error) == 0) {
		puts("held");
		fflush(stdout);
		while (getchar() != EOF)
			;
		store_rollback(store);
		status = 0;
	} else {
		fprintf(stderr, "hold_lock: %s\n", error.text);
	}
	store_close(store);
	return status;
}
