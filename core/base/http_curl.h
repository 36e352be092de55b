/*
 * libcurl, loaded by the first request. It brings some thirty libraries with it (TLS, Kerberos,
 * LDAP ...) whose loading takes longer than all the rest of a start, and most commands never
 * send a request. Used by http.c alone.
 */
#ifndef HEADROOM_BASE_HTTP_CURL_H
#define HEADROOM_BASE_HTTP_CURL_H

#include <curl/curl.h>

#include "core/base/error.h"

/* The library's functions, by their names without "curl_". */
struct http_curl {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	void (*easy_cleanup)(CURL *easy);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_perform)(CURLM *multi, int *running);
	CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *more, unsigned count,
				int milliseconds, int *ready);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLMcode (*multi_cleanup)(CURLM *multi);
};

/* Of any thread; the same table each time. NULL: it is not installed, ERROR_UNAVAILABLE. */
const struct http_curl *http_curl(struct error *err);

#endif
