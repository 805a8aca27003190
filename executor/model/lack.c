/* SPDX-License-Identifier: ISC */
/* executor/model/lack.c - has there been no memory?  See lack.h. */
#include <stddef.h>

#include "executor/model/lack.h"

static bool lacked;

void *lack_noted(void *data)
{
	lacked |= !data;
	return data;
}

bool lack_of_memory(void)
{
	return lacked;
}
