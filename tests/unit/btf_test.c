/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/btf_test.c - names and fields in a BTF of our own making, and in what remains
 * of it when it is cut anywhere.
 */
#include <linux/btf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/base/btf.h"
#include "tests/unit/tap.h"

#define INFO(kind, flag, n) ((uint32_t)(flag) << 31 | (uint32_t)(kind) << 24 | (n))

enum {
	N_INT = 1,
	N_HOOK = 5,
	N_MSGHDR = 10,
	N_NAME = 17,
	N_CONTROL = 22,
	N_FLAG = 30,
	N_LEN = 35,
	N_OTHER = 39,
	N_END = 49
};
static const char names[] = "\0int\0hook\0msghdr\0name\0control\0flag\0len\0structure";

/* clang-format off */
/* Words, because all of it is made of them. */
static const uint32_t types[] = {
	/* 1 */ N_INT, INFO(BTF_KIND_INT, 0, 0), 4, 32,
	/* 2 */ 0, INFO(BTF_KIND_PTR, 0, 0), 1,
	/* 3: void (int) */ 0, INFO(BTF_KIND_FUNC_PROTO, 0, 1), 0, N_NAME, 1,
	/* 4 */ N_OTHER, INFO(BTF_KIND_STRUCT, 0, 1), 4, N_LEN, 1, 0,
	/* 5: union { void *control; int len of another kind } */ 0, INFO(BTF_KIND_UNION, 0, 1), 8, N_CONTROL, 2, 0,
	/* 6 */ N_MSGHDR, INFO(BTF_KIND_STRUCT, 1, 4), 32,
	N_NAME, 2, 0,
	0, 5, 8 * 8,
	N_FLAG, 1, 1 << 24 | 16 * 8, /* a bit field */
	N_LEN, 1, 24 * 8,
	/* 7 */ 0, INFO(BTF_KIND_ARRAY, 0, 0), 0, 1, 1, 4,
	/* 8 */ N_OTHER, INFO(BTF_KIND_ENUM, 0, 2), 4, N_NAME, 0, N_LEN, 1,
	/* 9 */ N_OTHER, INFO(19 /* BTF_KIND_ENUM64 */, 0, 1), 8, N_NAME, 0, 0,
	/* 10: of the hook's name, but no function */ N_HOOK, INFO(BTF_KIND_TYPEDEF, 0, 0), 1,
	/* 11 */ N_HOOK, INFO(BTF_KIND_FUNC, 0, 1), 3,
	/* 12 */ N_INT, INFO(BTF_KIND_VAR, 0, 0), 1, 0,
	/* 13 */ N_NAME, INFO(BTF_KIND_DATASEC, 0, 1), 4, 12, 0, 4,
	/* 14 */ N_FLAG, INFO(BTF_KIND_FUNC, 0, 1), 3,
};
/* clang-format on */

static uint32_t blob[6 + sizeof(types) / 4 + 16];

static struct btf make(void)
{
	const struct btf_header h = { .magic = BTF_MAGIC,
				      .version = 1,
				      .hdr_len = sizeof(h),
				      .type_len = sizeof(types),
				      .str_off = sizeof(types),
				      .str_len = sizeof(names) };

	memcpy(blob, &h, sizeof(h));
	memcpy((char *)blob + sizeof(h), types, sizeof(types));
	memcpy((char *)blob + sizeof(h) + sizeof(types), names, sizeof(names));
	return (struct btf){ (const unsigned char *)blob, sizeof(h) + sizeof(types) + sizeof(names) };
}

/* Cut short, and with any word of it changed: no answer but one inside */
static int wrong_answers(const struct btf *whole)
{
	int wrong = 0;

	for (size_t size = 0; size < whole->size; size++) {
		unsigned char *copy = malloc(size ? size : 1);
		const struct btf cut = { copy, size };

		memcpy(copy, whole->data, size);
		wrong += btf_function(&cut, "hook") >= 0 || btf_field(&cut, "msghdr", "len") >= 0;
		free(copy);
	}
	for (size_t i = 0; i < whole->size / 4; i++) {
		const uint32_t was = blob[i];

		for (int bit = 0; bit < 32; bit++) {
			blob[i] = was ^ 1u << bit;
			wrong += btf_function(whole, "hook") > 14;
			btf_field(whole, "msghdr", "control");
		}
		blob[i] = was;
	}
	return wrong;
}

int main(void)
{
	const struct btf b = make();
	struct btf kernel;

	plan(12);
	ok(sizeof(names) == N_END, "%zu bytes of names", sizeof(names));
	ok(btf_function(&b, "hook") == 11, "a function, not a type of its name");
	ok(btf_function(&b, "flag") == 14, "behind kinds of every size");
	ok(btf_function(&b, "hoo") < 0 && btf_function(&b, "ook") < 0, "no part of a name");
	ok(btf_function(&b, "msghdr") < 0, "a structure is no function");
	ok(btf_field(&b, "msghdr", "name") == 0, "the first field");
	ok(btf_field(&b, "msghdr", "len") == 24, "one behind a bit field");
	ok(btf_field(&b, "msghdr", "control") == 8, "one inside an unnamed union");
	ok(btf_field(&b, "msghdr", "int") < 0 && btf_field(&b, "hook", "name") < 0, "what is not there");
	ok(btf_field(&b, "structure", "len") == 0, "of the structure, not of the enum of its name");
	ok(!wrong_answers(&b), "cut or changed: nothing outside");
	ok(btf_kernel(&kernel) || btf_field(&kernel, "sock_common", "skc_family") == 16,
	   "this kernel's, where it has one"); /* behind two addresses, a hash and two ports */
	return tap_done();
}
