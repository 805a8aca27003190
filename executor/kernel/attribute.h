/* SPDX-License-Identifier: ISC */
/* executor/kernel/attribute.h - what the rows of executor/model/attribute.h speak of, to and from netlink. */
#ifndef EXECUTOR_KERNEL_ATTRIBUTE_H
#define EXECUTOR_KERNEL_ATTRIBUTE_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "executor/model/attribute.h"
#include "executor/model/encap.h"

/*
 * Append those that are set, but for the rows that are `apart` and those of the header.
 * Metrics are nested: only those, or all but those.  0, or an error of libnl's.
 */
int attributes_put(struct nl_msg *msg, const struct attributes *rows, bool hop, bool metrics, const void *of);

/* Fill in what one of the kernel's says; false: no row speaks of it, or not all of it can be kept. */
bool attribute_get(const struct attributes *rows, bool hop, bool metrics, const struct nlattr *attr, int family,
		   void *of);

/* Is any metric set? */
bool attributes_have_metrics(const struct attributes *rows, const void *of);

/* RTA_ENCAP_TYPE and RTA_ENCAP */
int encap_put(struct nl_msg *msg, const struct encap *encap);

/* NULL: it has what struct encap does not. */
const struct encap *encap_get(uint16_t type, const struct nlattr *attr);

#endif
