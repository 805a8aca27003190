# vrf-ng - service isolation by VRF on OpenRC systems.  `make help` lists the targets.

VERSION      := $(shell sed -n '/^\#\# \([0-9][0-9.]*\).*/{s//\1/p;q}' CHANGELOG.md)

PREFIX       ?= /usr
BINDIR       ?= $(PREFIX)/sbin
LIBEXECDIR   ?= $(PREFIX)/libexec
EXECUTOR_PATH ?= $(LIBEXECDIR)/ifupdown-ng
SYSCONFDIR   ?= /etc
DATADIR      ?= $(PREFIX)/share
MANDIR       ?= $(DATADIR)/man
DOCDIR       ?= $(DATADIR)/doc/vrf-ng
VRFLIBDIR    ?= $(LIBEXECDIR)/vrf-ng
BASHDIR      ?= $(DATADIR)/bash-completion/completions
ZSHDIR       ?= $(DATADIR)/zsh/site-functions
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
# Shared libraries are most of what it costs to start.  auto: the executors and vrf-exec have none where archives
# are there to link with (Alpine: libnl3-static); vrf-exec: that alone; yes: fail without; no: all have libraries
STATIC       ?= auto

CFLAGS       ?= -O2 -g # the user's come last, so that they win
WARNINGS      = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 -Wvla
ALL_CPPFLAGS  = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -I. -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
		-DBINDIR='"$(BINDIR)"' -DVRFLIBDIR='"$(VRFLIBDIR)"' -DDATADIR='"$(DATADIR)"' \
		-DEXECUTOR_PATH='"$(EXECUTOR_PATH)"' -DLSBDIR='"$(LSBDIR)"' $(CPPFLAGS)
ALL_CFLAGS    = -std=gnu11 -ffile-prefix-map=$(CURDIR)=. $(WARNINGS) $(CFLAGS) # the same bytes wherever the tree lies
# $(call once,NAME,COMMAND): what a command prints, when it is first needed and not again
once          = $(eval $(1) := $$(shell $(2)))$($(1))
NL_CFLAGS     = $(call once,NL_CFLAGS,$(PKG_CONFIG) --cflags libnl-3.0 libnl-route-3.0)
NL_LIBS       = $(call once,NL_LIBS,$(PKG_CONFIG) $(if $(STATIC_FLAGS),--static) --libs libnl-route-3.0 libnl-3.0)
RC_CFLAGS     = $(call once,RC_CFLAGS,$(PKG_CONFIG) --cflags openrc einfo)
RC_LIBS       = $(call once,RC_LIBS,$(PKG_CONFIG) --libs openrc einfo)
Q             = $(if $(filter 1,$(V)),,@)
say           = $(if $(Q),echo '  $(1)   $(2)',:)

# These two look at nothing on this system.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),all)),)
override WITH_OPENRC := $(if $(filter auto,$(WITH_OPENRC)),$(shell $(PKG_CONFIG) --exists openrc einfo && echo yes || echo no),$(WITH_OPENRC))
override WITH_MAN := $(if $(filter auto,$(WITH_MAN)),$(shell command -v $(SCDOC) >/dev/null 2>&1 && echo yes || echo no),$(WITH_MAN))
include executor/static.mk
endif

EXECUTORS     = vrf l3mdev table # every other source beside these programs is shared by them
EXECUTOR_OBJ  = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(EXECUTORS:%=executor/%.c),$(wildcard executor/*.c executor/*/*.c)))
HELPERS       = vrf-exec vrf-listen
HELPER_OBJ    = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(HELPERS:%=helpers/%.c) helpers/start.c,$(wildcard helpers/*.c helpers/*/*.c)))
RC_OBJ        = $(patsubst %.c,$(BUILD)/%.o,$(wildcard openrc/*/*.c))
# what of rc-vrf needs no library at all
RC_PURE       = $(patsubst %,$(BUILD)/openrc/%.o,$(addprefix state/,asked confd-edit confd-shell confd-slip confd-text drops-packet file kernel listen-word memory naming socket-text typo unrouted-line) rc-vrf/complete-words rc-vrf/json rc-vrf/print $(addprefix rc-vrf/map-,dot layout model svg text) $(addprefix rc-vrf/why-,judge judge-back judge-listen judge-out judge-route rules target))
UNIT_TESTS    = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
MANPAGES      = $(patsubst %.scd,$(BUILD)/%,$(wildcard doc/*.scd))

PROGRAMS      = $(EXECUTORS:%=$(BUILD)/executor/%) $(HELPERS:%=$(BUILD)/helpers/%) $(if $(filter yes,$(WITH_OPENRC)),$(BUILD)/openrc/rc-vrf/rc-vrf)
PAGES         = $(if $(filter yes,$(WITH_MAN)),$(MANPAGES))

.DELETE_ON_ERROR:
.PHONY: all install uninstall demo check clean help
all: $(PROGRAMS) $(PAGES) ## build the programs and the man pages

# $(call compile,FLAGS), $(call link,FLAGS,LIBRARIES)
define compile
@mkdir -p $(@D); $(call say,CC,$<)
$(Q)$(CC) $(ALL_CPPFLAGS) -MMD -MP $(1) $(ALL_CFLAGS) -c -o $@ $<
endef
define link
@$(call say,LD,$@)
$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(MAP) $(1) -o $@ $^ $(2) $(LIBS)
endef

$(BUILD)/executor/%.o: executor/%.c
	$(call compile,$(NL_CFLAGS))
$(BUILD)/openrc/%.o: openrc/%.c
	$(call compile,$(NL_CFLAGS) $(RC_CFLAGS))
# helpers/ needs no library at all, and nobody unwinds its stack: a tenth of vrf-exec.  One section a function: static.mk.
$(BUILD)/helpers/%.o: helpers/%.c
	$(call compile,-fno-asynchronous-unwind-tables -ffunction-sections)
$(BUILD)/tests/unit/%.o: tests/unit/%.c
	$(call compile,$(NL_CFLAGS))

$(BUILD)/libexecutor.a: $(EXECUTOR_OBJ)
$(BUILD)/libhelpers.a: $(HELPER_OBJ)
$(BUILD)/libopenrc.a: $(RC_PURE)
# q, not r: of two members with one name that would keep one.
$(BUILD)/lib%.a:
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(EXECUTORS:%=$(BUILD)/executor/%): $(BUILD)/executor/%: $(BUILD)/executor/%.o $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	$(call link,$(STATIC_FLAGS),$(NL_LIBS))
$(HELPERS:%=$(BUILD)/helpers/%): %: %.o $(BUILD)/helpers/start.o $(BUILD)/libhelpers.a
	$(call link,$(HELPER_FLAGS))
$(BUILD)/openrc/rc-vrf/rc-vrf: $(RC_OBJ) $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	$(call link,,$(RC_LIBS) $(NL_LIBS))
$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(BUILD)/libopenrc.a $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	$(call link,$(UNIT_FLAGS),$(NL_LIBS))
# It has memory run out.
$(BUILD)/tests/unit/netlink_test: private UNIT_FLAGS = -Wl,--wrap=realloc

$(BUILD)/doc/%: doc/%.scd CHANGELOG.md
	$(Q)mkdir -p $(@D) && sed '1s/$$/ "vrf-ng $(VERSION)"/' $< | SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(stat -c %Y $<)} $(SCDOC) > $@

-include $(wildcard $(patsubst %,$(BUILD)/%/*.d,executor executor/* helpers helpers/* openrc openrc/* tests/unit))

# Scripts with the paths of this installation.
SUBSTITUTE    = sed -e 's|@EXECUTOR_PATH@|$(EXECUTOR_PATH)|g' -e 's|@VRFLIBDIR@|$(VRFLIBDIR)|g' \
		-e 's|@BINDIR@|$(BINDIR)|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g'
SCRIPTS       = $(patsubst executor/%,$(BUILD)/%,$(wildcard executor/hooks/*.sh)) $(patsubst %,$(BUILD)/openrc/hook/%,openrc.sh vrf.conf lsb.sh)
LSBDIR       ?= $(PREFIX)/lib/lsb/init-functions.d
NETWORKDIR    = $(SYSCONFDIR)/network
LEAVEDIRS     = $(NETWORKDIR)/if-create.d $(NETWORKDIR)/if-post-down.d
HOOKDIRS      = $(LEAVEDIRS) $(NETWORKDIR)/if-pre-up.d $(NETWORKDIR)/if-post-up.d $(SYSCONFDIR)/udhcpc/post-bound \
		$(SYSCONFDIR)/udhcpc/post-renew $(SYSCONFDIR)/dhcp/dhclient-enter-hooks.d $(SYSCONFDIR)/dhcp/dhclient-exit-hooks.d
# Where dhcpcd looks: Alpine and Debian up to 13; dhcpcd's own default and Debian since
DHCPCDDIRS   ?= $(PREFIX)/lib/dhcpcd/dhcpcd-hooks $(LIBEXECDIR)/dhcpcd-hooks

$(BUILD)/hooks/%.sh: executor/hooks/%.sh Makefile
	$(Q)mkdir -p $(@D) && $(SUBSTITUTE) $< > $@
$(BUILD)/openrc/hook/%: openrc/hook/% Makefile
	$(Q)mkdir -p $(@D) && $(SUBSTITUTE) $< > $@
HOOK_PARTS    = begin says check enter follow leave look replace depend end
$(BUILD)/openrc/hook/openrc.sh: $(HOOK_PARTS:%=openrc/hook/parts/%.sh) Makefile
	$(Q)mkdir -p $(@D) && cat $(filter-out Makefile,$^) | $(SUBSTITUTE) > $@
# Up to 0.62 OpenRC does not see that the dependencies which it has in its cache are out of
# date when a file in rc.conf.d has come or gone.
REFRESH       = [ -n '$(DESTDIR)' ] || ! command -v rc-update >/dev/null || rc-update -u || echo 'rc-update -u has failed' >&2

# $(call put,MODE,FILES,DIRECTORY), $(call put_as,MODE,FILE,PATH)
put           = $(INSTALL) -d $(DESTDIR)$(3) && $(INSTALL) -m $(1) $(2) $(DESTDIR)$(3)/
put_as        = $(INSTALL) -d $(DESTDIR)$(dir $(3)) && $(INSTALL) -m $(1) $(2) $(DESTDIR)$(3)

install: all $(SCRIPTS) ## install below DESTDIR and PREFIX
	@# somebody else's vrf executor is kept aside; uninstall puts it back
	@if [ -e $(DESTDIR)$(EXECUTOR_PATH)/vrf ] && ! grep -q vrf-ng $(DESTDIR)$(EXECUTOR_PATH)/vrf; then \
		echo "keeping $(EXECUTOR_PATH)/vrf as $(EXECUTOR_PATH)/vrf.kept"; \
		mv $(DESTDIR)$(EXECUTOR_PATH)/vrf $(DESTDIR)$(EXECUTOR_PATH)/vrf.kept; fi
	$(call put,755,$(EXECUTORS:%=$(BUILD)/executor/%),$(EXECUTOR_PATH))
	$(call put,755,$(filter-out $(BUILD)/executor/%,$(PROGRAMS)),$(BINDIR))
	for dir in $(LEAVEDIRS); do $(call put_as,755,$(BUILD)/hooks/if-leave.sh,$$dir/vrf-ng) || exit 1; done
	for when in pre-up post-up; do \
		$(call put_as,755,$(BUILD)/hooks/if-$$when.sh,$(NETWORKDIR)/if-$$when.d/vrf-ng) || exit 1; done
	$(call put_as,644,$(BUILD)/hooks/dhclient-enter.sh,$(SYSCONFDIR)/dhcp/dhclient-enter-hooks.d/vrf-ng)
	$(call put_as,644,$(BUILD)/hooks/dhclient.sh,$(SYSCONFDIR)/dhcp/dhclient-exit-hooks.d/vrf-ng)
	for when in bound renew; do \
		$(call put_as,755,$(BUILD)/hooks/udhcpc.sh,$(SYSCONFDIR)/udhcpc/post-$$when/vrf-ng) || exit 1; done
	for dir in $(DHCPCDDIRS); do $(call put_as,644,$(BUILD)/hooks/dhcpcd.sh,$$dir/70-vrf-ng) || exit 1; done
	$(call put_as,755,$(BUILD)/hooks/udhcpc-script.sh,$(VRFLIBDIR)/udhcpc)
	$(call put,644,$(BUILD)/openrc/hook/openrc.sh openrc/hook/settings.sh $(BUILD)/openrc/hook/vrf.conf,$(VRFLIBDIR))
	$(call put,644,$(BUILD)/openrc/hook/vrf.conf,$(SYSCONFDIR)/rc.conf.d)
	$(call put,644,$(BUILD)/openrc/hook/vrf.conf,$(SYSCONFDIR)/user/rc.conf.d) # read by those of users, from 0.64 on
	$(call put_as,644,$(BUILD)/openrc/hook/lsb.sh,$(LSBDIR)/50-vrf-ng)
	$(call put,644,openrc/hook/conf.d.example README.md CHANGELOG.md SECURITY.md $(LINKED) $(wildcard doc/*.md),$(DOCDIR))
	$(call put,644,doc/packaging/README.md,$(DOCDIR)/packaging)
	$(call put,644,$(wildcard interfaces.d/*),$(DOCDIR)/interfaces.d)
	$(call put,644,$(wildcard doc/pictures/*.svg),$(DOCDIR)/pictures)
	$(foreach file,$(shell find doc/worlds -type f),$(call put_as,$(if $(shell test -x $(file) && echo x),755,644),$(file),$(DOCDIR)/$(file:doc/%=%)) &&) true
	@# the pages and the examples lie beside them there
	cd $(DESTDIR)$(DOCDIR) && sed -i 's,](doc/,](,g; s,](\(../\)*../\(interfaces.d\|CHANGELOG\|README\),](\1\2,g' *.md */*.md
	$(if $(filter %/rc-vrf,$(PROGRAMS)),$(call put,644,openrc/completion/rc-vrf openrc/completion/vrf-exec,$(BASHDIR)) && $(call put,644,openrc/completion/_rc-vrf,$(ZSHDIR)))
	@# a template: it counts only where somebody copies it to modprobe.d
	$(call put,644,helpers/modprobe.conf,$(DATADIR)/vrf-ng)
	for page in $(PAGES); do $(call put,644,$$page,$(MANDIR)/man$${page##*.}) || exit 1; done
	@$(REFRESH)

uninstall: ## remove what install put there; a vrf executor that it kept comes back
	cd $(DESTDIR)$(EXECUTOR_PATH) && rm -f $(EXECUTORS) && if [ -e vrf.kept ]; then mv vrf.kept vrf; fi
	rm -f $(HELPERS:%=$(DESTDIR)$(BINDIR)/%) $(DESTDIR)$(BINDIR)/rc-vrf $(DESTDIR)$(BASHDIR)/vrf-exec $(DESTDIR)$(BASHDIR)/rc-vrf $(DESTDIR)$(ZSHDIR)/_rc-vrf
	rm -f $(HOOKDIRS:%=$(DESTDIR)%/vrf-ng) $(DHCPCDDIRS:%=$(DESTDIR)%/70-vrf-ng)
	rm -rf $(DESTDIR)$(VRFLIBDIR) $(DESTDIR)$(DOCDIR) $(DESTDIR)$(DATADIR)/vrf-ng
	for page in $(notdir $(MANPAGES)); do rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page; done
	@$(REFRESH)
	@printf '%s\n' 'kept, because they refuse services with vrf=; remove them and run rc-update -u for a stock OpenRC:' \
		'$(SYSCONFDIR)/rc.conf.d/vrf.conf $(SYSCONFDIR)/user/rc.conf.d/vrf.conf $(LSBDIR)/50-vrf-ng'

-include tests/matrix.mk tests/tests.mk doc/packaging/package.mk

demo: test-deps ## the main job before your eyes, on a real kernel in a VM
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/vm/demo

# A second make, since what deps installs decides what there is to build.
check: test-deps ## all tests that matter, on a real kernel in a VM; about half an hour on two cores
	@$(MAKE) --no-print-directory $(JOBS) unit WITH_OPENRC=yes WITH_MAN=yes
	tests/run $(BUILD) $(CELLS)

clean: ## remove what was built, keep the VM roots and kernels
	rm -rf $(BUILD)/executor $(BUILD)/helpers $(BUILD)/openrc $(BUILD)/doc $(BUILD)/hooks $(BUILD)/tests $(BUILD)/sanitize $(BUILD)/fuzz $(BUILD)/bench $(BUILD)/lint-* $(BUILD)/deb $(BUILD)/aport $(BUILD)/*.a

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
