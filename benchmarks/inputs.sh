#!/usr/bin/env bash
# Makes the inputs of the comparisons from packages, below a directory: `benchmarks/inputs.sh DIRECTORY [deb|fat|node ...]`.
#   deb   a minimal Debian: deb.tar, deb.tar.gz (gzip -6), the tree deb/, and deb.mut/, the tree with a few percent changed
#   fat   a Debian with compilers, a JDK, git and python (68,000 entries): fat.tar and so on
#   node  a tree of node_modules (70,000 entries): node.tar and so on
# Needs root, mmdebstrap, gzip, and npm for node. What is there already is kept.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,6s/^# //p' "$0"; exit 2; }
mkdir -p "$1"
cd "$1"
shift
[ $# -gt 0 ] || set -- deb

fat=gcc,g++,git,python3,perl,openjdk-17-jdk-headless,libboost-dev,make,cmake,vim,curl
node='next @mui/material @angular/cli webpack typescript eslint jest'

# About 2 % of the files changed, 1 % gone, 1 % with another mode, 1.5 % new.
mutate() {
  cp -a "$1" "$1.mut"
  (
    cd "$1.mut"
    find . -xdev -type f -links 1 -print0 | LC_ALL=C sort -z > "../$1.files"
    awk 'BEGIN { RS = ORS = "\0" } NR % 50 == 7' "../$1.files" \
      | while IFS= read -r -d '' file; do printf 'changed\n' >> "$file"; done
    awk 'BEGIN { RS = ORS = "\0" } NR % 100 == 13' "../$1.files" | xargs -0 rm -f
    awk 'BEGIN { RS = ORS = "\0" } NR % 100 == 29' "../$1.files" | xargs -0 chmod 0640
    awk 'BEGIN { RS = ORS = "\0" } NR % 67 == 31' "../$1.files" \
      | while IFS= read -r -d '' file; do [ ! -f "$file" ] || cp "$file" "$file.new"; done
  )
  rm "$1.files"
}

unpack() {
  if [ ! -d "$1.mut" ]; then
    rm -rf "$1" "$1.mut"
    mkdir "$1"
    tar -C "$1" --numeric-owner --xattrs --xattrs-include='*' -xpf "$1.tar"
    mutate "$1"
  fi
  [ -f "$1.tar.gz" ] || { gzip -6 -n -c "$1.tar" > "$1.part" && mv "$1.part" "$1.tar.gz"; }
}

for input in "$@"; do
  case $input in
    deb) [ -f deb.tar ] || mmdebstrap --quiet --variant=minbase bookworm deb.tar ;;
    fat) [ -f fat.tar ] || mmdebstrap --quiet --variant=minbase --include="$fat" bookworm fat.tar ;;
    node)
      if [ ! -f node.tar ]; then
        mkdir -p node.made
        # shellcheck disable=SC2086 # A list of packages.
        (cd node.made && npm init -y > /dev/null && npm install --silent --ignore-scripts $node)
        tar -C node.made --sort=name --owner=0 --group=0 --numeric-owner -cf node.tar .
        rm -rf node.made
      fi
      ;;
    *) echo "no input $input" >&2; exit 2 ;;
  esac
  unpack "$input"
done
