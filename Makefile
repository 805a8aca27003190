# vrf-ng - service isolation by VRF on OpenRC systems.  `make help` lists the targets.

VERSION       = 0.1.0

PREFIX       ?= /usr
BINDIR       ?= $(PREFIX)/sbin
LIBEXECDIR   ?= $(PREFIX)/libexec
EXECUTOR_PATH ?= $(LIBEXECDIR)/ifupdown-ng
SYSCONFDIR   ?= /etc
DATADIR      ?= $(PREFIX)/share
MANDIR       ?= $(DATADIR)/man
DOCDIR       ?= $(DATADIR)/doc/vrf-ng
VRFLIBDIR    ?= $(LIBEXECDIR)/vrf-ng
DESTDIR      ?=

CC           ?= cc
AR           ?= ar
PKG_CONFIG   ?= pkg-config
SCDOC        ?= scdoc
INSTALL      ?= install
BUILD        ?= build
# auto: build what its libraries are here for; yes: fail without them; no: leave it out
WITH_OPENRC  ?= auto
WITH_MAN     ?= auto
# Shared libraries are most of what it costs to start.  auto: vrf-exec has none where the C library can do
# without; yes: nor have the executors (Alpine: libnl3-static); no: all are linked with them
STATIC       ?= auto

# User flags come last, so that they win.
CFLAGS       ?= -O2 -g
WARNINGS      = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 -Wvla
ALL_CPPFLAGS  = -D_GNU_SOURCE -I. -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
		-DBINDIR='"$(BINDIR)"' -DVRFLIBDIR='"$(VRFLIBDIR)"' -DDATADIR='"$(DATADIR)"' \
		-DEXECUTOR_PATH='"$(EXECUTOR_PATH)"' $(CPPFLAGS)
ALL_CFLAGS    = -std=gnu11 $(WARNINGS) $(CFLAGS)
NL_CFLAGS     = $(shell $(PKG_CONFIG) --cflags libnl-3.0 libnl-route-3.0)
# Fewer pages to fault in at its start: code and constants share theirs.
HELPER_STATIC = -static -Wl,-z,noseparate-code
ifeq ($(STATIC),yes)
STATIC_FLAGS  = -static
HELPER_FLAGS  = $(HELPER_STATIC)
endif
NL_LIBS       = $(shell $(PKG_CONFIG) $(STATIC_FLAGS:-%=--%) --libs libnl-route-3.0 libnl-3.0)
RC_CFLAGS     = $(shell $(PKG_CONFIG) --cflags openrc einfo)
RC_LIBS       = $(shell $(PKG_CONFIG) --libs openrc einfo)

Q = @
ifeq ($(V),1)
Q =
endif

ifeq ($(WITH_OPENRC),auto)
override WITH_OPENRC := $(shell $(PKG_CONFIG) --exists openrc einfo && echo yes || echo no)
endif
ifeq ($(WITH_MAN),auto)
override WITH_MAN := $(shell command -v $(SCDOC) >/dev/null 2>&1 && echo yes || echo no)
endif

ifeq ($(STATIC),auto)
HELPER_FLAGS  := $(shell for flags in '$(HELPER_STATIC)' -static; do echo 'int main(void) { return 0; }' | \
	$(CC) $(LDFLAGS) $$flags -o /dev/null -x c - >/dev/null 2>&1 && echo "$$flags" && break; done)
endif

EXECUTORS     = vrf l3mdev table
# Every other source beside the programs is shared by them.
EXECUTOR_OBJ  = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(EXECUTORS:%=executor/%.c),$(wildcard executor/*.c executor/*/*.c)))
HELPER_OBJ    = $(patsubst %.c,$(BUILD)/%.o,$(filter-out helpers/vrf-exec.c,$(wildcard helpers/*.c helpers/*/*.c)))
RC_OBJ        = $(patsubst %.c,$(BUILD)/%.o,$(wildcard openrc/*.c openrc/*/*.c))
# What of rc-vrf needs no library at all.
RC_PURE       = $(patsubst %,$(BUILD)/openrc/%.o,confd-edit confd-shell confd-text file json print)
UNIT_TESTS    = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
MANPAGES      = $(patsubst %.scd,$(BUILD)/%,$(wildcard doc/*.scd))

PROGRAMS      = $(EXECUTORS:%=$(BUILD)/executor/%) $(BUILD)/helpers/vrf-exec
ifeq ($(WITH_OPENRC)$(wildcard openrc/rc-vrf.c),yesopenrc/rc-vrf.c)
PROGRAMS     += $(BUILD)/openrc/rc-vrf
endif
ifeq ($(WITH_MAN),yes)
PAGES         = $(MANPAGES)
endif

.DELETE_ON_ERROR:
.PHONY: all
all: $(PROGRAMS) $(PAGES) ## build the programs and the man pages

$(BUILD)/executor/%.o: executor/%.c
	$(Q)mkdir -p $(@D)
	@[ -n '$(Q)' ] && echo '  CC   $<' || :
	$(Q)$(CC) $(ALL_CPPFLAGS) $(NL_CFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/openrc/%.o: openrc/%.c
	$(Q)mkdir -p $(@D)
	@[ -n '$(Q)' ] && echo '  CC   $<' || :
	$(Q)$(CC) $(ALL_CPPFLAGS) $(NL_CFLAGS) $(RC_CFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

# helpers/ needs no library at all, and nobody unwinds its stack: a tenth of vrf-exec.
$(BUILD)/helpers/%.o: helpers/%.c
	$(Q)mkdir -p $(@D)
	@[ -n '$(Q)' ] && echo '  CC   $<' || :
	$(Q)$(CC) $(ALL_CPPFLAGS) -MMD -MP -fno-asynchronous-unwind-tables $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/libexecutor.a: $(EXECUTOR_OBJ)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(BUILD)/libhelpers.a: $(HELPER_OBJ)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(EXECUTORS:%=$(BUILD)/executor/%): $(BUILD)/executor/%: $(BUILD)/executor/%.o $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC_FLAGS) -o $@ $^ $(NL_LIBS) $(LIBS)

$(BUILD)/helpers/vrf-exec: $(BUILD)/helpers/vrf-exec.o $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(HELPER_FLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libopenrc.a: $(RC_PURE)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(BUILD)/openrc/rc-vrf: $(RC_OBJ) $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(RC_LIBS) $(NL_LIBS) $(LIBS)

$(BUILD)/doc/%: doc/%.scd
	$(Q)mkdir -p $(@D)
	$(Q)$(SCDOC) < $< > $@

$(BUILD)/tests/unit/%.o: tests/unit/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(NL_CFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(BUILD)/libopenrc.a $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(NL_LIBS) $(LIBS)

-include $(wildcard $(patsubst %,$(BUILD)/%/*.d,executor executor/* helpers helpers/* openrc openrc/* tests/unit))

# Scripts with the paths of this installation.
SUBSTITUTE    = sed -e 's|@EXECUTOR_PATH@|$(EXECUTOR_PATH)|g' -e 's|@VRFLIBDIR@|$(VRFLIBDIR)|g' \
		-e 's|@BINDIR@|$(BINDIR)|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g'
SCRIPTS       = $(BUILD)/hooks/if-leave.sh $(BUILD)/hooks/if-pre-up.sh $(BUILD)/hooks/if-post-up.sh $(BUILD)/hooks/dhclient-enter.sh $(BUILD)/hooks/dhclient.sh \
		$(BUILD)/hooks/udhcpc-script.sh $(BUILD)/hooks/udhcpc.sh $(BUILD)/hooks/dhcpcd.sh $(BUILD)/openrc/vrf.sh $(BUILD)/openrc/vrf.conf
LSBDIR       ?= $(PREFIX)/lib/lsb/init-functions.d
LEAVEDIRS     = $(SYSCONFDIR)/network/if-create.d $(SYSCONFDIR)/network/if-post-down.d
# Where dhcpcd looks: Alpine and Debian up to 13; dhcpcd's own default and Debian since
DHCPCDDIRS   ?= $(PREFIX)/lib/dhcpcd/dhcpcd-hooks $(LIBEXECDIR)/dhcpcd-hooks

$(BUILD)/hooks/%.sh: executor/hooks/%.sh Makefile
	$(Q)mkdir -p $(@D)
	$(Q)$(SUBSTITUTE) $< > $@

$(BUILD)/openrc/vrf.%: openrc/vrf.% Makefile
	$(Q)mkdir -p $(@D)
	$(Q)$(SUBSTITUTE) $< > $@

D = $(DESTDIR)

# Up to 0.62 OpenRC does not see that the dependencies which it has in its cache are out of
# date when a file in rc.conf.d has come or gone.
REFRESH       = [ -n '$(D)' ] || ! command -v rc-update >/dev/null || rc-update -u || echo 'rc-update -u has failed' >&2

.PHONY: install
install: all $(SCRIPTS) ## install below DESTDIR and PREFIX
	$(INSTALL) -d $(D)$(EXECUTOR_PATH) $(D)$(BINDIR) $(D)$(VRFLIBDIR) $(D)$(DOCDIR)/interfaces.d
	@# somebody else's vrf executor is kept aside; uninstall puts it back
	@if [ -e $(D)$(EXECUTOR_PATH)/vrf ] && ! grep -q vrf-ng $(D)$(EXECUTOR_PATH)/vrf; then \
		echo "keeping $(EXECUTOR_PATH)/vrf as $(EXECUTOR_PATH)/vrf.kept"; \
		mv $(D)$(EXECUTOR_PATH)/vrf $(D)$(EXECUTOR_PATH)/vrf.kept; fi
	$(INSTALL) -m 755 $(EXECUTORS:%=$(BUILD)/executor/%) $(D)$(EXECUTOR_PATH)/
	$(INSTALL) -m 755 $(BUILD)/helpers/vrf-exec $(D)$(BINDIR)/
	$(INSTALL) -d $(LEAVEDIRS:%=$(D)%) $(D)$(SYSCONFDIR)/network/if-pre-up.d $(D)$(SYSCONFDIR)/network/if-post-up.d $(D)$(SYSCONFDIR)/dhcp/dhclient-enter-hooks.d \
		$(D)$(SYSCONFDIR)/dhcp/dhclient-exit-hooks.d $(D)$(SYSCONFDIR)/udhcpc/post-bound \
		$(D)$(SYSCONFDIR)/udhcpc/post-renew $(DHCPCDDIRS:%=$(D)%)
	for dir in $(LEAVEDIRS); do $(INSTALL) -m 755 $(BUILD)/hooks/if-leave.sh $(D)$$dir/vrf-ng || exit 1; done
	$(INSTALL) -m 755 $(BUILD)/hooks/if-pre-up.sh $(D)$(SYSCONFDIR)/network/if-pre-up.d/vrf-ng
	$(INSTALL) -m 755 $(BUILD)/hooks/if-post-up.sh $(D)$(SYSCONFDIR)/network/if-post-up.d/vrf-ng
	$(INSTALL) -m 644 $(BUILD)/hooks/dhclient-enter.sh $(D)$(SYSCONFDIR)/dhcp/dhclient-enter-hooks.d/vrf-ng
	$(INSTALL) -m 644 $(BUILD)/hooks/dhclient.sh $(D)$(SYSCONFDIR)/dhcp/dhclient-exit-hooks.d/vrf-ng
	$(INSTALL) -m 755 $(BUILD)/hooks/udhcpc.sh $(D)$(SYSCONFDIR)/udhcpc/post-bound/vrf-ng
	$(INSTALL) -m 755 $(BUILD)/hooks/udhcpc.sh $(D)$(SYSCONFDIR)/udhcpc/post-renew/vrf-ng
	$(INSTALL) -m 755 $(BUILD)/hooks/udhcpc-script.sh $(D)$(VRFLIBDIR)/udhcpc
	for dir in $(DHCPCDDIRS); do $(INSTALL) -m 644 $(BUILD)/hooks/dhcpcd.sh $(D)$$dir/70-vrf-ng || exit 1; done
	$(INSTALL) -d $(D)$(SYSCONFDIR)/rc.conf.d $(D)$(SYSCONFDIR)/user/rc.conf.d
	$(INSTALL) -m 644 $(BUILD)/openrc/vrf.sh $(D)$(VRFLIBDIR)/openrc.sh
	$(INSTALL) -m 644 openrc/settings.sh $(D)$(VRFLIBDIR)/settings.sh
	$(INSTALL) -m 644 $(BUILD)/openrc/vrf.conf $(D)$(SYSCONFDIR)/rc.conf.d/vrf.conf
	@# services of a user, from 0.64 on, read this one instead
	$(INSTALL) -m 644 $(BUILD)/openrc/vrf.conf $(D)$(SYSCONFDIR)/user/rc.conf.d/vrf.conf
	$(INSTALL) -d $(D)$(LSBDIR)
	$(INSTALL) -m 644 openrc/lsb.sh $(D)$(LSBDIR)/50-vrf-ng
	$(INSTALL) -m 644 openrc/conf.d.example README.md CHANGELOG.md doc/*.md $(D)$(DOCDIR)/
	$(INSTALL) -d $(D)$(DOCDIR)/packaging
	$(INSTALL) -m 644 doc/packaging/README.md $(D)$(DOCDIR)/packaging/
	@# the pages lie beside it there
	sed -i 's,](doc/,](,g' $(D)$(DOCDIR)/README.md
	@# a template: it counts only where somebody copies it to modprobe.d
	$(INSTALL) -d $(D)$(DATADIR)/vrf-ng
	$(INSTALL) -m 644 helpers/modprobe.conf $(D)$(DATADIR)/vrf-ng/
	if [ -x $(BUILD)/openrc/rc-vrf ]; then $(INSTALL) -m 755 $(BUILD)/openrc/rc-vrf $(D)$(BINDIR)/; fi
	for f in interfaces.d/*; do [ ! -f $$f ] || $(INSTALL) -m 644 $$f $(D)$(DOCDIR)/interfaces.d/; done
	for page in $(PAGES); do dir=$(D)$(MANDIR)/man$${page##*.}; \
		$(INSTALL) -d $$dir && $(INSTALL) -m 644 $$page $$dir/ || exit 1; done
	@$(REFRESH)

.PHONY: uninstall
uninstall: ## remove what install put there; a vrf executor that it kept comes back
	cd $(D)$(EXECUTOR_PATH) && rm -f $(EXECUTORS) && if [ -e vrf.kept ]; then mv vrf.kept vrf; fi
	rm -f $(D)$(BINDIR)/vrf-exec $(D)$(BINDIR)/rc-vrf
	rm -f $(LEAVEDIRS:%=$(D)%/vrf-ng) $(D)$(SYSCONFDIR)/network/if-pre-up.d/vrf-ng $(D)$(SYSCONFDIR)/network/if-post-up.d/vrf-ng $(D)$(SYSCONFDIR)/dhcp/dhclient-exit-hooks.d/vrf-ng
	rm -f $(D)$(SYSCONFDIR)/udhcpc/post-bound/vrf-ng $(D)$(SYSCONFDIR)/udhcpc/post-renew/vrf-ng
	rm -f $(D)$(SYSCONFDIR)/dhcp/dhclient-enter-hooks.d/vrf-ng $(DHCPCDDIRS:%=$(D)%/70-vrf-ng)
	rm -rf $(D)$(VRFLIBDIR) $(D)$(DOCDIR) $(D)$(DATADIR)/vrf-ng
	for page in $(notdir $(MANPAGES)); do rm -f $(D)$(MANDIR)/man$${page##*.}/$$page; done
	@$(REFRESH)
	@echo 'kept, because they refuse services with vrf=; remove them and run rc-update -u for a stock OpenRC:'
	@echo '$(SYSCONFDIR)/rc.conf.d/vrf.conf $(SYSCONFDIR)/user/rc.conf.d/vrf.conf $(LSBDIR)/50-vrf-ng'

# --- tests -------------------------------------------------------------------

DEPS_DEBIAN   = gcc make pkg-config libc6-dev libnl-3-dev libnl-route-3-dev librc-dev libeinfo-dev scdoc mandoc \
		debootstrap qemu-system-x86 busybox-static musl-tools e2fsprogs cpio kmod util-linux xz-utils zstd \
		iproute2 dash strace shellcheck clang clang-format cppcheck git dpkg-dev debhelper
DEPS_ALPINE   = build-base pkgconf libnl3-dev linux-headers openrc-dev scdoc mandoc debootstrap qemu-system-x86_64 \
		busybox-static musl-dev e2fsprogs e2fsprogs-extra cpio kmod util-linux xz zstd iproute2 dash strace \
		shellcheck clang clang-extra-tools cppcheck git

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
NEEDED        = debootstrap qemu-system-x86_64 musl-gcc cpio scdoc mke2fs shellcheck pkg-config strace mandoc $(if $(wildcard /etc/debian_version),dh)
.PHONY: test-deps
test-deps:
	@for tool in $(NEEDED); do PATH=$$PATH:/usr/sbin:/sbin command -v $$tool >/dev/null || exec $(MAKE) --no-print-directory deps; done
	@$(PKG_CONFIG) --exists libnl-route-3.0 openrc einfo && [ -x /bin/busybox ] || $(MAKE) --no-print-directory deps

SANITIZE      = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
# What `make check` runs in machines; check-all runs everything on every release.
comma         = ,
empty         =
NET           = $(patsubst tests/net/%.sh,net/%,$(filter-out tests/net/lib.sh,$(wildcard tests/net/*.sh)))
LATER         = net/confine-states net/leaf-bridge net/lo-options net/member-lines net/members-back net/ppp-scripts net/routes-wait net/table-lines
CELLS        ?= bookworm:$(subst $(empty) $(empty),$(comma),$(filter-out $(LATER),$(NET))),boot/shared-nic,boot/own-nic,boot/vrf-missing,boot/services,boot/cgroup-modes,boot/packages \
		trixie:net/recipe,net/table,boot/daemons \
		forky:net/recipe,net/wireguard-later,net/dhcp-renewal,net/stanza,net/table,net/confine-device,net/confine-mark,net/confine-members,boot/shared-nic,boot/own-nic \
		bookworm-nolsm:net/confine-escape,boot/rc-vrf \
		alpine-like:net/traps,boot/shared-nic,boot/own-nic
# Those that need no more of ip(8) than testip has.
ALPINE_LIKE   = net/bad-input,net/kill,net/leaf-bridge,net/lo-options,net/members-back,net/parallel,net/ppp-scripts,net/routes-wait,net/table,net/traps,net/dhcp-renewal,net/dhcp-member,boot/plain,boot/vrf-missing,boot/services,boot/scripts,boot/shared-nic,boot/own-nic

# Booted with ipv6.disable=1.
WITHOUT_IPV6  = net/members-back

# Where a program of the LSM has a part in it.
WITHOUT_LSM   = net/confine-device,net/confine-mark,net/confine-members,net/confine-start,net/confine-traffic,net/confine-states,net/confine-escape,boot/services,boot/rc-vrf

.PHONY: unit
unit: all $(UNIT_TESTS)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitize CFLAGS='$(SANITIZE)' \
		$(UNIT_TESTS:$(BUILD)/%=$(BUILD)/sanitize/%)

# A second make, since what deps installs decides what there is to build.
.PHONY: check check-all
check: test-deps ## all tests that matter, on a real kernel in a VM; under 25 minutes
	@$(MAKE) --no-print-directory unit WITH_OPENRC=yes WITH_MAN=yes
	tests/run $(BUILD) $(CELLS)

check-all: test-deps ## every test on every release
	@$(MAKE) --no-print-directory unit WITH_OPENRC=yes WITH_MAN=yes
	boots=$$(cd tests/vm && echo boot/* | tr ' ' ,); \
	VM_TIMEOUT=30000 VM_WORDS='ESCAPE=all KILL_STEP=1 VRFS=50 MEMBERS=200 ROUNDS=20 SCALE_VRFS=1000 SCALE_IFUP=100' \
	tests/run $(BUILD) bookworm:net,$$boots trixie:net,$$boots forky:net,$$boots \
		bookworm-nolsm:$(WITHOUT_LSM) trixie-nolsm:$(WITHOUT_LSM) forky-nolsm:$(WITHOUT_LSM) \
		bookworm-noipv6:$(WITHOUT_IPV6) alpine-like:$(ALPINE_LIKE)

.PHONY: demo
demo: test-deps ## the main job before your eyes, on a real kernel in a VM
	@$(MAKE) --no-print-directory all
	@tests/vm/demo

.PHONY: fuzz
fuzz: ## every fuzzer for FUZZ_SECONDS (60), with libFuzzer if clang has it
	@BUILD=$(BUILD) CC=$(CC) tests/fuzz/run $(or $(FUZZ_SECONDS),60)

.PHONY: bench
bench: test-deps ## ours beside ip vrf exec, netns, nftables, ifupdown-ng's scripts; tables and a plot in build/bench
	@$(MAKE) --no-print-directory all
	@tests/bench/run

# Not what a link in a test's tree happens to lead to on this host.
SHELL_FILES   = $(shell git ls-files -s -- ':!*.md' ':!*.scd' 2>/dev/null | sed -n 's/^100[0-9]* [^	]*	//p' | xargs grep -lE '^\#! ?/bin/sh|^\# shellcheck shell=' 2>/dev/null)

.PHONY: lint
lint: test-deps ## shellcheck, every shell parses every script, cppcheck, both compilers with -Werror, man pages
	tests/layers
	shellcheck -x $(SHELL_FILES)
	for f in $(SHELL_FILES); do dash -n $$f && busybox ash -n $$f || exit 1; done
	$(MAKE) --no-print-directory BUILD=$(BUILD)/lint-gcc CC=gcc CFLAGS='-O2 -Werror' all $(UNIT_TESTS:$(BUILD)/%=$(BUILD)/lint-gcc/%)
	$(MAKE) --no-print-directory BUILD=$(BUILD)/lint-clang CC=clang CFLAGS='-O2 -Werror' all
	$(MAKE) --no-print-directory BUILD=$(BUILD)/lint-musl CC=musl-gcc \
		CFLAGS='-Os -static -Werror -idirafter /usr/include -idirafter /usr/include/$(shell gcc -print-multiarch)' \
		$(BUILD)/lint-musl/helpers/vrf-exec
	cppcheck -q --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingIncludeSystem --suppress=varFuncNullUB '--suppress=preprocessorErrorDirective:helpers/*' -I. \
		'-Dnlmsg_for_each_attr(attr,hdr,len,rest)=for (;;)' executor helpers openrc
	for page in $(MANPAGES); do mandoc -Tlint -W error $$page || exit 1; done

.PHONY: check-unit
check-unit: $(UNIT_TESTS) ## the unit tests alone: no root, no machine
	$(Q)for test in $^; do $$test || exit 1; done

# --- packages; see doc/packaging/README.md -----------------------------------

.PHONY: dist deb aport
dist: ## a tar file of the last commit
	$(Q)mkdir -p $(BUILD)
	git archive --prefix=vrf-ng-$(VERSION)/ -o $(BUILD)/vrf-ng-$(VERSION).tar.gz HEAD

# A copy of the sources, since dpkg-buildpackage wants debian/ at their top.
DEB           = $(BUILD)/deb/vrf-ng-$(VERSION)
deb: ## a Debian package, in BUILD/deb
	rm -rf $(BUILD)/deb
	mkdir -p $(DEB)/tests
	cp -a Makefile README.md CHANGELOG.md LICENSE executor helpers openrc interfaces.d doc $(DEB)/
	cp -a tests/unit $(DEB)/tests/
	mkdir $(DEB)/tests/contract
	cp tests/contract/vrf-settings.table $(DEB)/tests/contract/
	mv $(DEB)/doc/packaging/debian $(DEB)/
	sed -i '1s/(.*)/($(VERSION)-1)/' $(DEB)/debian/changelog
	cd $(DEB) && env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS="$$DEB_BUILD_OPTIONS" \
		dpkg-buildpackage -b --no-sign

aport: dist ## what abuild makes an Alpine package of, in BUILD/aport
	rm -rf $(BUILD)/aport
	cp -R doc/packaging/alpine $(BUILD)/aport
	cp $(BUILD)/vrf-ng-$(VERSION).tar.gz $(BUILD)/aport/
	sed -i 's/^pkgver=.*/pkgver=$(VERSION)/' $(BUILD)/aport/APKBUILD
	cd $(BUILD)/aport && printf '\nsha512sums="\n%s\n"\n' "$$(sha512sum vrf-ng-$(VERSION).tar.gz)" >>APKBUILD

.PHONY: clean help
clean: ## remove what was built, keep the VM roots and kernels
	rm -rf $(BUILD)/executor $(BUILD)/helpers $(BUILD)/openrc $(BUILD)/doc $(BUILD)/hooks $(BUILD)/tests $(BUILD)/sanitize $(BUILD)/fuzz $(BUILD)/bench $(BUILD)/lint-* $(BUILD)/deb $(BUILD)/aport $(BUILD)/*.a

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16
