#!/usr/bin/env bash
# Installs Tria as a service, or brings an installed one up to date. Run it again at will.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: ./install.sh [--binary FILE] [--no-start] [--root DIR] [--dry-run]
       ./install.sh --uninstall [--purge] [--dry-run]

Installs the executable, a system user, /etc/tria and a systemd service, starts it and waits until it is
healthy. An installed Tria is brought up to date; its settings, policies and data are never overwritten.

  --binary FILE  the executable (default: ./tria, or the one that cargo build --release made)
  --no-start     install, and do not start
  --root DIR     install below DIR, for an image or a package: no user is made, nothing is started
  --dry-run      say what would be done, and do nothing
  --uninstall    remove the service and the executable; keep /etc/tria and /var/lib/tria
  --purge        with --uninstall: remove settings, policies and all data too
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary='' root='' start=yes dry=no uninstall=no purge=no

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
wrong() { printf 'install.sh: %s\n\n' "$*" >&2; usage >&2; exit 2; }

# Runs a command, or only shows it.
run() {
    if [ "$dry" = yes ]; then printf 'would run: %s\n' "$*"; else "$@"; fi
}

while [ $# -gt 0 ]; do
    case "$1" in
        --binary) [ $# -ge 2 ] || wrong '--binary needs a file'; binary=$2; shift ;;
        --root) [ $# -ge 2 ] || wrong '--root needs a folder'; root=${2%/}; [ -n "$root" ] || wrong '--root / is not needed'; shift ;;
        --no-start) start=no ;;
        --dry-run) dry=yes ;;
        --uninstall) uninstall=yes ;;
        --purge) purge=yes ;;
        -h | --help) usage; exit 0 ;;
        *) wrong "unknown option: $1" ;;
    esac
    shift
done
[ "$purge" = no ] || [ "$uninstall" = yes ] || wrong '--purge goes with --uninstall only'

exe=$root/usr/local/bin/tria
man=$root/usr/local/share/man/man1
completions=$root/usr/local/share/bash-completion/completions
etc=$root/etc/tria
data=$root/var/lib/tria
unit=$root/etc/systemd/system/tria.service

[ "$(uname -s)" = Linux ] || die 'Tria is installed on Linux only'
if [ "$(id -u)" -ne 0 ] && [ "$dry" = no ] && [ -z "$root" ]; then
    die 'run it as root: sudo ./install.sh'
fi
# Another root has no running system: no user, no service.
live=no
[ -n "$root" ] || live=yes
systemd=no
if [ "$live" = yes ] && [ -d /run/systemd/system ]; then systemd=yes; fi

if [ "$uninstall" = yes ]; then
    if [ "$systemd" = yes ] && [ -e "$unit" ]; then run systemctl disable --now tria.service; fi
    run rm -f "$unit" "$exe" "$completions/tria"
    if [ -d "$man" ]; then run find "$man" -maxdepth 1 \( -name 'tria.1' -o -name 'tria-*.1' \) -delete; fi
    if [ "$systemd" = yes ]; then run systemctl daemon-reload; fi
    if [ "$purge" = yes ]; then
        run rm -rf "$etc" "$data"
        if [ "$live" = yes ] && getent passwd tria >/dev/null; then run userdel tria; fi
        say 'Tria is removed with its settings, policies and data.'
    else
        say "Tria is removed. Kept: $etc and $data (--purge removes them too)."
    fi
    exit 0
fi

# ── What to install ──────────────────────────────────────────────────────────────────────────────
if [ -z "$binary" ]; then
    for candidate in "$here/tria" "$here"/target/*/release/tria "$here/target/release/tria"; do
        if [ -f "$candidate" ] && [ -x "$candidate" ]; then binary=$candidate; break; fi
    done
fi
if [ -z "$binary" ]; then
    die 'no executable found: build it with cargo build --release, or name it with --binary FILE'
fi
if [ ! -f "$binary" ]; then die "there is no file $binary"; fi
version=$("$binary" --version 2>/dev/null) || die "$binary does not run on this machine ($(uname -m))"
for file in tria.service tria.env; do
    if [ ! -f "$here/systemd/$file" ]; then die "systemd/$file is missing beside install.sh"; fi
done
say "Installing $version from $binary"

# ── User ─────────────────────────────────────────────────────────────────────────────────────────
owner=()
if [ "$live" = yes ]; then
    owner=(-o tria -g tria)
    if ! getent group tria >/dev/null; then run groupadd --system tria; fi
    if ! getent passwd tria >/dev/null; then
        run useradd --system --gid tria --home-dir /var/lib/tria --no-create-home --shell /usr/sbin/nologin tria
    fi
fi

# ── Files ────────────────────────────────────────────────────────────────────────────────────────
run install -d -m 755 "$(dirname "$exe")" "$etc" "$etc/policies" "$(dirname "$unit")" "$man" "$completions"
run install -d -m 750 "${owner[@]}" "$data"
# Beside the old one and then renamed: a running executable cannot be written to.
run install -m 755 "$binary" "$exe.new"
run mv -f "$exe.new" "$exe"
run install -m 644 "$here/systemd/tria.service" "$unit"
if [ -e "$etc/tria.env" ]; then
    say "Kept: $etc/tria.env"
else
    # Only the service reads it: keys of other services will stand in it.
    run install -m 600 "${owner[@]}" "$here/systemd/tria.env" "$etc/tria.env"
fi
examples=no
if [ -n "$(find "$etc/policies" -name '*.md' -print -quit 2>/dev/null)" ]; then
    say "Kept: $etc/policies"
elif [ -d "$here/policies" ]; then
    run install -m 644 "$here"/policies/*.md "$etc/policies/"
    examples=yes
fi
if [ "$dry" = yes ]; then
    say "would write: manual pages to $man, completions to $completions/tria"
else
    "$binary" man --out "$man" 2>/dev/null || say 'note: the manual pages could not be written'
    "$binary" completions bash >"$completions/tria" || say 'note: the completions could not be written'
fi

# ── Service ──────────────────────────────────────────────────────────────────────────────────────
# A setting of the file, or its default.
setting() {
    local value=''
    if [ -r "$etc/tria.env" ]; then
        value=$(sed -n "s/^[[:space:]]*\(export \)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" "$etc/tria.env" | tail -n 1 | tr -d "\"'\r")
    fi
    printf '%s' "${value:-$2}"
}

# The first line of the answer to GET /health.
health() {
    local line=''
    {
        exec 3<>"/dev/tcp/$1/$2" || return 1
        printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
        IFS= read -r -t 5 line <&3 || true
        exec 3>&-
    } 2>/dev/null
    printf '%s' "$line"
}

wait_until_healthy() {
    local host port line=''
    host=$(setting TRIA_HOST 127.0.0.1)
    port=$(setting TRIA_PORT 8003)
    case "$host" in 0.0.0.0 | '::' | '[::]' | localhost) host=127.0.0.1 ;; esac
    for _ in $(seq 1 60); do
        line=$(health "$host" "$port") || line=''
        case "$line" in
            *' 200'*) say "Tria is healthy: http://$host:$port/"; return 0 ;;
        esac
        if systemctl is-failed --quiet tria.service; then break; fi
        sleep 1
    done
    printf 'install.sh: Tria did not become healthy (last answer: %s). Its last words:\n' "${line:-none}" >&2
    journalctl --unit tria.service --lines 20 --no-pager >&2 || true
    die 'see tria doctor, correct what it names, then: systemctl restart tria'
}

if [ "$systemd" = yes ]; then
    run systemctl daemon-reload
    if [ "$start" = yes ]; then
        run systemctl enable tria.service
        # Not --no-block: a start that fails is told at once.
        run systemctl restart tria.service || say 'The service did not start at once.'
        if [ "$dry" = no ]; then wait_until_healthy; fi
    fi
elif [ "$live" = yes ]; then
    say 'systemd does not run here: start Tria yourself with: /usr/local/bin/tria serve'
fi

if [ "$examples" = yes ]; then
    say "NOTE: the policies in $etc/policies are EXAMPLES of an invented company."
    say '      Put your own in their place before customers see them, then: systemctl reload tria'
fi
cat <<NEXT
Next:
  $etc/tria.env: settings, each with a remark
  sudo -u tria tria import products - < products.csv     then outlets and orders
  sudo -u tria tria token create --name owner --role admin
  sudo -u tria tria doctor                               says what is missing
NEXT
