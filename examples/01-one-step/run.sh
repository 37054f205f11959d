#!/bin/sh
# Runs the example in a folder of its own, which is removed at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
baton() { ${BATON:-node "$here/../../bin/baton.cjs"} "$@"; }
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export BATON_HOME="$place/home"

cp -R "$here/project" "$place/project"
cd "$place/project"
git init -q -b main
git add --all
git -c user.name=Example -c user.email=example@example.org commit -q -m 'The project'

# A sandbox where this machine has one; else without, as its first line then says.
baton init --isolation strict --no-smoke > /dev/null 2>&1 || baton init --isolation basic --no-smoke > /dev/null 2>&1 || baton init --isolation none --no-smoke > /dev/null
baton trust --show
baton trust --digest "$(baton trust --show --json | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')" > /dev/null

baton run plan.yaml
baton show greet
echo "On baton/hello: $(git show baton/hello:greeting.txt)"
