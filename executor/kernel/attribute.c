/* SPDX-License-Identifier: ISC */
/* executor/kernel/attribute.c - values of each kind to and from netlink; see attribute.h. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/kernel/attribute.h"

static bool is_metric(enum kind kind)
{
	return kind == KIND_METRIC || kind == KIND_TIME || kind == KIND_FEATURES || kind == KIND_ALGORITHM;
}

static int put_number(struct nl_msg *msg, const struct attribute *row, const void *of)
{
	uint32_t number = attribute_number(row, of);

	if (attribute_is_one_more(row))
		number--;
	return row->size == 1 ? nla_put_u8(msg, row->type, (uint8_t)number) : nla_put_u32(msg, row->type, number);
}

static int put_prefix(struct nl_msg *msg, const struct attribute *row, const struct prefix *prefix)
{
	return nla_put(msg, row->type, (int)family_bits(prefix->family) / 8, prefix->addr);
}

static int put_mark(struct nl_msg *msg, const struct attribute *row, const uint32_t mark[2])
{
	int err = nla_put_u32(msg, row->type, mark[0]);

	return err ? err : nla_put_u32(msg, FRA_FWMASK, mark[1]);
}

static int put_ports(struct nl_msg *msg, const struct attribute *row, const struct port_range *range)
{
	struct fib_rule_port_range ports = { .start = range->first, .end = range->last };

	return nla_put(msg, row->type, sizeof(ports), &ports);
}

static int put_uids(struct nl_msg *msg, const struct attribute *row, const struct uid_range *range)
{
	struct fib_rule_uid_range uids = { .start = range->first, .end = range->last };

	return nla_put(msg, row->type, sizeof(uids), &uids);
}

static int put(struct nl_msg *msg, const struct attribute *row, const void *of)
{
	const void *value = attribute_value(row, of);

	switch (row->kind) {
	case KIND_ADDRESS:
	case KIND_PREFIX:
		return put_prefix(msg, row, value);
	case KIND_DEVICE:
	case KIND_ALGORITHM:
		return nla_put_string(msg, row->type, value);
	case KIND_MARK:
		return put_mark(msg, row, value);
	case KIND_PORTS:
		return put_ports(msg, row, value);
	case KIND_UIDS:
		return put_uids(msg, row, value);
	case KIND_ENCAP:
		return encap_put(msg, *(const struct encap *const *)value);
	default:
		return put_number(msg, row, of);
	}
}

int attributes_put(struct nl_msg *msg, const struct attributes *rows, bool hop, bool metrics, const void *of)
{
	int err = 0;

	for (size_t i = 0; !err && i < rows->count; i++) {
		const struct attribute *row = &rows->row[i];

		if (row->hop == hop && is_metric(row->kind) == metrics && !row->apart && row->type &&
		    attribute_is_set(row, of))
			err = put(msg, row, of);
	}
	return err;
}

bool attributes_have_metrics(const struct attributes *rows, const void *of)
{
	for (size_t i = 0; i < rows->count; i++)
		if (is_metric(rows->row[i].kind) && attribute_is_set(&rows->row[i], of))
			return true;
	return false;
}

static void get_prefix(const struct nlattr *attr, const struct attribute *row, int family, struct prefix *prefix)
{
	prefix->family = (uint8_t)family;
	/* What the header says of a prefix is its caller's. */
	if (row->kind == KIND_ADDRESS)
		prefix->len = (uint8_t)family_bits(family);
	nla_memcpy(prefix->addr, attr, sizeof(prefix->addr));
}

static void get_number(const struct nlattr *attr, const struct attribute *row, void *of)
{
	uint32_t number = nla_len(attr) >= 4 ? nla_get_u32(attr) : nla_len(attr) ? nla_get_u8(attr) : 0;

	/* What the kernel has for none becomes 0. */
	if (attribute_is_one_more(row))
		number++;
	attribute_set_number(row, of, number);
}

static void get_ports(const struct nlattr *attr, struct port_range *range)
{
	struct fib_rule_port_range ports = { 0 };

	nla_memcpy(&ports, attr, sizeof(ports));
	range->first = ports.start;
	range->last = ports.end;
}

static void get_uids(const struct nlattr *attr, struct uid_range *range)
{
	struct fib_rule_uid_range uids = { 0 };

	nla_memcpy(&uids, attr, sizeof(uids));
	range->given = true;
	range->first = uids.start;
	range->last = uids.end;
}

static bool get(const struct nlattr *attr, const struct attribute *row, int family, void *of)
{
	void *field = attribute_field(row, of);

	switch (row->kind) {
	case KIND_ADDRESS:
	case KIND_PREFIX:
		get_prefix(attr, row, family, field);
		return true;
	case KIND_DEVICE:
	case KIND_ALGORITHM:
		return (size_t)nla_strlcpy(field, attr, row->size) < row->size;
	case KIND_MARK:
		nla_memcpy(field, attr, sizeof(uint32_t));
		return true;
	case KIND_PORTS:
		get_ports(attr, field);
		return true;
	case KIND_UIDS:
		get_uids(attr, field);
		return true;
	default:
		get_number(attr, row, of);
		return true;
	}
}

bool attribute_get(const struct attributes *rows, bool hop, bool metrics, const struct nlattr *attr, int family,
		   void *of)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct attribute *row = &rows->row[i];

		if (row->hop == hop && is_metric(row->kind) == metrics && row->type && row->type == nla_type(attr))
			return row->apart || get(attr, row, family, of);
	}
	return false;
}
