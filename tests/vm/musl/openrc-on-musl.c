/* SPDX-License-Identifier: ISC
 * tests/vm/musl/openrc-on-musl.c - what the programs of Debian's OpenRC ask of a C library and musl has under
 * no such name: the checking and the C23 variants that glibc's headers put in the place of printf() and strtol(),
 * and two system calls.  Then SELinux, audit and PAM as on a system without them: Alpine's OpenRC has none of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

/* What stands in for another function is a line. */
/* clang-format off */

/* Nothing but glibc's headers declares these. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

#define ARGUMENTS(result, call) \
	va_list arguments; \
	va_start(arguments, format); \
	result = call; \
	va_end(arguments)

static void fits(size_t needed, size_t there)
{
	if (needed > there)
		abort();
}

int __printf_chk(int flag, const char *format, ...)
{
	int length;
	(void)flag;
	ARGUMENTS(length, vprintf(format, arguments));
	return length;
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	int length;
	(void)flag;
	ARGUMENTS(length, vfprintf(file, format, arguments));
	return length;
}

int __vfprintf_chk(FILE *file, int flag, const char *format, va_list arguments)
{
	(void)flag;
	return vfprintf(file, format, arguments);
}

int __vsnprintf_chk(char *to, size_t size, int flag, size_t there, const char *format, va_list arguments)
{
	(void)flag;
	fits(size, there);
	return vsnprintf(to, size, format, arguments);
}

int __snprintf_chk(char *to, size_t size, int flag, size_t there, const char *format, ...)
{
	int length;
	(void)flag;
	fits(size, there);
	ARGUMENTS(length, vsnprintf(to, size, format, arguments));
	return length;
}

int __vsprintf_chk(char *to, int flag, size_t there, const char *format, va_list arguments)
{
	int length = vsnprintf(to, there > INT_MAX ? INT_MAX : there, format, arguments);
	(void)flag;
	fits((size_t)length + 1, there);
	return length;
}

int __sprintf_chk(char *to, int flag, size_t there, const char *format, ...)
{
	int length;
	ARGUMENTS(length, __vsprintf_chk(to, flag, there, format, arguments));
	return length;
}

int __asprintf_chk(char **to, int flag, const char *format, ...)
{
	int length;
	(void)flag;
	ARGUMENTS(length, vasprintf(to, format, arguments));
	return length;
}

int __vasprintf_chk(char **to, int flag, const char *format, va_list arguments)
{
	(void)flag;
	return vasprintf(to, format, arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;
	(void)flag;
	va_start(arguments, format);
	vsyslog(priority, format, arguments);
	va_end(arguments);
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
	(void)flag;
	vsyslog(priority, format, arguments);
}

void *__memcpy_chk(void *to, const void *from, size_t size, size_t there)
{
	fits(size, there);
	return memcpy(to, from, size);
}

char *__strcpy_chk(char *to, const char *from, size_t there)
{
	fits(strlen(from) + 1, there);
	return strcpy(to, from);
}

size_t __strlcpy_chk(char *to, const char *from, size_t size, size_t there)
{
	fits(size, there);
	return strlcpy(to, from, size);
}

char *__strncat_chk(char *to, const char *from, size_t size, size_t there)
{
	fits(strlen(to) + strnlen(from, size) + 1, there);
	return strncat(to, from, size);
}

long __fdelt_chk(long fd)
{
	if (fd < 0 || fd >= FD_SETSIZE)
		abort();
	return fd / (8 * (long)sizeof(long));
}

long __isoc23_strtol(const char *text, char **end, int base)
{
	return strtol(text, end, base);
}

unsigned long __isoc23_strtoul(const char *text, char **end, int base)
{
	return strtoul(text, end, base);
}

/* wg asks for these two. */
long long __isoc23_strtoll(const char *text, char **end, int base)
{
	return strtoll(text, end, base);
}

unsigned long long __isoc23_strtoull(const char *text, char **end, int base)
{
	return strtoull(text, end, base);
}

intmax_t __isoc23_strtoimax(const char *text, char **end, int base)
{
	return strtoimax(text, end, base);
}

int __isoc23_sscanf(const char *text, const char *format, ...)
{
	int count;
	ARGUMENTS(count, vsscanf(text, format, arguments));
	return count;
}

int __isoc23_fscanf(FILE *file, const char *format, ...)
{
	int count;
	ARGUMENTS(count, vfscanf(file, format, arguments));
	return count;
}

int __openat64_2(int dir, const char *path, int flags)
{
	return openat(dir, path, flags);
}

int fcntl64(int fd, int command, ...)
{
	va_list arguments;
	va_start(arguments, command);
	unsigned long argument = va_arg(arguments, unsigned long);
	va_end(arguments);
	return fcntl(fd, command, argument);
}

int close_range(unsigned int first, unsigned int last, int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

/* The one structure that they exchange and that is not laid out alike: musl's offsets are twice as long. */
struct gnu_match {
	int start, end;
};

int regexec(const regex_t *regex, const char *text, size_t count, regmatch_t *to, int flags)
{
	int (*real)(const regex_t *, const char *, size_t, regmatch_t *, int);
	struct gnu_match *matches = (struct gnu_match *)to;
	regmatch_t own[32];

	if (count > sizeof(own) / sizeof(own[0]))
		abort();
	*(void **)&real = dlsym(RTLD_NEXT, "regexec");
	int status = real(regex, text, count, own, flags);
	for (size_t i = 0; status == 0 && to && i < count; i++)
		matches[i] = (struct gnu_match){ (int)own[i].rm_so, (int)own[i].rm_eo };
	return status;
}

static int absent(void)
{
	errno = ENOSYS;
	return -1;
}

int is_selinux_enabled(void) { return 0; }
int security_getenforce(void) { return absent(); }
int selinux_init_load_policy(int *enforce) { *enforce = 0; return absent(); }
int getcon(char **context) { *context = NULL; return absent(); }
void freecon(char *context) { free(context); }
int setexeccon(const char *context) { (void)context; return absent(); }
int lsetfilecon(const char *path, const char *context) { (void)path; (void)context; return absent(); }
void *context_new(const char *text) { (void)text; absent(); return NULL; }
const char *context_type_get(void *context) { (void)context; absent(); return NULL; }
void context_free(void *context) { (void)context; }
const char *selinux_contexts_path(void) { return "/nonexistent"; }
const char *selinux_openrc_contexts_path(void) { return "/nonexistent"; }
void *selabel_open(unsigned int backend, const void *options, unsigned int count)
{
	(void)backend; (void)options; (void)count;
	absent();
	return NULL;
}
int selabel_lookup_raw(void *handle, char **context, const char *key, int type)
{
	(void)handle; (void)key; (void)type;
	*context = NULL;
	return absent();
}
void selabel_close(void *handle) { (void)handle; }

unsigned int audit_getloginuid(void) { return (unsigned int)absent(); }

/* PAM: nothing is asked, nobody is refused. */
static char *no_environment[] = { NULL };
int pam_start(const char *service, const char *user, const void *conversation, void **handle)
{
	static int one;
	(void)service; (void)user; (void)conversation;
	*handle = &one;
	return 0;
}
int pam_end(void *handle, int status) { (void)handle; (void)status; return 0; }
int pam_authenticate(void *handle, int flags) { (void)handle; (void)flags; return 0; }
int pam_acct_mgmt(void *handle, int flags) { (void)handle; (void)flags; return 0; }
int pam_open_session(void *handle, int flags) { (void)handle; (void)flags; return 0; }
int pam_close_session(void *handle, int flags) { (void)handle; (void)flags; return 0; }
int pam_get_item(const void *handle, int item, const void **value)
{
	(void)handle; (void)item;
	*value = NULL;
	return 0;
}
int pam_putenv(void *handle, const char *assignment) { (void)handle; (void)assignment; return 0; }
const char *pam_getenv(void *handle, const char *name) { (void)handle; (void)name; return NULL; }
const char *pam_strerror(void *handle, int status) { (void)handle; (void)status; return "no PAM"; }
char **pam_getenvlist(void *handle)
{
	(void)handle;
	return calloc(1, sizeof(no_environment));
}
int misc_conv(int count, const void **messages, void **answers, void *data)
{
	(void)count; (void)messages; (void)answers; (void)data;
	return absent();
}
