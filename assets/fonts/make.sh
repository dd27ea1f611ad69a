#!/usr/bin/env bash
# Makes the fonts of this folder from Debian 12's packages. Needs apt, dpkg-deb, gzip and fonttools (PyPI).
# Outlines are as they were; what is left out are other scripts' letters, hinting and features that nothing here uses.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq fonts-noto-core=20201225-1 fonts-droid-fallback=1:6.0.1r16-1.1
for package in *.deb; do dpkg-deb -x "$package" .; done
python3 -m venv venv
venv/bin/pip -q install fonttools==4.68.0

# Latin, Greek and Cyrillic with their marks; punctuation, currencies, fractions, arrows, common signs.
latin='U+0020-007E,U+00A0-024F,U+0259,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-04FF,U+1E00-1EFF,U+2000-206F'
latin+=',U+2070-209F,U+20A0-20BF,U+2100-214F,U+2150-218F,U+2190-2199,U+2200-22FF,U+25A0-25FF,U+FB00-FB04,U+FFFD'
subset() {
    venv/bin/pyftsubset "$1" --no-hinting --output-file="${1##*/}" "${@:2}"
    gzip -9n <"${1##*/}" >"$here/${1##*/}.gz"
}
for weight in Regular Bold; do
    subset "usr/share/fonts/truetype/noto/NotoSans-$weight.ttf" --unicodes="$latin" --layout-features=kern,mark,mkmk,ccmp,locl
    subset "usr/share/fonts/truetype/noto/NotoSansTamil-$weight.ttf" --unicodes='*' --layout-features='*'
done
subset usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf --unicodes='*' --layout-features= --glyph-names
