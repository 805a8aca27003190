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

# User flags come last, so that they win.
CFLAGS       ?= -O2 -g
WARNINGS      = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 -Wvla
ALL_CPPFLAGS  = -D_GNU_SOURCE -I. -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
		-DBINDIR='"$(BINDIR)"' -DVRFLIBDIR='"$(VRFLIBDIR)"' -DEXECUTOR_PATH='"$(EXECUTOR_PATH)"' $(CPPFLAGS)
ALL_CFLAGS    = -std=gnu11 $(WARNINGS) $(CFLAGS)
NL_CFLAGS     = $(shell $(PKG_CONFIG) --cflags libnl-3.0 libnl-route-3.0)
NL_LIBS       = $(shell $(PKG_CONFIG) --libs libnl-route-3.0 libnl-3.0)
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

EXECUTORS     = vrf l3mdev table
# Every other source beside the programs is shared by them.
EXECUTOR_OBJ  = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(EXECUTORS:%=executor/%.c),$(wildcard executor/*.c)))
HELPER_OBJ    = $(patsubst %.c,$(BUILD)/%.o,$(filter-out helpers/vrf-exec.c,$(wildcard helpers/*.c)))
RC_OBJ        = $(patsubst %.c,$(BUILD)/%.o,$(wildcard openrc/*.c))
UNIT_TESTS    = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
MANPAGES      = $(patsubst %.scd,$(BUILD)/%,$(wildcard doc/*.scd))

PROGRAMS      = $(EXECUTORS:%=$(BUILD)/executor/%) $(BUILD)/helpers/vrf-exec
ifeq ($(WITH_OPENRC),yes)
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

# helpers/ needs no library at all
$(BUILD)/helpers/%.o: helpers/%.c
	$(Q)mkdir -p $(@D)
	@[ -n '$(Q)' ] && echo '  CC   $<' || :
	$(Q)$(CC) $(ALL_CPPFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/libexecutor.a: $(EXECUTOR_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/libhelpers.a: $(HELPER_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(EXECUTORS:%=$(BUILD)/executor/%): $(BUILD)/executor/%: $(BUILD)/executor/%.o $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(NL_LIBS) $(LIBS)

$(BUILD)/helpers/vrf-exec: $(BUILD)/helpers/vrf-exec.o $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/openrc/rc-vrf: $(RC_OBJ) $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	@[ -n '$(Q)' ] && echo '  LD   $@' || :
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(RC_LIBS) $(NL_LIBS) $(LIBS)

$(BUILD)/doc/%: doc/%.scd
	$(Q)mkdir -p $(@D)
	$(Q)$(SCDOC) < $< > $@

$(BUILD)/tests/unit/%.o: tests/unit/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(NL_CFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(BUILD)/libexecutor.a $(BUILD)/libhelpers.a
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(NL_LIBS) $(LIBS)

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

.PHONY: clean help
clean: ## remove what was built, keep the VM roots and kernels
	rm -rf $(BUILD)/executor $(BUILD)/helpers $(BUILD)/openrc $(BUILD)/doc $(BUILD)/tests $(BUILD)/*.a

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16
