#!/bin/sh
# Brings PostgreSQL's regression suite from Debian's archive: fetch.sh FOLDER
# It needs apt and no configured source packages; what it fetches is checked and not kept.
set -eu
version=15.18-0+deb12u1
sum=11df0df97fe3ea4ba9a791faaf39cee1d2fe571e78885b5b55d8517d27c323b4
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/parts" "$work/src"
for f in /etc/apt/sources.list.d/debian*.sources; do
  sed 's/^Types: deb$/Types: deb-src/' "$f" > "$work/parts/$(basename "$f")"
done
set -- -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root
apt-get "$@" update -qq
(cd "$work/src" && apt-get "$@" source --download-only -qq "postgresql-15=$version")
archive=$(ls "$work"/src/*.orig.tar.bz2)
echo "$sum  $archive" | sha256sum --check --quiet
mkdir -p "$out"
tar -xjf "$archive" -C "$out" --strip-components=3 --wildcards '*/src/test/regress/*'
