/* SPDX-License-Identifier: ISC */
/*
 * helpers/selftest.h - does the confinement of the control group we are in work?
 */
#ifndef HELPERS_SELFTEST_H
#define HELPERS_SELFTEST_H

#include <stdbool.h>

#include "helpers/confine/policy.h"

/*
 * NULL, or what is wrong.  filter: a socket that leaves the VRF must not be able to send.
 * Needs no privilege and sends nothing, whatever works or not.
 */
const char *selftest(const struct policy *s, bool filter);

#endif
