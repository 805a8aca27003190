/* SPDX-License-Identifier: ISC */
/* executor/model/append.h - texts that are put together piece by piece. */
#ifndef EXECUTOR_MODEL_APPEND_H
#define EXECUTOR_MODEL_APPEND_H

#include <stddef.h>

/* Append to a text that has `room` bytes, its end included; what does not fit is cut. */
void append_to(char *text, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
