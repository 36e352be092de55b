/* libcurl on demand; see http_curl.h. Called by http.c. */
#include "core/base/http_curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

/* The name that this major version has had since 2006; the headers are of the same. */
#ifdef __APPLE__
#define LIBRARY "libcurl.4.dylib"
#else
#define LIBRARY "libcurl.so.4"
#endif

#define FUNCTION(name)                                          \
	{                                                       \
		"curl_" #name, offsetof(struct http_curl, name) \
	}

static const struct {
	const char *name;
	size_t place;
} functions[] = {
	FUNCTION(global_init),      FUNCTION(easy_init),           FUNCTION(easy_setopt),
	FUNCTION(easy_getinfo),     FUNCTION(easy_strerror),       FUNCTION(easy_cleanup),
	FUNCTION(slist_append),     FUNCTION(slist_free_all),      FUNCTION(multi_init),
	FUNCTION(multi_add_handle), FUNCTION(multi_remove_handle), FUNCTION(multi_perform),
	FUNCTION(multi_poll),       FUNCTION(multi_info_read),     FUNCTION(multi_cleanup),
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct http_curl table;
static struct error failed;

/* It stays loaded until the program ends: TLS libraries do not like to go. */
static void
load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL) {
		error_set(&failed, ERROR_UNAVAILABLE, "HTTP: %s cannot be loaded", LIBRARY);
		return;
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *symbol = dlsym(library, functions[i].name);

		if (symbol == NULL) {
			error_set(&failed, ERROR_UNAVAILABLE, "HTTP: %s has no %s", LIBRARY,
				  functions[i].name);
			return;
		}
		/* C has no cast from an object's address to a function's; POSIX says they fit. */
		memcpy((char *)&table + functions[i].place, &symbol, sizeof(symbol));
	}
	if (table.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		error_set(&failed, ERROR_UNAVAILABLE, "HTTP: %s does not start", LIBRARY);
}

const struct http_curl *
http_curl(struct error *err)
{
	pthread_once(&once, load);
	if (failed.code == ERROR_NONE)
		return &table;
	if (err != NULL)
		*err = failed;
	return NULL;
}
