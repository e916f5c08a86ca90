#!/usr/bin/env bash
# Runs uv, the one already here or one taken from PyPI into a private environment.
# From PyPI, not from uv's own site: a machine may reach the package registries and nothing else.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
private=$root/.cache/uv

# The system's own Python (3.11 or later) before any that uv would download.
export UV_PYTHON_PREFERENCE=${UV_PYTHON_PREFERENCE:-system}

# The machine's own certificates: behind an organisation's proxy, only they know its authority.
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
system_certificates=/etc/ssl/certs/ca-certificates.crt
if [[ -r $system_certificates ]]; then
    export PIP_CERT=${PIP_CERT:-$system_certificates}
fi

find_uv() {
    local candidate
    for candidate in "$(command -v uv || true)" "${HOME:-}/.local/bin/uv" "$private/bin/uv"; do
        # A pyenv shim may be on the PATH and have nothing behind it: only one that answers counts.
        if [[ -x $candidate ]] && "$candidate" --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if ! uv=$(find_uv); then
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        "$root/scripts/install-system.sh" python3-venv
    fi
    echo "Installation de uv dans $private" >&2
    python3 -m venv --clear "$private"
    "$private/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.8" >&2
    uv=$private/bin/uv
fi

exec "$uv" --project "$root" "$@"
