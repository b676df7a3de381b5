#!/bin/sh
# The checks that CI runs beside the tests.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff format --check --quiet .
$bin/ruff check --quiet .
$bin/mypy
$bin/hadolint docker/Dockerfile
$bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker/compose*.yaml
if git grep -nIE 'https?://' -- '*.lock' || git grep -nIE -e '--(extra-)?index-url'; then
    echo "a lock file names a package index: run make lock" >&2
    exit 1
fi
echo "all checks passed"
