#!/usr/bin/env bash
# Builds packaging/build/fentryctl_VERSION_ARCHITECTURE.deb from dist/ and node_modules, and prints its path. Needs dpkg-deb, and no
# privilege. The same checkout gives the same bytes. DEB_HOST_ARCH builds for another architecture (amd64, arm64).
# Exit status 69: this machine lacks something, and what is said.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

main() {
	command -v dpkg-deb >/dev/null || fail 'no dpkg-deb: packages are built on Debian and its like'
	[[ -f dist/command/main.cjs ]] || fail 'nothing to package: npm run build'
	version=$(node -p 'require("./package.json").version')
	architecture=${DEB_HOST_ARCH:-$(dpkg --print-architecture)}
	koffi=node_modules/@koromix/koffi-linux-$(node_architecture)
	[[ -d $koffi ]] || fail "koffi is not here for $architecture: npm install --no-save --force --cpu=$(node_architecture) ${koffi#node_modules/}"
	epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y package.json)}
	root=$(mktemp -d)
	trap 'rm -rf -- "$root"' EXIT
	chmod 755 "$root"
	put_program
	put_units
	put_completions
	put_papers
	put_control
	build
}

fail() { echo "build:deb: $*" >&2; exit 69; }

# As Node names it.
node_architecture() {
	case $architecture in
	amd64) echo x64 ;;
	arm64) echo arm64 ;;
	*) fail "no package for $architecture: amd64 and arm64 only" ;;
	esac
}

# Laid out as in the npm package. Of koffi, what runs here: neither its sources nor its build for another libc.
put_program() {
	local to=$root/usr/lib/fentryctl file
	copy 644 package.json "$to/package.json"
	copy 644 schemas/manifest.schema.json "$to/schemas/manifest.schema.json"
	for file in dist/command/*.cjs; do copy 644 "$file" "$to/$file"; done
	chmod 755 "$to/dist/command/main.cjs"
	# Debian's own Node, whatever else is in $PATH: that is what the package depends on, and what the units run.
	sed -i '1s|.*|#!/usr/bin/node|' "$to/dist/command/main.cjs"
	for file in package.json index.cjs src/koffi/index.cjs src/koffi/src/static.cjs; do
		copy 644 "node_modules/koffi/$file" "$to/node_modules/koffi/$file"
	done
	for file in package.json index.js "linux_$(node_architecture)/koffi.node"; do
		copy 644 "$koffi/$file" "$to/$koffi/$file"
	done
	mkdir -p "$root/usr/bin" "$root/etc/fentryctl"
	ln -s ../lib/fentryctl/dist/command/main.cjs "$root/usr/bin/fentryctl"
}

put_units() {
	local to=$root/usr/lib/systemd/system
	mkdir -p "$to"
	node --import tsx packaging/deb/write-units.ts "$to"
}

put_completions() {
	local share=$root/usr/share
	mkdir -p "$share"/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
	completion bash >"$share/bash-completion/completions/fentryctl"
	completion zsh >"$share/zsh/vendor-completions/_fentryctl"
	completion fish >"$share/fish/vendor_completions.d/fentryctl.fish"
}

completion() { node dist/command/main.cjs completion "$1"; }

put_papers() {
	local to=$root/usr/share/doc/fentryctl
	mkdir -p "$to"
	cat packaging/deb/copyright dist/command/LICENSES <(echo koffi) node_modules/koffi/LICENSE.txt >"$to/copyright"
	gzip -9n <README.md >"$to/README.md.gz"
	gzip -9n <CHANGELOG.md >"$to/NEWS.gz"
	debian_changelog | gzip -9n >"$to/changelog.gz"
}

debian_changelog() {
	cat <<-END
		fentryctl ($version) unstable; urgency=medium

		  * What is new: NEWS.gz

		 -- $(maintainer)  $(date -R -d "@$epoch")
	END
}

# Who builds a package may say so, as with Debian's own tools.
maintainer() { echo "${DEBFULLNAME:-fentryctl} <${DEBEMAIL:-fentryctl@packages.invalid}>"; }

# Of the libraries, what dpkg-shlibdeps of Debian 12 says of koffi.
put_control() {
	local script
	mkdir "$root/DEBIAN"
	sed -e "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@MAINTAINER@|$(maintainer)|" \
		-e "s|@SIZE@|$(du -ks --apparent-size --exclude DEBIAN "$root" | cut -f1)|" packaging/deb/control >"$root/DEBIAN/control"
	for script in postinst prerm postrm; do copy 755 "packaging/deb/$script" "$root/DEBIAN/$script"; done
	(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
}

build() {
	local directory=${OUT:-packaging/build}
	local file=$directory/fentryctl_${version}_$architecture.deb
	mkdir -p "$directory"
	# A container is built from what lies there: none of another version.
	[[ -n ${OUT:-} ]] || rm -f packaging/build/fentryctl_*.deb
	find "$root" -exec touch -h -d "@$epoch" {} +
	SOURCE_DATE_EPOCH=$epoch dpkg-deb -Zxz --root-owner-group --build "$root" "$file" >/dev/null
	echo "$file"
}

copy() { install -D -m "$1" "$2" "$3"; }

main
