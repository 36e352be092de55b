/*
 * Functions that do not compile here, forced into every file by the build.
 * Each one has led others to overflows or to a shell; the replacement is named.
 */
#ifndef HEADROOM_BASE_BANNED_H
#define HEADROOM_BASE_BANNED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BANNED(name) sorry_##name##_is_banned_here

#undef strcpy
#define strcpy(...) BANNED(strcpy) /* str_add */
#undef strcat
#define strcat(...) BANNED(strcat) /* str_add */
#undef strncpy
#define strncpy(...) BANNED(strncpy) /* str_add_n */
#undef strncat
#define strncat(...) BANNED(strncat) /* str_add_n */
#undef sprintf
#define sprintf(...) BANNED(sprintf) /* snprintf, str_addf */
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf) /* vsnprintf, str_addv */
#undef gets
#define gets(...) BANNED(gets)
#undef strtok
#define strtok(...) BANNED(strtok) /* static state */
#undef system
#define system(...) BANNED(system) /* process_run */
#undef popen
#define popen(...) BANNED(popen) /* process_run */
#undef tmpnam
#define tmpnam(...) BANNED(tmpnam) /* path_temporary_directory */
#undef mktemp
#define mktemp(...) BANNED(mktemp) /* path_temporary_directory */
#undef localtime
#define localtime(...) BANNED(localtime) /* clock_format */
#undef gmtime
#define gmtime(...) BANNED(gmtime) /* clock_format */
#undef ctime
#define ctime(...) BANNED(ctime)
#undef asctime
#define asctime(...) BANNED(asctime)
#undef atoi
#define atoi(...) BANNED(atoi) /* text_parse_int */
#undef atol
#define atol(...) BANNED(atol) /* text_parse_int */
#undef atof
#define atof(...) BANNED(atof) /* text_parse_double */

#endif
