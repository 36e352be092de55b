/* The service that an import is for. Called by all importers of this folder. */
#ifndef HEADROOM_COLLECT_SERVICE_ID_H
#define HEADROOM_COLLECT_SERVICE_ID_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

/* ERROR_NOT_FOUND says how to add it. */
int collect_service_id(struct store *store, const char *name, int64_t *id, struct error *err);

#endif
