/* The service that an import is for; see service_id.h. */
#include "core/collect/service_id.h"

#include "core/store/service.h"

int
collect_service_id(struct store *store, const char *name, int64_t *id, struct error *err)
{
	struct service service = { 0 };
	struct error problem = { 0 };

	if (casebook_service_by_name(store, name, &service, &problem) < 0) {
		if (problem.code == ERROR_NOT_FOUND)
			return error_set(err, ERROR_NOT_FOUND,
					 "no service %.200s (headroom service add %.200s)", name,
					 name);
		return error_set(err, problem.code, "%s", problem.text);
	}
	*id = service.id;
	service_release(&service);
	return 0;
}
