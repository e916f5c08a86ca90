#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that docgen needs. Silent and without network when none is missing.
#
#   scripts/install-system.sh           what docgen runs on
#   scripts/install-system.sh --test    and what its tests run on
#   scripts/install-system.sh PACKAGE   these packages only
set -euo pipefail

has_command() { command -v "$1" >/dev/null 2>&1; }
has_package() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
is_offered() { [[ -n $(apt-cache show --no-all-versions "$1" 2>/dev/null) ]]; }

missing=()
want() { has_package "$1" || missing+=("$1"); }
want_command() { has_command "$1" || missing+=("$2"); }

# Worth having, never a reason to stop: some releases do not offer them.
extra=()
want_if_offered() { has_package "$1" || extra+=("$1"); }

want_to_run() {
    # The -nogui build replaces a desktop's LibreOffice, so it is only for machines that have none.
    if has_package libreoffice-core; then want libreoffice-writer; else want libreoffice-writer-nogui; fi
    want python3
    want python3-uno
    want fonts-crosextra-carlito
    want fonts-crosextra-caladea
    want fonts-liberation # for Arial, Times New Roman and Courier New, which most Word files name
    want fonts-dejavu-core
    want poppler-utils
    want ca-certificates
    want tzdata
    want_if_offered fonts-symbola
    want_if_offered libjemalloc2
}

want_to_test() {
    want postgresql
    want libjaxb-java
    want libatomic1 # for the Node.js that Playwright brings
    want_command javac default-jdk-headless
    want_command certutil libnss3-tools
    want_command openssl openssl
    want_command faketime faketime
    want_command softhsm2-util softhsm2
    want_command strace strace
    # A real S3 server: Ceph's monitor, disk and gateway.
    want_command radosgw radosgw
    want_command ceph-mon ceph-mon
    want_command ceph-osd ceph-osd
    want_command ceph ceph-common
    want_command curl curl
    want_command shellcheck shellcheck
    has_command chromium || has_command chromium-browser || has_command google-chrome || want_browser
}

# Ubuntu's chromium-browser is only a door to a snap: without a running snapd, as in a container, its
# installation waits half an hour and fails.
want_browser() {
    if ! grep -qs '^ID=ubuntu' /etc/os-release; then
        missing+=(chromium)
    elif has_command snap && snap version >/dev/null 2>&1; then
        missing+=(chromium-browser)
    else
        echo "Aucun navigateur (chromium, google-chrome) : les tests des pages échoueront." >&2
    fi
}

explain() {
    {
        printf 'Il manque des paquets système : %s\n' "${missing[*]}"
        printf '%s\n' "$1"
        printf 'Pour les installer : apt-get install --no-install-recommends %s\n' "${missing[*]}"
    } >&2
    exit 1
}

if ! has_command dpkg-query || ! has_command apt-get; then
    echo "Ce système n'est ni Debian ni Ubuntu : l'installation des paquets système est laissée à vos soins." >&2
    exit 0
fi

case ${1:-} in
    "") want_to_run ;;
    --test) want_to_run && want_to_test ;;
    -*)
        echo "Option inconnue : $1 (seule --test existe)." >&2
        exit 2
        ;;
    *) for package in "$@"; do want "$package"; done ;;
esac

# What is only worth having is asked for along with the rest, or when the machine already knows of it.
if [[ ${#missing[@]} -eq 0 ]]; then
    for package in "${extra[@]}"; do
        if is_offered "$package"; then missing+=("$package"); fi
    done
    [[ ${#missing[@]} -eq 0 ]] && exit 0
    optional_only=yes
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! has_command sudo; then
        [[ ${optional_only:-} ]] && exit 0
        explain "Ce compte n'est pas administrateur et sudo est absent : demandez à une personne qui administre la machine."
    fi
    as_root=(sudo)
fi

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet)
echo "Installation des paquets système : ${missing[*]}" >&2
# A list that can't be refreshed (one dead repository among several) need not stop the installation.
"${apt[@]}" update >&2 || echo "La liste des paquets n'a pas pu être mise à jour entièrement." >&2
if [[ -z ${optional_only:-} ]]; then
    for package in "${extra[@]}"; do
        if is_offered "$package"; then missing+=("$package"); fi
    done
fi
# --no-remove: nothing that the machine already has is taken away to make room.
"${apt[@]}" install --yes --no-install-recommends --no-remove "${missing[@]}" >&2 \
    || explain "apt-get n'a pas pu les installer : voyez son message ci-dessus."
