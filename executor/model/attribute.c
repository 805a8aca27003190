/* SPDX-License-Identifier: ISC */
/* executor/model/attribute.c - the fields that rows speak of: compare, print; see attribute.h. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/attribute.h"
#include "executor/model/encap.h"

void *attribute_field(const struct attribute *row, void *of)
{
	return (char *)of + row->offset;
}

const void *attribute_value(const struct attribute *row, const void *of)
{
	return (const char *)of + row->offset;
}

bool attribute_is_one_more(const struct attribute *row)
{
	return row->kind == KIND_NUMBER_0 || row->kind == KIND_GROUP || row->kind == KIND_DSCP;
}

uint32_t attribute_number(const struct attribute *row, const void *of)
{
	const void *value = attribute_value(row, of);
	uint32_t number;
	uint16_t half;

	if (row->size == 1)
		return *(const uint8_t *)value;
	if (row->size == 2) {
		memcpy(&half, value, sizeof(half));
		return half;
	}
	memcpy(&number, value, sizeof(number));
	return number;
}

void attribute_set_number(const struct attribute *row, void *of, uint32_t number)
{
	void *field = attribute_field(row, of);
	const uint16_t half = (uint16_t)number;

	if (row->size == 1)
		*(uint8_t *)field = (uint8_t)number;
	else
		memcpy(field, row->size == 2 ? (const void *)&half : (const void *)&number, row->size == 2 ? 2 : 4);
}

bool attribute_has_word(const struct attribute *row, const char *word)
{
	size_t length = strlen(word);

	for (const char *each = row->words; *each;
	     each += each[strcspn(each, " ")] ? strcspn(each, " ") + 1 : strlen(each))
		if (strcspn(each, " ") == length && !strncmp(each, word, length))
			return true;
	return false;
}

bool attribute_is_set(const struct attribute *row, const void *of)
{
	const unsigned char *byte = attribute_value(row, of);

	for (size_t i = 0; i < row->size; i++)
		if (byte[i])
			return true;
	return false;
}

bool attributes_equal(const struct attributes *rows, bool hop, const void *a, const void *b)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct attribute *row = &rows->row[i];

		if (row->hop == hop && !row->apart &&
		    memcmp(attribute_value(row, a), attribute_value(row, b), row->size))
			return false;
	}
	return true;
}

uint64_t digest_bytes(uint64_t digest, const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size--)
		digest = (digest ^ *byte++) * 0x100000001b3;
	return digest;
}

uint64_t attributes_digest(const struct attributes *rows, bool hop, const void *of, uint64_t digest)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].hop == hop && !rows->row[i].apart)
			digest = digest_bytes(digest, attribute_value(&rows->row[i], of), rows->row[i].size);
	return digest;
}

uint32_t *attribute_locks(const struct attribute *row, void *of)
{
	return (uint32_t *)attribute_field(row, of) - row->type + RTAX_LOCK;
}

/* Its bit among those of the metrics, which stand side by side. */
static bool is_locked(const struct attribute *row, const void *of)
{
	uint32_t locks;

	memcpy(&locks, (const char *)attribute_value(row, of) - (row->type - RTAX_LOCK) * sizeof(locks), sizeof(locks));
	return locks & 1u << row->type;
}

static void append_number(const struct attribute *row, const void *of, char *text, size_t room)
{
	uint32_t number = attribute_number(row, of);

	switch (row->kind) {
	case KIND_DSFIELD:
		append_to(text, room, " 0x%02x", number);
		break;
	case KIND_REALMS:
		append_to(text, room, number >> 16 ? " %u/%u" : " %.0u%u", number >> 16, number & 0xffff);
		break;
	case KIND_METRIC:
		append_to(text, room, is_locked(row, of) ? " lock %u" : " %u", number);
		break;
	case KIND_TIME:
		append_to(text, room, " %ums", number);
		break;
	default:
		append_to(text, room, " %u", attribute_is_one_more(row) ? number - 1 : number);
	}
}

static void append_prefix(const struct prefix *prefix, char *text, size_t room)
{
	char address[PREFIX_TEXT];

	append_to(text, room, " %s", prefix_text(prefix, address));
}

static void append_ports(const struct port_range *range, char *text, size_t room)
{
	append_to(text, room, range->first == range->last ? " %u" : " %u-%u", range->first, range->last);
}

static void append_mark(const uint32_t mark[2], char *text, size_t room)
{
	append_to(text, room, mark[1] == UINT32_MAX ? " 0x%x" : " 0x%x/0x%x", mark[0], mark[1]);
}

static void append_uids(const struct uid_range *uids, char *text, size_t room)
{
	append_to(text, room, " %u-%u", uids->first, uids->last);
}

/* RFC 4191, 2.1 */
static const char *preference_word(uint32_t preference)
{
	return preference == 1 ? "high" : preference == 3 ? "low" : "medium";
}

static void append_value(const struct attribute *row, const void *of, char *text, size_t room)
{
	const void *value = attribute_value(row, of);

	switch (row->kind) {
	case KIND_FLAG:
		break;
	case KIND_ADDRESS:
	case KIND_PREFIX:
		append_prefix(value, text, room);
		break;
	case KIND_DEVICE:
	case KIND_ALGORITHM:
		append_to(text, room, " %s", (const char *)value);
		break;
	case KIND_PREFERENCE:
		append_to(text, room, " %s", preference_word(attribute_number(row, of)));
		break;
	case KIND_FEATURES:
		append_to(text, room, " ecn");
		break;
	case KIND_MARK:
		append_mark(value, text, room);
		break;
	case KIND_PORTS:
		append_ports(value, text, room);
		break;
	case KIND_UIDS:
		append_uids(value, text, room);
		break;
	case KIND_ENCAP:
		encap_append(*(const struct encap *const *)value, text, room);
		break;
	default:
		append_number(row, of, text, room);
	}
}

void attribute_append(const struct attribute *row, const void *of, char *text, size_t room)
{
	if (!row->words[0] || !attribute_is_set(row, of))
		return;
	append_to(text, room, " %.*s", (int)strcspn(row->words, " "), row->words);
	append_value(row, of, text, room);
}

void attributes_append(const struct attributes *rows, bool hop, const void *of, char *text, size_t room)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].hop == hop && !rows->row[i].apart)
			attribute_append(&rows->row[i], of, text, room);
}
