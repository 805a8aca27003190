/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/memory.h - memory for what is read, and shown.  Half a list looks like a whole one,
 * and a file that could not be read like one that is not there.  So the program ends where there
 * is no memory, and says why; nothing that it changes is half done then.
 */
#ifndef OPENRC_MEMORY_H
#define OPENRC_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

_Noreturn void memory_out(void);

/* The same if that is what errno says: a call of a library has failed, for whatever reason. */
void memory_or_else(void);

/* As calloc(3), realloc(3) of an array, strdup(3), strndup(3), asprintf(3) and vasprintf(3), but never NULL. */
void *memory_zero(size_t count, size_t size);
void *memory_grow(void *data, size_t count, size_t size);
char *memory_copy(const char *text); /* but of NULL, which stays that */
char *memory_copy_part(const char *text, size_t length);
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_text_list(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
