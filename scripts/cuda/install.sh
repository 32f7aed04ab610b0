#!/usr/bin/env bash
# Puts libtorch's CUDA build where ./kvasir and `mvn -Pcuda` find it: KVASIR_HOME/natives/cuda, some 4 GB. Maven's registry has
# no such build of this version, so it is taken from the Python wheel of the same version; no Python is needed afterwards.
# What follows the script's name is handed to pip, such as --index-url for another CUDA version.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
version=$(sed -n 's:.*<pytorch.version>\(.*\)</pytorch.version>.*:\1:p' "$root/pom.xml")
target="${KVASIR_HOME:-$HOME/.kvasir}/natives/cuda"

command -v python3 > /dev/null || { echo "install.sh: python3 with pip is needed to fetch the wheels." >&2; exit 2; }
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "install.sh: there is a CUDA build for Linux on x86-64 only." >&2; exit 2; }

mkdir -p "$(dirname "$target")"
fresh=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$fresh/all" "torch==$version" "$@"

# Libraries find one another by their places beside each other; the Python parts are not wanted.
mkdir -p "$fresh/natives/torch"
mv "$fresh/all/torch/lib" "$fresh/natives/torch/lib"
rm -f "$fresh/natives/torch/lib/libtorch_python.so"
for part in nvidia cusparselt; do
    if [ -d "$fresh/all/$part" ]; then mv "$fresh/all/$part" "$fresh/natives/$part"; fi
done
find "$fresh/all" -name 'LICENSE*' -path '*torch-*' -exec cp {} "$fresh/natives/" \; 2> /dev/null || true
rm -rf "$target"
mv "$fresh/natives" "$target"
echo "libtorch $version with CUDA lies in $target. Try: ./kvasir bench -m MODEL --device cuda:0"
