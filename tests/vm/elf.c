/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/elf.c - what the programs and libraries below directories are loaded
 * with: elf DIR... prints a line for each ELF file that is executable code,
 * PATH INTERPRETER LIBRARY..., with - for no interpreter.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *file;
static size_t size;

/* A piece of the file, or the end of the program: no file is half looked at. */
static const void *at(const char *path, size_t offset, size_t length)
{
	if (offset > size || length > size - offset)
		errx(1, "%s: it ends too early", path);
	return file + offset;
}

static const char *text(const char *path, size_t offset)
{
	const char *start = at(path, offset, 1);

	if (!memchr(start, '\0', size - offset))
		errx(1, "%s: a text without an end", path);
	return start;
}

/* The place in the file of what will lie at this address. */
static size_t place(const char *path, const Elf64_Phdr *parts, size_t count, size_t address)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].p_type == PT_LOAD && address >= parts[i].p_vaddr &&
		    address - parts[i].p_vaddr < parts[i].p_filesz)
			return address - parts[i].p_vaddr + parts[i].p_offset;
	errx(1, "%s: nothing at %zx", path, address);
}

static void show_libraries(const char *path, const Elf64_Phdr *parts, size_t count, const Elf64_Phdr *dynamic)
{
	size_t entries = dynamic->p_filesz / sizeof(Elf64_Dyn), names = 0;
	const Elf64_Dyn *entry = at(path, dynamic->p_offset, dynamic->p_filesz);

	for (size_t i = 0; i < entries && entry[i].d_tag != DT_NULL; i++)
		if (entry[i].d_tag == DT_STRTAB)
			names = place(path, parts, count, entry[i].d_un.d_ptr);
	for (size_t i = 0; i < entries && entry[i].d_tag != DT_NULL; i++)
		if (entry[i].d_tag == DT_NEEDED)
			printf(" %s", text(path, names + entry[i].d_un.d_val));
}

static void show(const char *path)
{
	const Elf64_Ehdr *header = at(path, 0, sizeof(*header));
	const char *interpreter = "-";

	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return;
	const Elf64_Phdr *parts = at(path, header->e_phoff, header->e_phnum * sizeof(*parts));
	for (size_t i = 0; i < header->e_phnum; i++)
		if (parts[i].p_type == PT_INTERP)
			interpreter = text(path, parts[i].p_offset);
	printf("%s %s", path, interpreter);
	for (size_t i = 0; i < header->e_phnum; i++)
		if (parts[i].p_type == PT_DYNAMIC)
			show_libraries(path, parts, header->e_phnum, &parts[i]);
	putchar('\n');
}

static int look(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type != FTW_F || !S_ISREG(st->st_mode) || st->st_size < (off_t)sizeof(Elf64_Ehdr))
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	size = (size_t)st->st_size;
	char start[EI_NIDENT] = "";
	if (pread(fd, start, sizeof(start), 0) == sizeof(start) && memcmp(start, ELFMAG, SELFMAG) == 0) {
		void *mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (mapped == MAP_FAILED)
			err(1, "%s", path);
		file = mapped;
		show(path);
		munmap(mapped, size);
	}
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: elf DIR...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], look, 16, FTW_PHYS) != 0)
			err(1, "%s", argv[i]);
	return fflush(stdout) ? 1 : 0;
}
