/* What the files of the service commands share. */
#ifndef HEADROOM_VIEWS_COMMANDS_SERVICE_H
#define HEADROOM_VIEWS_COMMANDS_SERVICE_H

#include "core/base/json.h"
#include "core/store/service.h"

struct json *service_to_json(const struct service *service);

#endif
