/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/json.h - JSON on standard output, comma by comma. */
#ifndef OPENRC_JSON_H
#define OPENRC_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* key NULL: an element of an array, or the whole */
void json_object(const char *key);
void json_array(const char *key);
void json_end_object(void);
void json_end_array(void);

/* value NULL: null */
void json_string(const char *key, const char *value);
void json_number(const char *key, uint64_t value);
void json_bool(const char *key, bool value);

/* The end of the whole and of its line: another may follow. */
void json_end(void);

#endif
