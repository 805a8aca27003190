/* SPDX-License-Identifier: ISC */
/* openrc/file.h - small files, whole. */
#ifndef OPENRC_FILE_H
#define OPENRC_FILE_H

/* The text, terminated, to be freed; or NULL with errno. */
char *file_read(const char *path);

/* A new file with the old one's owner and mode takes its name.  0 or -errno */
int file_replace(const char *path, const char *text);

#endif
