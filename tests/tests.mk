# SPDX-License-Identifier: ISC
# tests/tests.mk - what tests need, what runs on which machine, lint.  Part of the Makefile.

DEPS_DEBIAN   = gcc make pkg-config libc6-dev libnl-3-dev libnl-route-3-dev librc-dev libeinfo-dev scdoc mandoc \
		debootstrap qemu-system-x86 busybox-static musl-tools e2fsprogs cpio kmod util-linux xz-utils zstd \
		iproute2 dash strace shellcheck clang clang-format cppcheck git dpkg-dev debhelper patchelf flex bison bzip2 \
		python3-prometheus-client zsh graphviz lintian \
		clang-tidy valgrind
DEPS_ALPINE   = build-base pkgconf libnl3-dev linux-headers openrc-dev scdoc mandoc debootstrap qemu-system-x86_64 \
		busybox-static musl-dev e2fsprogs e2fsprogs-extra cpio kmod util-linux xz zstd iproute2 dash strace \
		shellcheck clang clang-extra-tools cppcheck git tar bash zsh graphviz py3-prometheus-client \
		valgrind

.PHONY: deps
deps: ## install what building and testing need (Debian: apt, Alpine: apk)
	@if command -v apt-get >/dev/null; then \
		missing=$$(for p in $(DEPS_DEBIAN); do \
			dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
		[ -z "$$missing" ] || { apt-get update -q && \
			DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; }; \
	elif command -v apk >/dev/null; then apk add $(DEPS_ALPINE); \
	else echo "install these, or what your distribution calls them: $(DEPS_DEBIAN)" >&2; exit 1; fi

# The test targets install only what is missing, and need root for that alone
# and for building the test machines.
FOR_LINT      = gcc clang musl-gcc pkg-config scdoc mandoc clang-format shellcheck cppcheck dash busybox git
FOR_ANALYSIS  = gcc clang-tidy cppcheck valgrind
FOR_TESTS     = debootstrap qemu-system-x86_64 musl-gcc cpio scdoc mke2fs shellcheck pkg-config strace mandoc busybox \
		$(if $(wildcard /etc/debian_version),dh lintian) patchelf flex bison bash zsh dot
# What emulates other processors and compiles for them; Debian alone has both.
DEPS_MACHINES = gcc-i686-linux-gnu qemu-system-x86
FOR_MACHINES  = i686-linux-gnu-gcc qemu-system-i386
.PHONY: machine-deps
machine-deps:
	@for tool in $(FOR_MACHINES); do command -v $$tool >/dev/null || exec $(MAKE) --no-print-directory deps DEPS_DEBIAN='$(DEPS_MACHINES)'; done

.PHONY: test-deps lint-deps analyze-deps
analyze-deps: NEEDED = $(FOR_ANALYSIS)
test-deps: NEEDED = $(FOR_TESTS)
lint-deps: NEEDED = $(FOR_LINT)
test-deps lint-deps analyze-deps:
	@for tool in $(NEEDED); do PATH=$$PATH:/usr/sbin:/sbin command -v $$tool >/dev/null || \
		exec $(MAKE) --no-print-directory deps; done
	@$(PKG_CONFIG) --exists libnl-route-3.0 openrc einfo || $(MAKE) --no-print-directory deps
	@$(if $(filter test-deps,$@),/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || $(MAKE) --no-print-directory deps)

# As many as there are processors
JOBS          = -j$(shell nproc 2>/dev/null || echo 1)
SANITIZE      = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
.PHONY: unit unit-programs
unit-programs: $(UNIT_TESTS)
unit: all $(UNIT_TESTS)
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/sanitize CFLAGS='$(SANITIZE)' \
		$(UNIT_TESTS:$(BUILD)/%=$(BUILD)/sanitize/%)

.PHONY: check-fast
check-fast: lint test-deps ## what needs no machine: lint, unit tests with sanitizers, contract tests; a minute or two
	@$(MAKE) --no-print-directory $(JOBS) unit WITH_OPENRC=yes WITH_MAN=yes
	tests/run $(BUILD)

# From which version the packages are upgraded with services running: the last one that was released.
PREDECESSOR  ?= $(or $(shell git describe --tags --abbrev=0 HEAD^ 2>/dev/null),9ae37b7)
.PHONY: check-all
check-all: test-deps machine-deps ## every test on every release
	@$(MAKE) --no-print-directory $(JOBS) unit WITH_OPENRC=yes WITH_MAN=yes
	boots=$$(cd tests/vm && for boot in boot/*; do [ -e $$boot/release ] || echo $$boot; done | paste -s -d ,); \
	PREDECESSOR=$(PREDECESSOR) POWER_CUTS=17 VM_TIMEOUT=30000 VM_MEMORY=1536 VM_WORDS='MEMORY_STEP=7 ESCAPE=all KILL_STEP=1 FAULT_STEP=7 FAULT_ERRORS=ENOMEM,EPERM,EINTR SET_STEP=11 VRFS=50 MEMBERS=200 ROUNDS=20 SCALE_VRFS=1000 SCALE_IFUP=100 CONTRACT=all WHY_WORLDS=100 MAP_VRFS=1000 SWITCH_ROUNDS=1000 SEQUENCES=250 FRR_PREFIXES=10000' \
	tests/run $(BUILD) bookworm:net,$$boots trixie:net,$$boots forky:net,$$boots \
		bookworm-nolsm:$(WITHOUT_LSM) trixie-nolsm:$(WITHOUT_LSM) forky-nolsm:$(WITHOUT_LSM) \
		bookworm-noipv6:$(WITHOUT_IPV6) alpine-like:$(ALPINE_LIKE) musl:$(MUSL) musl-iproute2-lsm:$(MUSL_IPROUTE2) \
		musl-iproute2:net/confine-device,net/confine-escape $(OTHER_MACHINES)

.PHONY: fuzz
fuzz: ## every fuzzer for FUZZ_SECONDS (60), with libFuzzer if clang has it
	@BUILD=$(BUILD) CC=$(CC) tests/fuzz/run $(or $(FUZZ_SECONDS),60)

.PHONY: bench
bench: test-deps ## ours beside ip vrf exec, netns, nftables, ifupdown-ng's scripts; tables and a plot in build/bench
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/run

# Not what a link in a test's tree happens to lead to on this host.
SHELL_FILES   = $(shell git ls-files -s -- ':!*.md' ':!*.scd' 2>/dev/null | sed -n 's/^100[0-9]* [^	]*	//p' | xargs grep -lE '^\#! ?/bin/sh|^\# shellcheck shell=' 2>/dev/null)

.PHONY: lint
lint: lint-deps ## clang-format, shellcheck, every shell parses every script, cppcheck, both compilers with -Werror, man pages
	tests/layers
	@# text, but for tables, blocks of code and what is quoted
	awk 'length > 100 && !/^([|\t]|    )/ { print FILENAME ": " FNR ": more than 100 columns"; bad = 1 } END { exit bad }' \
		README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md tests/README.md doc/*.md doc/*.scd doc/*/*.md
	@# version 14, Debian 12's: others break some lines elsewhere
	git ls-files '*.[ch]' | xargs clang-format --dry-run -Werror
	printf '%s\n' $(SHELL_FILES) | xargs -P $(JOBS:-j%=%) -n 16 shellcheck -x
	for f in $(SHELL_FILES); do dash -n $$f && busybox ash -n $$f || exit 1; done
	$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/lint-gcc CC=gcc CFLAGS='-O2 -Werror' all $(UNIT_TESTS:$(BUILD)/%=$(BUILD)/lint-gcc/%)
	$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/lint-clang CC=clang CFLAGS='-O2 -Werror' all
	$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/lint-musl CC=musl-gcc \
		CFLAGS='-Os -static -Werror -idirafter /usr/include -idirafter /usr/include/$(shell gcc -print-multiarch)' \
		$(BUILD)/lint-musl/helpers/vrf-exec
	cppcheck $(JOBS) -q --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingIncludeSystem --suppress=varFuncNullUB '--suppress=preprocessorErrorDirective:helpers/*' -I. \
		'-Dnlmsg_for_each_attr(attr,hdr,len,rest)=for (;;)' executor helpers openrc
	for page in $(MANPAGES:$(BUILD)/%=$(BUILD)/lint-gcc/%); do mandoc -Tlint -W error $$page || exit 1; done

.PHONY: check-unit
check-unit: $(UNIT_TESTS) ## the unit tests alone: no root, no machine
	$(Q)for test in $^; do $$test || exit 1; done

# The contract tests of what we install that need no tools but busybox, which build machines of packages have.
PACKAGE_TESTS ?= exec l3mdev vrf table config options dhcp settings
.PHONY: check-package
check-package: all check-unit ## what the build of a package tests: no root, no machine, no tools of tests
	$(Q)for test in $(PACKAGE_TESTS); do BUILD=$(BUILD) ONLY_BUSYBOX=yes tests/contract/$${test}_test >$(BUILD)/$$test.log 2>&1 && \
		echo "$$test: $$(tail -n 1 $(BUILD)/$$test.log)" || { grep -v '^ok' $(BUILD)/$$test.log; exit 1; }; done

# A quarter of an hour; what they found first is in tests/analyze/accepted, each with its reason.
ANALYZE       = gcc clang-tidy cppcheck valgrind
.PHONY: analyze
analyze: analyze-deps unit-programs ## gcc -fanalyzer, clang-tidy, cppcheck, valgrind over the unit tests: nothing without a reason
	tests/analyze/run $(BUILD) $(ANALYZE) -- -std=gnu11 $(ALL_CPPFLAGS) $(NL_CFLAGS) $(RC_CFLAGS)

# A machine to look around in
.PHONY: shell
shell: test-deps ## be root in a machine with OpenRC, ifupdown-ng and vrf-ng, as the tutorial finds it
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/vm/play $(RELEASE)

# Half an hour: what runs only where there is a kernel of its own.
COVERED      ?= bookworm:net/lifecycle,net/stanza,net/bad-input,net/check-routes,net/confine-device,net/confine-members,net/confine-moves,net/drops,net/dhcp-member,net/leaf-bridge,net/listen,net/listen-known,net/map,net/names,net/names-lease,net/member-lines,net/table,net/table-lines,net/why,net/why-services,net/wireguard-vrf,boot/rc-vrf,boot/services
COUNTING      = BUILD=$(abspath $(BUILD))/counting CC=gcc WITH_OPENRC=yes WITH_MAN=yes CFLAGS='-O0 -g --coverage -fprofile-dir=/counts'
.PHONY: coverage-all
coverage-all: test-deps ## ... and that tests in machines (COVERED) run besides
	$(MAKE) --no-print-directory $(JOBS) $(COUNTING) all
	$(MAKE) --no-print-directory $(COUNTING) install DESTDIR=$(abspath $(BUILD))/counting/installed >/dev/null
	tests/analyze/in-machines $(abspath $(BUILD))/counting $(COVERED)
	$(MAKE) --no-print-directory coverage BESIDE=$(abspath $(BUILD))/counting

.PHONY: coverage
coverage: ## lines and branches that unit and contract tests run, by gcov
	$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/coverage CC=gcc STATIC=no WITH_OPENRC=yes WITH_MAN=yes \
		CFLAGS='-O0 -g --coverage' all unit-programs
	tests/analyze/coverage $(abspath $(BUILD)/coverage) $(BESIDE)
