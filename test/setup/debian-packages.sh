# Sourced by who needs Debian packages and has `say` and `requirements`, whose lines are: a test that it is there, the
# package that brings it, what for. Sets `missing`.

find_missing() {
	local probe package purpose
	while IFS='|' read -r probe package purpose; do
		$probe &>/dev/null && continue
		say "missing: $package ($purpose)"
		missing+=("$package")
	done < <(requirements)
}

# What is missing, if root; status 1: it could not be installed, and why is said.
install_missing() {
	[[ ${#missing[@]} -gt 0 ]] || return 0
	if ! command -v apt-get >/dev/null; then
		say 'this is no Debian: install the above under the names that they have here'
		return 1
	elif [[ $(id -u) -ne 0 ]]; then
		say "only root can install them: apt-get install --no-install-recommends ${missing[*]}"
		return 1
	fi
	apt_install "${missing[@]}" || { say 'not all of them could be installed'; return 1; }
	missing=()
}

apt_install() {
	export DEBIAN_FRONTEND=noninteractive
	# Lists that are absent or old do not know the packages of today; asking first costs nothing.
	apt-get install -y --no-install-recommends "$@" >&2 && return
	say 'once more with fresh package lists'
	apt-get update >&2 && apt-get install -y --no-install-recommends "$@" >&2
}
