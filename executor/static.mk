# SPDX-License-Identifier: ISC
#
# executor/static.mk - which programs are linked without shared libraries: those that STATIC names, where
# there are archives to link with.  HELPER_FLAGS is for vrf-exec, STATIC_FLAGS for the executors.

ifneq ($(STATIC),no)
# $(call links,FLAGS,LIBRARIES): FLAGS, if a program can be linked with them
links         = $(shell echo 'int main(void) { return 0; }' | $(CC) $(CFLAGS) $(LDFLAGS) $(1) -o /dev/null -x c - $(2) >/dev/null 2>&1 && echo '$(1)')
# with `yes` the linker says what is missing
MUST_LINK    := $(if $(filter yes,$(STATIC)),-static)
# Fewer pages to fault in at its start: code and constants share theirs, and what nobody calls is not there.
ONE_SEGMENT   = -static -Wl,-z,noseparate-code,--gc-sections$(NO_RELRO)
# musl makes nothing of a static program read-only, and the place for it takes a page of the file.
NO_RELRO     := $(shell echo | $(CC) $(CFLAGS) -E -dM -include features.h - 2>/dev/null | grep -q __GLIBC__ || echo ,-z,norelro)
HELPER_FLAGS := $(or $(call links,$(ONE_SEGMENT)),$(call links,-static),$(MUST_LINK))
endif

ifeq ($(filter no vrf-exec,$(STATIC)),)
NL_ARCHIVES  := $(shell $(PKG_CONFIG) --static --libs libnl-route-3.0 libnl-3.0)
# glibc warns of the resolvers that libnl could ask, and never does for us.
SILENT        = -static -Wl,--no-warnings
STATIC_FLAGS := $(or $(call links,$(SILENT),$(NL_ARCHIVES)),$(call links,-static,$(NL_ARCHIVES)),$(MUST_LINK))
endif
