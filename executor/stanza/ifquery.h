/* SPDX-License-Identifier: ISC */
/* executor/stanza/ifquery.h - start ifupdown-ng's ifquery, by which alone other stanzas are read. */
#ifndef EXECUTOR_STANZA_IFQUERY_H
#define EXECUTOR_STANZA_IFQUERY_H

/*
 * Its standard output, to be freed, or NULL with its exit status in *status (127: not found; -errno: it could
 * not be started, or not be read).  At most four options, which NULL ends.
 */
char *ifquery(const char *const options[], int *status);

#endif
