#!/usr/bin/env bash
# Installs, upgrades, rolls back and removes Tria in a clean root of this machine's distribution: first without
# systemd, then with systemd as its first process. Needs root and debootstrap, systemd-nspawn and a mirror; says
# SKIPPED and what is missing otherwise.
set -euo pipefail
shopt -s inherit_errexit

usage() {
    cat <<'USAGE'
Usage: tests/install/run.sh EXECUTABLE [--suite NAME] [--mirror URL] [--base DIR]

  EXECUTABLE    the tria to install
  --suite NAME  the release of Debian or Ubuntu to make a root of (default: that of this machine)
  --mirror URL  where packages come from (default: where apt gets them on this machine)
  --base DIR    a clean root to copy; made by the first run, so that the next ones are quicker
USAGE
}

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
executable='' mirror='' base='' suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
while [ $# -gt 0 ]; do
    case "$1" in
        --suite) suite=${2:?--suite needs a name}; shift ;;
        --mirror) mirror=${2:?--mirror needs an address}; shift ;;
        --base) base=${2:?--base needs a folder}; shift ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) executable=$1 ;;
    esac
    shift
done
[ -f "$executable" ] || { usage >&2; exit 2; }

skip() { printf 'SKIPPED: %s\n' "$*"; exit 0; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
step() { printf '== %4s s  %s\n' "$SECONDS" "$*"; }

[ "$(id -u)" -eq 0 ] || skip 'it needs root'
for tool in debootstrap systemd-nspawn nsenter; do
    command -v "$tool" >/dev/null || skip "$tool is not here: apt-get install debootstrap systemd-container util-linux"
done

work=$(mktemp -d)
root=$work/root container='' leader=''
finish() {
    local status=$?
    if [ -n "$container" ]; then
        inside systemctl poweroff --force >/dev/null 2>&1 || :
        sleep 1
        kill -TERM "$container" 2>/dev/null || :
        wait "$container" 2>/dev/null || :
    fi
    rm -rf --one-file-system "$work"
    if [ "$status" -eq 0 ]; then printf 'All good, %s s.\n' "$SECONDS"; fi
}
trap finish EXIT

# ── A clean root ─────────────────────────────────────────────────────────────────────────────────
make_root() {
    if [ -z "$mirror" ]; then
        # shellcheck disable=SC2016 # apt fills these in
        mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$suite //p" | head -n 1)
    fi
    [ -n "$mirror" ] || skip "apt knows no mirror of $suite: name one with --mirror"
    if ! debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$suite" "$1" "$mirror" >"$work/log" 2>&1; then
        tail -n 5 "$work/log"
        rm -rf --one-file-system "$1"
        skip "debootstrap could not make a root of $suite"
    fi
}
step "a clean root of $suite"
if [ -z "$base" ]; then
    make_root "$root"
else
    [ -d "$base" ] || make_root "$base"
    cp -a --reflink=auto "$base" "$root"
fi

# A release as it is downloaded, and one whose executable says another version and does as told by `serve`.
release() {
    mkdir -p "$root/opt/$1"
    cp -r "$top/install.sh" "$top/policies" "$top/systemd" "$root/opt/$1/"
}
sums() {
    (cd "$root/opt/$1" && find . -type f -exec sha256sum {} +) >"$work/sums"
    mv "$work/sums" "$root/opt/$1/SHA256SUMS"
}
other_version() {
    release "$1"
    cat >"$root/opt/$1/tria" <<OTHER
#!/bin/sh
case "\$1" in
    --version) echo 'tria 9.9.$1' ;;
    serve) $2 ;;
    *) exec /opt/first/tria "\$@" ;;
esac
OTHER
    chmod 755 "$root/opt/$1/tria"
    sums "$1"
}
release first
cp "$executable" "$root/opt/first/tria"
sums first
newer="printf '\\0\\0\\0\\143' | dd of=/var/lib/tria/tria.db bs=1 seek=60 conv=notrunc status=none"
other_version good 'exec /opt/first/tria serve'
other_version broken 'exit 1'
other_version hangs 'exec sleep 1000'
other_version migrates "$newer; exit 1"

# Everything that an installation may not leave behind or change: kind, mode, owner, name, target, contents.
listing() {
    local skipped=(-path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/tmp -o -path ./opt -o -path ./var/log)
    # The copies that useradd makes of its files, and what systemd itself writes down.
    skipped+=(-o -path './etc/*-' -o -name .pwd.lock -o -path ./var/lib/systemd/random-seed)
    local name
    for name in "$@"; do skipped+=(-o -path "./$name"); done
    (
        cd "$root"
        find . \( "${skipped[@]}" \) -prune -o -printf '%p %y %m %U:%G %l\n' | sort
        find . \( "${skipped[@]}" \) -prune -o -type f -exec sha256sum {} + | sort -k 2
    )
}
same() { diff "$1" "$2" >"$work/diff" || { cat "$work/diff"; fail "$3"; }; }
expect() { grep -q -- "$1" <<<"$2" || fail "no '$1' in: $2"; }

uninstalled() {
    local file
    for file in var/lib/tria/tria.db etc/tria/tria.env etc/tria/policies/rules_and_policies.md; do
        [ -f "$root/$file" ] || fail "uninstall took $file"
    done
    for file in usr/local/bin/tria usr/local/lib/tria etc/systemd/system/tria.service; do
        [ ! -e "$root/$file" ] || fail "uninstall left $file"
    done
}

isolated=(--quiet --directory="$root" --private-network --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no)

# Runs a command in the container that has booted, or else in one of its own.
inside() {
    if [ -n "$leader" ]; then
        nsenter --target "$leader" --all env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
    else
        SYSTEMD_LOG_LEVEL=crit systemd-nspawn "${isolated[@]}" --pipe "$@" </dev/null
    fi
}

# ── Without systemd ──────────────────────────────────────────────────────────────────────────────
# Before the listing: a container brings its mount points along.
inside true >/dev/null 2>&1 || skip 'systemd-nspawn can not start a container here'
step 'without systemd: dry run, refusals'
listing >"$work/before"
inside /opt/first/install.sh --dry-run >/dev/null
if answer=$(inside /opt/first/install.sh --upgrade 2>&1); then fail '--upgrade took what is not installed'; fi
expect 'not installed' "$answer"
cp -r "$root/opt/first" "$root/opt/bad"
printf 'x' >>"$root/opt/bad/systemd/tria.service"
if answer=$(inside /opt/bad/install.sh 2>&1); then fail 'a file with a wrong sum was installed'; fi
expect 'SHA256SUMS' "$answer"
rm "$root/opt/bad/SHA256SUMS"
# 243 is RISC-V.
printf '\363' | dd of="$root/opt/bad/tria" bs=1 seek=18 conv=notrunc status=none
if answer=$(inside /opt/bad/install.sh 2>&1); then fail 'an executable for another processor was installed'; fi
expect 'is made for another processor (243)' "$answer"
rm -rf "$root/opt/bad"
listing >"$work/after"
same "$work/before" "$work/after" 'a dry run or a refused installation changed something'

step 'without systemd: install, twice'
answer=$(inside /opt/first/install.sh)
expect 'nothing was started' "$answer"
modes=$(inside stat -c '%n %a %U:%G' /etc/tria/tria.env /var/lib/tria /usr/local/bin/tria)
expect '/etc/tria/tria.env 640 root:tria' "$modes"
expect '/var/lib/tria 750 tria:tria' "$modes"
expect '/usr/local/bin/tria 755 root:root' "$modes"
echo 'TAX_RATE=0.08' >>"$root/etc/tria/tria.env"
listing >"$work/once"
inside /opt/first/install.sh >/dev/null
listing >"$work/twice"
same "$work/once" "$work/twice" 'the second run changed something'

step 'without systemd: serve as the unit does'
cat >"$root/opt/serve" <<'SERVE'
cd /var/lib/tria
setpriv --reuid tria --regid tria --init-groups env -i /usr/local/bin/tria serve >/tmp/log 2>&1 &
server=$!
for _ in $(seq 1 300); do
    line=''
    { exec 3<>/dev/tcp/127.0.0.1/8003 && printf 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3 && read -r line <&3; } 2>/dev/null
    case "$line" in *' 200'*) kill -TERM "$server"; wait "$server"; exit ;; esac
    kill -0 "$server" || break
    sleep 0.2
done
cat /tmp/log
exit 1
SERVE
inside bash /opt/serve || fail 'the installed executable did not serve and end with 0'
step 'without systemd: upgrade and back'
inside /opt/good/install.sh --upgrade >/dev/null
expect 'tria 9.9.good' "$(inside tria --version)"
inside /opt/good/install.sh --rollback >/dev/null
cmp -s "$executable" "$root/usr/local/bin/tria" || fail '--rollback did not bring the executable back'
step 'without systemd: uninstall and purge'
inside /opt/first/install.sh --uninstall >/dev/null
uninstalled
inside /opt/first/install.sh --uninstall --purge >/dev/null
listing >"$work/after"
same "$work/before" "$work/after" 'purge left something behind'

# ── With systemd ─────────────────────────────────────────────────────────────────────────────────
step 'with systemd: boot'
systemd-nspawn "${isolated[@]}" --boot --console=pipe </dev/null >"$work/console" 2>&1 &
container=$!
for _ in $(seq 1 100); do
    leader=$(pgrep -P "$container") || leader=''
    if [ -n "$leader" ] && state=$(inside systemctl is-system-running 2>/dev/null); then break; fi
    state=''
    kill -0 "$container" 2>/dev/null || break
    sleep 0.3
done
if [ "${state:-}" != running ]; then
    tail -n 5 "$work/console"
    skip 'systemd does not boot in a container here; the part without systemd has passed'
fi
healthy() {
    expect 'Tria is healthy' "$1"
    inside systemctl is-active --quiet tria.service || fail 'the service does not run'
}
property() { inside systemctl show --property "$1" --value tria.service; }
tokens() { inside runuser -u tria -- tria token list; }

listing var/lib/systemd >"$work/before"
step 'with systemd: install, twice'
answer=$(inside /opt/first/install.sh 2>&1) || fail "$answer"
healthy "$answer"
units=(tria.service tria-backup.service tria-check.service tria-backup.timer tria-check.timer)
for unit in tria.service tria-backup.timer tria-check.timer; do
    inside systemctl is-active --quiet "$unit" || fail "$unit is not active"
    inside systemctl is-enabled --quiet "$unit" || fail "$unit is not enabled"
done
listing var/lib/systemd var/lib/tria >"$work/once"
pid=$(property MainPID)
inside /opt/first/install.sh >/dev/null
listing var/lib/systemd var/lib/tria >"$work/twice"
same "$work/once" "$work/twice" 'the second run changed something'
[ "$pid" = "$(property MainPID)" ] || fail 'the second run restarted a service that had not changed'

pid=$(property MainPID)
inside systemctl reload tria.service || fail 'the service can not be reloaded'
[ "$pid" = "$(property MainPID)" ] || fail 'a reload was a restart'

step 'with systemd: units'
# Older than 254, systemd does not know two of the keys and says so.
complaints=$(inside systemd-analyze verify --man=no "${units[@]/#//etc/systemd/system/}" 2>&1 | grep -vE "'Restart(Steps|MaxDelaySec)'") || :
[ -z "$complaints" ] || fail "$complaints"
if [ "$(inside systemctl --version | sed -n 's/^systemd \([0-9]*\).*/\1/p')" -ge 250 ]; then
    # 15: an exposure of 1.5.
    inside systemd-analyze security --no-pager --threshold=15 tria.service tria-backup.service tria-check.service >"$work/log" ||
        fail "$(grep 'Overall' "$work/log")"
fi

step 'with systemd: backup with retention, check, restart'
inside runuser -u tria -- tria token create --name probe --role staff >/dev/null 2>&1
inside systemctl start tria-backup.service || fail 'the backup failed'
backups=$root/var/lib/tria/backups
newest=$(find "$backups" -name 'daily-*.db')
for day in $(seq 10 30); do cp -p "$newest" "$backups/daily-2020-01-${day}T000000Z.db"; done
if inside runuser -u tria -- env BACKUP_TRIA=/bin/false /usr/local/lib/tria/tria-backup >/dev/null 2>&1; then
    fail 'a backup that failed was not told'
fi
[ "$(find "$backups" -name 'daily-*' | wc -l)" -eq 22 ] || fail 'a failed backup removed or left files'
sleep 1
inside systemctl start tria-backup.service
[ "$(find "$backups" -name 'daily-*' | wc -l)" -eq 14 ] || fail 'not 14 backups were kept'
[ -f "$newest" ] || fail 'a new backup was removed'
[ ! -e "$backups/daily-2020-01-18T000000Z.db" ] || fail 'an old backup was kept'
inside systemctl start tria-check.service || fail 'the check failed'
inside systemctl kill --signal=KILL tria.service
for _ in $(seq 1 100); do
    [ "$(property NRestarts)" = 0 ] || [ "$(property ActiveState)" != active ] || break
    sleep 0.2
done
[ "$(property NRestarts)" = 1 ] || fail 'a killed service did not come back'

step 'with systemd: no upgrade on wrong settings'
pid=$(property MainPID)
echo 'TAX_RATE=x' >>"$root/etc/tria/tria.env"
if answer=$(inside /opt/good/install.sh --upgrade 2>&1); then fail 'an upgrade began on wrong settings'; fi
expect 'TAX_RATE=x' "$answer"
[ "$pid" = "$(property MainPID)" ] || fail 'a refused upgrade stopped the service'
sed -i '$d' "$root/etc/tria/tria.env"

step 'with systemd: an upgrade that is cut off'
cat >"$root/opt/cut" <<'CUT'
/opt/hangs/install.sh --upgrade >/dev/null 2>&1 &
for _ in $(seq 1 300); do
    if [ "$(tria --version)" = 'tria 9.9.hangs' ]; then kill -KILL $!; exit; fi
    sleep 0.1
done
exit 1
CUT
inside bash /opt/cut || fail 'the new executable was not put in place'
if answer=$(inside /opt/good/install.sh --upgrade 2>&1); then fail 'an upgrade began on half of another'; fi
expect '--rollback first' "$answer"
answer=$(inside /opt/good/install.sh --rollback 2>&1) || fail "$answer"
healthy "$answer"
cmp -s "$executable" "$root/usr/local/bin/tria" || fail '--rollback did not bring the executable back'

step 'with systemd: upgrade, and back by hand'
# Nobody reads what it says: that must not end it half-way, and the next run finds all done.
inside bash -c '/opt/good/install.sh --upgrade 2>&1 | true'
answer=$(inside /opt/good/install.sh --upgrade 2>&1) || fail "$answer"
healthy "$answer"
expect 'Nothing has changed' "$answer"
expect 'tria 9.9.good' "$(inside tria --version)"
[ -f "$root/usr/local/lib/tria/previous/tria" ] || fail 'the version before was not kept'
# As a newer version would leave the database: the kept one can not read it.
inside systemctl stop tria.service
inside sh -c "$newer"
if answer=$(inside /opt/good/install.sh --rollback 2>&1); then fail "$answer"; fi
expect '--with-data' "$answer"
answer=$(inside /opt/good/install.sh --rollback --with-data 2>&1) || fail "$answer"
healthy "$answer"
cmp -s "$executable" "$root/usr/local/bin/tria" || fail '--rollback did not bring the executable back'
expect 'probe' "$(tokens)"

listing var/lib/systemd var/lib/tria >"$work/once"
for version in broken migrates; do
    step "with systemd: an upgrade that fails comes back by itself ($version)"
    if answer=$(inside "/opt/$version/install.sh" --upgrade 2>&1); then fail "the upgrade did not fail: $answer"; fi
    healthy "$answer"
    expect 'the version before is installed' "$answer"
    listing var/lib/systemd var/lib/tria >"$work/twice"
    same "$work/once" "$work/twice" 'a failed upgrade changed something'
    expect 'probe' "$(tokens)"
    expect 'Nothing has changed' "$(inside /opt/first/install.sh)"
done
[ -n "$(find "$root/var/lib/tria" -name 'tria.db.before-restore-*')" ] || fail 'the newer data were not kept aside'

step 'with systemd: uninstall and purge'
inside /opt/first/install.sh --uninstall >/dev/null
uninstalled
inside /opt/first/install.sh --uninstall --purge >/dev/null
listing var/lib/systemd >"$work/after"
same "$work/before" "$work/after" 'purge left something behind'
[ -z "$(find "$root/var/lib/systemd" -name '*tria*')" ] || fail 'purge left a timer stamp'
[ -z "$(inside systemctl list-units --all --no-legend 'tria*')" ] || fail 'systemd still knows a unit'
