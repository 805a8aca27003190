# SPDX-License-Identifier: ISC
# doc/packaging/package.mk - packages; see README.md here.  Part of the Makefile.

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
	cp -a tests/unit tests/tests.mk tests/matrix.mk $(DEB)/tests/
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
