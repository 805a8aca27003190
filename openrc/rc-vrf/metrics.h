/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/metrics.h - VRFs, services and findings in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
#ifndef OPENRC_METRICS_H
#define OPENRC_METRICS_H

#include <stdio.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/drops.h"

/* 0 or -errno of the writing */
int metrics_print(FILE *to, const struct kernel *k, const struct services *all, const struct rings *rings,
		  const struct findings *f);

/* The same, in the place of a file, which a reader sees as it was or as it is and never half.  0 or -errno */
int metrics_write(const char *file, const struct kernel *k, const struct services *all, const struct rings *rings,
		  const struct findings *f);

#endif
