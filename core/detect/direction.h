/* Which way a level went. Used by every scan and by what reads its changes. */
#ifndef HEADROOM_DETECT_DIRECTION_H
#define HEADROOM_DETECT_DIRECTION_H

enum detect_direction { DETECT_INCREASE = 1, DETECT_DECREASE = -1 };

#endif
