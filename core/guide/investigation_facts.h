/* What templates and conditions of a playbook see. Between the files of the investigation only. */
#ifndef HEADROOM_GUIDE_INVESTIGATION_FACTS_H
#define HEADROOM_GUIDE_INVESTIGATION_FACTS_H

#include "core/guide/investigation.h"

/* Makes guide->facts anew from the finding and the record. */
void guide_facts_update(struct guide *guide);

#endif
