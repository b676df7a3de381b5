#!/bin/sh
# Writes the three lock files. pip installs them; uv is only the maintainers' tool for writing them.
# No index address and no header: what comes from where is the installing machine's business.
set -eu
cd "$(dirname "$0")/.."
compile() {
    name=$1
    shift
    "${UV:-.venv/bin/uv}" pip compile pyproject.toml "$@" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --quiet \
        -o "requirements/$name.lock"
}
# The largest set is resolved first, so that the smaller ones are subsets of it.
compile dev --extra demo --group dev
compile demo --extra demo -c requirements/dev.lock
compile run -c requirements/dev.lock
