/* What templates and conditions of a playbook see. Between the files of the investigation only. */
#ifndef HEADROOM_GUIDE_INVESTIGATION_FACTS_H
#define HEADROOM_GUIDE_INVESTIGATION_FACTS_H

#include "core/guide/investigation.h"

/* Looks up the windows next to the finding's change; on an error there are none. */
void guide_near_windows(struct guide *guide);
/* Makes guide->facts anew from the finding and the record. */
void guide_facts_update(struct guide *guide);

#endif
