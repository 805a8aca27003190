/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/modules.c - kernel modules by which a process gets past the filters; see modules.h.
 *
 * What modprobe does was looked up in kmod 34 and busybox 1.38.  The kernel asks it for
 * `net-pf-24-proto-1` and the like, for an alias.  Both leave out a module of that alias if it
 * is blacklisted; kmod's also runs the command of `install` in its place.  busybox reads
 * /etc/modprobe.d alone, kmod all the directories below, and of several files of one name the
 * first.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "helpers/base/entries.h"
#include "helpers/base/lines.h"
#include "helpers/base/text.h"
#include "helpers/confine/modules.h"

/*
 * Every family of include/linux/socket.h that moves data to somewhere else without a
 * capability.  Not here, because they want one: AF_PACKET, AF_KEY, AF_XDP, AF_LLC, AF_CAIF,
 * AF_PHONET; because the filters see their packets: KCM; because nothing leaves: AF_ALG, the
 * loopback of vsock, with which one reaches as much as with an abstract unix socket; because
 * there is nothing but what root has set up and no module: AF_MCTP.  PPTP's sockets cannot send.
 */
const struct module modules[MODULES] = {
	{ "pppox", NULL, NULL, true },
	{ "pppoe", "pppox", "PPPOE", false },
	{ "l2tp_ppp", "pppox", "PPPOL2TP", false },
	{ "rxrpc", NULL, "RXRPC", false },
	{ "rds", NULL, "RDS", false },
	{ "smc", NULL, "SMC", false },
	{ "tipc", NULL, "TIPC", false },
	{ "hv_sock", NULL, "/sys/bus/vmbus/drivers/hv_sock", false },
	{ "vmw_vsock_vmci_transport", NULL, NULL, false },
	{ "vmw_vsock_virtio_transport", NULL, "/sys/bus/virtio/drivers/vmw_vsock_virtio_transport", false },
	{ "vhost_vsock", NULL, "/sys/class/misc/vhost-vsock", false },
	{ "qrtr", NULL, "QIPCRTR", false },
	{ "can", NULL, "/proc/net/can", false },
	{ "bluetooth", NULL, "HCI", false },
	{ "nfc", NULL, "NFC_RAW", false },
	{ "ieee802154_socket", NULL, "IEEE-802.15.4-MAC", false },
	{ "atm", NULL, "VCC", false },
	{ "ax25", NULL, "AX25", false },
	{ "netrom", NULL, "NETROM", false },
	{ "rose", NULL, "ROSE", false },
	{ "x25", NULL, "X25", false },
	{ "appletalk", NULL, "DDP", false },
};

/* To modprobe - and _ are one. */
static bool same(const char *a, const char *b)
{
	for (; *a && (*a == *b || (*a == '_' && *b == '-')); a++, b++)
		;
	return *a == *b;
}

static int find(const char *name)
{
	for (int i = 0; i < MODULES; i++)
		if (same(modules[i].name, name))
			return i;
	return -1;
}

/* The next word, terminated, with *rest behind it; NULL: none. */
static char *word(char **rest)
{
	char *start = *rest + strspn(*rest, " \t"), *end = start + strcspn(start, " \t");

	*rest = end + !!*end;
	*end = '\0';
	return *start ? start : NULL;
}

void modules_take_protocol(char *line, struct module_facts *f)
{
	const char *name = word(&line);

	for (int i = 0; name && i < MODULES; i++)
		if (modules[i].trace && !strcmp(modules[i].trace, name))
			f->of[i].there = true;
}

void modules_take_alias(char *line, struct module_facts *f)
{
	const char *verb = word(&line), *alias = verb ? word(&line) : NULL, *name = alias ? word(&line) : NULL;
	int i = name && !strcmp(verb, "alias") && !strncmp(alias, "net-pf-", 7) ? find(name) : -1;

	if (i >= 0)
		f->of[i].aliased = true;
}

/* A command that loads nothing. */
static bool is_nothing(char *command)
{
	static const char *const nothing[] = { "/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true", "false",
					       "true",       ":" };
	const char *program = word(&command);

	for (size_t i = 0; program && !word(&command) && i < sizeof(nothing) / sizeof(*nothing); i++)
		if (!strcmp(program, nothing[i]))
			return true;
	return false;
}

void modules_take_config(char *line, struct module_facts *f)
{
	char *rest = line, first = line[strspn(line, " \t")];
	const char *verb, *name;
	int i;

	if (first == '#')
		return;
	if (first == 'a') {
		modules_take_alias(line, f);
		return;
	}
	verb = word(&rest);
	name = verb ? word(&rest) : NULL;
	i = name ? find(name) : -1;
	if (i < 0)
		return;
	if (!strcmp(verb, "blacklist"))
		f->of[i].blacklisted = true;
	else if (!strcmp(verb, "install") && is_nothing(rest))
		f->of[i].install_none = true;
	else if (!strcmp(verb, "install"))
		f->of[i].install_some = true;
}

/* The value of a word that is KEY=VALUE, or NULL. */
static char *value_of(char *text, const char *key)
{
	size_t length = strlen(key);

	return strncmp(text, key, length) ? NULL : text + length;
}

static void take_names(char *names, bool by_kernel, struct module_facts *f)
{
	char *name;

	/* of several the kernel takes the last */
	for (int i = 0; by_kernel && i < MODULES; i++)
		f->of[i].refused = false;
	while ((name = strsep(&names, ","))) {
		int i = find(name);

		if (i >= 0 && by_kernel)
			f->of[i].refused = !strcmp(name, modules[i].name);
		else if (i >= 0)
			f->of[i].blacklisted = true;
	}
}

void modules_take_command(char *line, struct module_facts *f)
{
	char *parameter, *names;

	while ((parameter = word(&line))) {
		names = value_of(parameter, "module_blacklist=");
		if (names)
			take_names(names, true, f);
		names = value_of(parameter, "modprobe.blacklist=");
		if (names)
			take_names(names, false, f);
	}
}

static bool is_kept_out(int i, const struct module_facts *f)
{
	return f->no_loading || f->of[i].refused || f->of[i].blacklisted ||
	       (f->of[i].install_none && !f->of[i].install_some && !f->no_install);
}

enum module_state module_state(const struct module *m, const struct module_facts *f)
{
	int i = (int)(m - modules), base = m->base ? find(m->base) : -1;

	if (f->of[i].there)
		return MODULE_LOADED;
	if (is_kept_out(i, f) || (base >= 0 && !f->of[base].there && is_kept_out(base, f)))
		return MODULE_KEPT_OUT;
	return f->of[i].aliased ? MODULE_LOADABLE : MODULE_ABSENT;
}

static void take_file(int dir, const char *file, void (*take)(char *line, struct module_facts *f),
		      struct module_facts *f)
{
	struct lines l;
	char *line;

	if (lines_open(&l, dir, file))
		return;
	while ((line = lines_next(&l)))
		take(line, f);
}

static void take_config_file(int dir, const char *file, struct module_facts *f)
{
	bool continued = false;
	struct lines l;
	char *line;

	if (lines_open(&l, dir, file))
		return;
	while ((line = lines_next(&l))) {
		size_t length = strlen(line);
		bool more = length && line[length - 1] == '\\';

		/* what goes on with a line is part of a command, and that is not one that does nothing */
		if (!continued)
			modules_take_config(line, f);
		continued = more;
	}
	/* an editor may leave the last line without its end */
	if (l.used && l.used < sizeof(l.buf) && !l.skip && !continued) {
		l.buf[l.used] = '\0';
		modules_take_config(l.buf, f);
	}
}

static const char *const directories[] = { "etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d",
					   "usr/lib/modprobe.d", "lib/modprobe.d" };
#define DIRECTORIES (sizeof(directories) / sizeof(*directories))

struct search {
	int root;
	size_t at; /* of directories */
	struct module_facts *f;
};

static bool is_hidden(const struct search *s, const char *name)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < s->at; i++) {
		char *to = text_append(path, path + sizeof(path), directories[i]);

		to = text_append(text_append(to, path + sizeof(path), "/"), path + sizeof(path), name);
		if (to && !faccessat(s->root, path, F_OK, 0))
			return true;
	}
	return false;
}

static int take_entry(int dir, const struct entry *e, void *context)
{
	const struct search *s = context;
	size_t length = strlen(e->name);

	if (*e->name != '.' && length > 5 && !strcmp(e->name + length - 5, ".conf") && !is_hidden(s, e->name))
		take_config_file(dir, e->name, s->f);
	return 0;
}

static void take_config(int root, struct module_facts *f)
{
	struct search s = { .root = root, .f = f };

	for (; s.at < (f->no_install ? 1 : DIRECTORIES); s.at++) {
		int dir = openat(root, directories[s.at], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (dir < 0)
			continue;
		entries_each(dir, take_entry, &s);
		close(dir);
	}
}

static size_t read_line(int dir, const char *file, char *text, size_t size)
{
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return strlen(text);
}

/* Is what the kernel starts to load modules a link to busybox? */
static bool is_busybox(int root, const char *modprobe)
{
	static const char name[] = "/busybox";
	char link[TEXT_PROC_MAX], *to, path[PATH_MAX];
	ssize_t n = -1;
	int fd = openat(root, modprobe + strspn(modprobe, "/"), O_PATH | O_CLOEXEC);

	if (fd < 0)
		return false;
	to = text_append(link, link + sizeof(link), "/proc/self/fd/");
	if (text_append_number(to, link + sizeof(link), (unsigned long)fd))
		n = readlink(link, path, sizeof(path) - 1);
	close(fd);
	path[n > 0 ? n : 0] = '\0';
	return n >= (ssize_t)sizeof(name) - 1 && !strcmp(path + n - (sizeof(name) - 1), name);
}

static void find_modprobe(int root, struct module_facts *f)
{
	char text[PATH_MAX];

	if (!read_line(root, "proc/sys/kernel/modprobe", text, sizeof(text)))
		f->no_loading = true;
	else
		f->no_install = is_busybox(root, text);
	if (read_line(root, "proc/sys/kernel/modules_disabled", text, sizeof(text)) && *text == '1')
		f->no_loading = true;
}

static void find_loaded(int root, struct module_facts *f)
{
	int dir = openat(root, "sys/module", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; i < MODULES; i++) {
		const char *trace = modules[i].trace;

		f->of[i].there = (dir >= 0 && !faccessat(dir, modules[i].name, F_OK, 0)) ||
				 (trace && *trace == '/' && !faccessat(root, trace + 1, F_OK, 0));
	}
	if (dir >= 0)
		close(dir);
	take_file(root, "proc/net/protocols", modules_take_protocol, f);
}

/* Is there one of which only modules.alias, which is long, can tell more? */
static bool is_open(const struct module_facts *f)
{
	for (int i = 0; i < MODULES; i++)
		if (!modules[i].bare && module_state(&modules[i], f) == MODULE_ABSENT)
			return true;
	return false;
}

#define ALIAS "net-pf-"
enum { ALIAS_LENGTH = sizeof(ALIAS) - 1, BLOCK = 32768 };

/* How far to go on from a byte that is not the last one of ALIAS there (Horspool's way of looking for a word) */
static void fill_steps(unsigned char step[256])
{
	memset(step, ALIAS_LENGTH, 256);
	for (int i = 0; i < ALIAS_LENGTH - 1; i++)
		step[(unsigned char)ALIAS[i]] = (unsigned char)(ALIAS_LENGTH - 1 - i);
}

/* The lines of text that have ALIAS in them; it ends with the end of one. */
static void take_alias_lines(char *text, size_t size, const unsigned char step[256], struct module_facts *f)
{
	for (size_t last = ALIAS_LENGTH - 1; last < size; last += step[(unsigned char)text[last]]) {
		char *word = text + last - (ALIAS_LENGTH - 1), *line = word, *end;

		if (memcmp(word, ALIAS, ALIAS_LENGTH))
			continue;
		while (line > text && line[-1] != '\n')
			line--;
		end = memchr(word, '\n', size - (size_t)(word - text));
		*end = '\0';
		modules_take_alias(line, f);
		*end = '\n';
	}
}

/*
 * One of a hundred lines counts, of a megabyte or more that has to be gone through at each start where the
 * LSM is not called: line by line that would cost as much as all else.
 */
static void take_alias_file(int dir, const char *file, struct module_facts *f)
{
	char block[BLOCK];
	unsigned char step[256];
	size_t used = 0;
	ssize_t n;
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	fill_steps(step);
	while ((n = read(fd, block + used, sizeof(block) - used)) > 0) {
		const char *newline = memrchr(block, '\n', used + (size_t)n);
		size_t whole = newline ? (size_t)(newline + 1 - block) : 0;

		used += (size_t)n;
		take_alias_lines(block, whole, step, f);
		used -= whole;
		memmove(block, block + whole, used);
		/* no line of depmod's is as long as that */
		if (used == sizeof(block))
			used = 0;
	}
	close(fd);
}

static void take_aliases(int root, struct module_facts *f)
{
	char path[sizeof("lib/modules//modules.alias") + sizeof(((struct utsname *)0)->release)], *to;
	const char *end = path + sizeof(path);
	struct utsname kernel;

	if (uname(&kernel))
		return;
	to = text_append(text_append(path, end, "lib/modules/"), end, kernel.release);
	if (text_append(to, end, "/modules.alias"))
		take_alias_file(root, path, f);
}

void modules_read(int root, struct module_facts *f)
{
	memset(f, 0, sizeof(*f));
	find_loaded(root, f);
	find_modprobe(root, f);
	if (!f->no_loading) {
		take_config(root, f);
		take_file(root, "proc/cmdline", modules_take_command, f);
	}
	if (is_open(f))
		take_aliases(root, f);
}

void modules_each(void (*each)(const struct module *m, enum module_state state, void *context), void *context)
{
	struct module_facts f;
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return;
	modules_read(root, &f);
	close(root);
	for (int i = 0; i < MODULES; i++) {
		enum module_state state = module_state(&modules[i], &f);

		if (!modules[i].bare && state >= MODULE_LOADABLE)
			each(&modules[i], state, context);
	}
}
