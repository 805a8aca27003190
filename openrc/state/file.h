/* SPDX-License-Identifier: ISC */
/* openrc/state/file.h - small files, whole. */
#ifndef OPENRC_FILE_H
#define OPENRC_FILE_H

#include <sys/types.h>

/* The text, terminated, to be freed; or NULL with errno. */
char *file_read(const char *path);

/*
 * The number at the beginning of a file that anybody may have put there, and who owns it.
 * 0: there is none, or it is no file of that kind.
 */
pid_t file_read_pid(const char *path, uid_t *owner);

/* A new file with the old one's owner and mode takes its name.  0 or -errno */
int file_replace(const char *path, const char *text);

#endif
