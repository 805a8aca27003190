# SPDX-License-Identifier: ISC
# doc/packaging/package.mk - packages; see README.md here.  Part of the Makefile.

# What is inside of the programs that is not ours; the linker writes it down.
LINKED        = $(BUILD)/linked.txt
$(PROGRAMS): MAP = -Wl,-Map=$@.map
# of a program that was linked before it was asked for this
$(PROGRAMS:%=%.map): %.map: %
	$(Q)[ -e $@ ] || { rm $<; $(MAKE) --no-print-directory $<; } && touch $@
$(LINKED): doc/packaging/linked CHANGELOG.md $(PROGRAMS:%=%.map)
	$(Q)$< $(VERSION) $(PROGRAMS) >$@
install: $(LINKED)

# With git what was committed, else what there is, as of a tar file of that: one tree, the same bytes.
DIST          = $(BUILD)/dist/vrf-ng-$(VERSION)
TARBALL       = $(BUILD)/vrf-ng-$(VERSION).tar.gz
.PHONY: dist deb aport
dist: ## a tar file of the last commit, the same bytes each time, and from what is in it
	$(Q)rm -rf $(BUILD)/dist && mkdir -p $(DIST)
	$(Q)if [ -e .git ]; then git archive HEAD; else tar -c --exclude=./build --exclude=$(BUILD) .; fi | tar -x -C $(DIST)
	$(Q)cd $(BUILD)/dist && tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--mtime=@$$([ -e $(CURDIR)/.git ] && git -C $(CURDIR) log -1 --format=%ct || stat -c %Y $(CURDIR)/CHANGELOG.md) \
		-c vrf-ng-$(VERSION) | gzip -9n >$(abspath $(TARBALL))
	$(Q)rm -rf $(BUILD)/dist

# A copy of the sources, since dpkg-buildpackage wants debian/ at their top.
DEB           = $(BUILD)/deb/vrf-ng-$(VERSION)
deb: ## a Debian package, in BUILD/deb
	rm -rf $(BUILD)/deb
	mkdir -p $(DEB)/tests
	cp -a Makefile README.md CHANGELOG.md SECURITY.md LICENSE executor helpers openrc interfaces.d doc $(DEB)/
	cp -a tests/unit tests/contract tests/tests.mk tests/matrix.mk $(DEB)/tests/
	mv $(DEB)/doc/packaging/debian $(DEB)/
	sed -i '1s/(.*)/($(VERSION)-1)/' $(DEB)/debian/changelog
	cd $(DEB) && env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS="$$DEB_BUILD_OPTIONS" \
		dpkg-buildpackage -b --no-sign

aport: dist ## what abuild makes an Alpine package of, in BUILD/aport
	rm -rf $(BUILD)/aport
	cp -R doc/packaging/alpine $(BUILD)/aport
	cp $(TARBALL) $(BUILD)/aport/
	sed -i 's/^pkgver=.*/pkgver=$(VERSION)/' $(BUILD)/aport/APKBUILD
	cd $(BUILD)/aport && printf '\nsha512sums="\n%s\n"\n' "$$(sha512sum vrf-ng-$(VERSION).tar.gz)" >>APKBUILD
