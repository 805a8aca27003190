/* SPDX-License-Identifier: ISC */
/* tests/vm/registers.h - what a traced process gets for a system call, on each processor of the test machines. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifdef __x86_64__
#define NUMBER orig_rax
#define RESULT rax
#elif defined(__i386__)
#define NUMBER orig_eax
#define RESULT eax
#elif defined(__aarch64__)
#define RESULT     regs[0]
#define NUMBER_SET 0x404 /* NT_ARM_SYSTEM_CALL */
#elif defined(__s390x__)
#define RESULT           gprs[2]
#define NUMBER_SET       0x307 /* NT_S390_SYSTEM_CALL */
#define user_regs_struct _user_regs_struct
#endif

static void set_result(pid_t pid, long result)
{
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all))
		return;
	regs.RESULT = (unsigned long)result;
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all);
}

/* It makes a call that there is not. */
static void set_no_call(pid_t pid)
{
#ifdef NUMBER_SET
	int number = -1;
	struct iovec all = { &number, sizeof(number) };

	ptrace(PTRACE_SETREGSET, pid, (void *)NUMBER_SET, &all);
#else
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all))
		return;
	regs.NUMBER = (unsigned long)-1;
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all);
#endif
}

#endif
