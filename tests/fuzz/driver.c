/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/driver.c - driver SECONDS FILE...: for compilers without libFuzzer.  Every
 * file as it is, then for so long changed at random; the same seed each time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILES_MAX      1024
#define SIZE_MAX_INPUT 4096

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static struct {
	unsigned char data[SIZE_MAX_INPUT];
	size_t size;
} files[FILES_MAX], input;

static uint32_t number(uint32_t below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

/* One byte, one bit, a piece repeated, or a piece left out */
static void change(void)
{
	size_t at = number((uint32_t)input.size), length = 1 + number(16);

	switch (number(5)) {
	case 0:
		input.data[at] = (unsigned char)number(256);
		break;
	case 1:
		input.data[at] ^= (unsigned char)(1 << number(8));
		break;
	case 2:
		input.data[at] = (unsigned char)"\0\n /\\\xff.0"[number(8)];
		break;
	case 3:
		if (at + 2 * length > sizeof(input.data) || at + length > input.size)
			break;
		memmove(input.data + at + length, input.data + at,
			input.size + length > sizeof(input.data) ? sizeof(input.data) - at - length : input.size - at);
		input.size += length;
		if (input.size > sizeof(input.data))
			input.size = sizeof(input.data);
		break;
	default:
		if (at + length >= input.size)
			break;
		memmove(input.data + at, input.data + at + length, input.size - at - length);
		input.size -= length;
	}
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 0);
	unsigned int count = 0;
	unsigned long runs = 0;

	for (int i = 2; i < argc && count < FILES_MAX; i++) {
		FILE *f = fopen(argv[i], "r");

		if (!f) {
			perror(argv[i]);
			return 2;
		}
		files[count].size = fread(files[count].data, 1, SIZE_MAX_INPUT, f);
		fclose(f);
		LLVMFuzzerTestOneInput(files[count].data, files[count].size);
		count += files[count].size != 0;
	}
	if (!count)
		return 2;
	for (; time(NULL) < end; runs++) {
		memcpy(&input, &files[number(count)], sizeof(input));
		for (uint32_t n = 1 + number(8); n && input.size; n--)
			change();
		LLVMFuzzerTestOneInput(input.data, input.size);
	}
	printf("Done %lu runs\n", runs + count);
	return 0;
}
