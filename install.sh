#!/usr/bin/env bash
# Installs Tria as a service, brings it up to date, takes it back or removes it. Run it again at will.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: ./install.sh [--binary FILE] [--no-start] [--firewall] [--root DIR] [--dry-run]
       ./install.sh --upgrade [--binary FILE] [--no-start] [--dry-run]
       ./install.sh --rollback [--with-data] [--dry-run]
       ./install.sh --uninstall [--purge] [--dry-run]

Installs the executable, a system user, /etc/tria and systemd units (the service, a daily backup, a daily check),
starts them and waits until Tria is healthy. Run again with another executable it upgrades: the data are backed up
first, the version before is kept, and it comes back by itself when the new one does not get healthy. Settings,
policies and data are never overwritten.

  --binary FILE  the executable (default: ./tria, or the one that cargo build --release made)
  --upgrade      the same for an installed Tria only
  --rollback     go back to the version that the last upgrade kept
  --with-data    with --rollback: put back the backup of that upgrade too, if the kept version can not read today's data
  --no-start     install, and neither start nor restart
  --firewall     let SSH and a reverse proxy (ports 80 and 443) through ufw, where ufw is installed
  --root DIR     install below DIR, for an image or a package: no user is made, nothing is started
  --dry-run      say what would be done, and do nothing
  --uninstall    remove services and executable; keep /etc/tria and /var/lib/tria
  --purge        with --uninstall: remove settings, policies and all data too
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary='' root='' start=yes dry=no purge=no firewall=no with_data=no action=install

# Nobody who stops reading, such as `head`, ends an upgrade half-way.
trap '' PIPE
say() { printf '%s\n' "$*" || :; }
warn() { printf 'install.sh: %s\n' "$*" >&2 || :; }
die() { warn "$*"; exit 1; }
wrong() { printf 'install.sh: %s\n\n' "$*" >&2; usage >&2; exit 2; }

# Runs a command, or only shows it.
run() {
    if [ "$dry" = yes ]; then say "would run: $*"; else "$@"; fi
}

choose() {
    [ "$action" = install ] || wrong "--$action and --$1 do not go together"
    action=$1
}

while [ $# -gt 0 ]; do
    case "$1" in
        --binary) [ $# -ge 2 ] || wrong '--binary needs a file'; binary=$2; shift ;;
        --root) [ $# -ge 2 ] || wrong '--root needs a folder'; root=${2%/}; [ -n "$root" ] || wrong '--root / is not needed'; shift ;;
        --upgrade | --rollback | --uninstall) choose "${1#--}" ;;
        --no-start) start=no ;;
        --firewall) firewall=yes ;;
        --with-data) with_data=yes ;;
        --dry-run) dry=yes ;;
        --purge) purge=yes ;;
        -h | --help) usage; exit 0 ;;
        *) wrong "unknown option: $1" ;;
    esac
    shift
done
[ "$purge" = no ] || [ "$action" = uninstall ] || wrong '--purge goes with --uninstall only'
[ "$with_data" = no ] || [ "$action" = rollback ] || wrong '--with-data goes with --rollback only'
[ -z "$root" ] || [ "$action" != rollback ] || wrong '--rollback is for the running system, not for --root'

exe=$root/usr/local/bin/tria
lib=$root/usr/local/lib/tria
man=$root/usr/local/share/man/man1
completions=$root/usr/local/share/bash-completion/completions
etc=$root/etc/tria
state=$root/var/lib/tria
units=$root/etc/systemd/system
timers=(tria-backup.timer tria-check.timer)
unit_names=(tria.service tria-backup.service tria-check.service "${timers[@]}")
# What an upgrade replaces and a roll-back puts back.
program=("$exe" "$lib/tria-backup" "${unit_names[@]/#/$units/}")
previous=$lib/previous
# The same while an upgrade is under way.
staged=$lib/previous.new

[ "$(uname -s)" = Linux ] || die 'Tria is installed on Linux only'
if [ "$(id -u)" -ne 0 ] && [ "$dry" = no ] && [ -z "$root" ]; then
    die "run it as root: sudo ./install.sh"
fi
# Another root has no running system: no user, no service.
live=no
[ -n "$root" ] || live=yes
systemd=no
if [ "$live" = yes ] && [ -d /run/systemd/system ]; then systemd=yes; fi

# ── Small things ─────────────────────────────────────────────────────────────────────────────────
# A setting of the file, or its default.
setting() {
    local value=''
    if [ -r "$etc/tria.env" ]; then
        value=$(sed -n "s/^[[:space:]]*\(export \)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" "$etc/tria.env" | tail -n 1 | tr -d "\"'\r")
    fi
    printf '%s' "${value:-$2}"
}

data_folder() { setting TRIA_DATA_DIR "$state"; }

database() {
    local url
    url=$(setting DATABASE_URL sqlite:///tria.db)
    url=${url#sqlite:///}
    case "$url" in /*) printf '%s' "$url" ;; *) printf '%s/%s' "$(data_folder)" "$url" ;; esac
}

# Runs a command as the service does: its user, its folder, and nothing of this shell's environment.
as_tria() {
    (cd "$state" && runuser -u tria -- env -i "PATH=$PATH" "$@")
}

# Puts a file in its place, if it is not there already. By rename: a running executable can not be written to.
changed=no
put() {
    if cmp -s "$1" "$2" && [ "$(stat -c %a "$2")" = "$3" ]; then return 0; fi
    run install -m "$3" "$1" "$2.new"
    run sync "$2.new"
    run mv -f "$2.new" "$2"
    changed=yes
}

mode_of() {
    case "$1" in "$units"/*) echo 644 ;; *) echo 755 ;; esac
}

write_docs() {
    if [ "$dry" = yes ]; then
        say "would write: manual pages to $man, completions to $completions/tria"
        return 0
    fi
    "$exe" man --out "$man" >/dev/null 2>&1 || warn 'note: the manual pages could not be written'
    if "$exe" completions bash >"$completions/tria.new" 2>/dev/null; then
        mv -f "$completions/tria.new" "$completions/tria"
    else
        rm -f "$completions/tria.new"
        warn 'note: the completions could not be written'
    fi
}

# ── Service ──────────────────────────────────────────────────────────────────────────────────────
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
    local host port line='' until=$((SECONDS + 60))
    host=$(setting TRIA_HOST 127.0.0.1)
    port=$(setting TRIA_PORT 8003)
    case "$host" in 0.0.0.0 | '::' | '[::]' | localhost) host=127.0.0.1 ;; esac
    while [ "$SECONDS" -lt "$until" ]; do
        line=$(health "$host" "$port") || line=''
        # Only ours: another program may answer on this port.
        if systemctl is-active --quiet tria.service; then
            case "$line" in *' 200'*) say "Tria is healthy: http://$host:$port/"; return 0 ;; esac
        elif systemctl is-failed --quiet tria.service; then
            break
        elif [ "$(systemctl show --property NRestarts --value tria.service)" -ge 2 ]; then
            break
        fi
        sleep 0.5
    done
    warn "Tria did not become healthy (last answer: ${line:-none}). Its last words:"
    journalctl --unit tria.service --lines 20 --no-pager >&2 || true
    return 1
}

# Starts what is installed; fails when it does not become healthy.
start_all() {
    run systemctl daemon-reload
    run systemctl enable --quiet tria.service "${timers[@]}"
    # Waits until it is up; when that fails, the loop below says so.
    run systemctl restart tria.service || true
    [ "$dry" = yes ] || wait_until_healthy || return 1
    run systemctl restart "${timers[@]}"
}

# ── Keeping a version and going back to it ───────────────────────────────────────────────────────
keep() {
    local file
    run rm -rf "$1" "$1.part"
    run install -d -m 755 "$1.part"
    for file in "${program[@]}"; do
        if [ -e "$file" ]; then run cp -p "$file" "$1.part/"; fi
    done
    # Only what is whole bears the name.
    run sync -f "$lib"
    run mv "$1.part" "$1"
}

put_back() {
    local file name
    for file in "${program[@]}"; do
        name=${file##*/}
        if [ -e "$1/$name" ]; then
            put "$1/$name" "$file" "$(mode_of "$file")"
        elif [ -e "$file" ]; then
            case "$name" in *.timer) [ "$systemd" = no ] || run systemctl disable --quiet --now "$name" ;; esac
            run rm -f "$file"
        fi
    done
}

# Whether that executable can read today's database: not when a newer one has migrated it.
can_read_data() {
    local file
    file=$(database)
    [ ! -e "$file" ] || as_tria "$1" backup verify "$file" >/dev/null 2>&1
}

# Whatever ends an upgrade before the new version was seen healthy ends here.
upgrading=no backup=''
roll_back() {
    local status=$?
    [ "$upgrading" = yes ] || return 0
    upgrading=no
    trap '' INT TERM HUP
    set +e
    warn 'going back to the version before'
    [ "$systemd" = no ] || [ "$start" = no ] || systemctl stop tria.service
    if ! can_read_data "$staged/tria"; then
        # What the new version made of the data stays beside them, under the name that this command prints.
        if [ -z "$backup" ] || ! as_tria "$staged/tria" restore "$backup"; then
            warn "the data were not put back: tria restore ${backup:-FILE}"
        fi
    fi
    put_back "$staged"
    write_docs
    rm -rf "$staged"
    if [ "$systemd" = yes ] && [ "$start" = yes ]; then
        if start_all; then say "The version before runs again: $("$exe" --version)"; fi
    fi
    warn 'the upgrade failed, see above; the version before is installed'
    [ "$status" -ne 0 ] || status=1
    exit "$status"
}

# Its process was killed, or the power failed.
if [ -x "$staged/tria" ]; then
    case "$action" in
        install | upgrade) die 'the last upgrade was cut off: run ./install.sh --rollback first' ;;
        rollback) run rm -rf "$previous"; run mv "$staged" "$previous" ;;
    esac
fi

if [ "$action" = rollback ]; then
    [ -x "$previous/tria" ] || die 'no version is kept here: an upgrade keeps the one before'
    backup=$(cat "$previous/backup" 2>/dev/null) || backup=''
    fits=yes
    if [ "$dry" = no ]; then can_read_data "$previous/tria" || fits=no; fi
    if [ "$fits" = no ] && { [ "$with_data" = no ] || [ ! -f "$backup" ]; }; then
        warn 'the kept version can not read the database, which the newer one has changed. Nothing was done.'
        [ -f "$backup" ] || die 'There is no backup of that upgrade any more: tria restore takes an older one.'
        warn "./install.sh --rollback --with-data puts back $backup as well."
        die 'What was stored since then would be missing; the database of today is kept beside it.'
    fi
    say "Going back from $("$exe" --version 2>/dev/null) to $("$previous/tria" --version)"
    if [ "$systemd" = yes ]; then run systemctl stop tria.service; fi
    if [ "$fits" = no ]; then as_tria "$previous/tria" restore "$backup"; fi
    # The one that is left is kept in turn: a second --rollback goes forward again.
    keep "$staged"
    put_back "$previous"
    write_docs
    run rm -rf "$previous"
    run mv "$staged" "$previous"
    if [ "$systemd" = yes ]; then
        start_all || die 'see tria doctor, correct what it names, then: systemctl restart tria'
    else
        say 'systemd does not run here: nothing was started.'
    fi
    exit 0
fi

# ── Removal ──────────────────────────────────────────────────────────────────────────────────────
if [ "$action" = uninstall ]; then
    own_data=$(data_folder)
    if [ "$systemd" = yes ]; then
        for name in "${unit_names[@]}"; do
            if [ -e "$units/$name" ]; then run systemctl disable --quiet --now "$name"; fi
        done
    fi
    run rm -f "${unit_names[@]/#/$units/}" "$exe" "$completions/tria"
    run rm -rf "$lib"
    run rm -f "${timers[@]/#/$root/var/lib/systemd/timers/stamp-}"
    if [ -d "$man" ]; then run find "$man" -maxdepth 1 \( -name 'tria.1' -o -name 'tria-*.1' \) -delete; fi
    for folder in "$man" "$completions" "${completions%/*}"; do
        if [ -d "$folder" ]; then run rmdir --ignore-fail-on-non-empty "$folder"; fi
    done
    if [ "$systemd" = yes ]; then
        run systemctl daemon-reload
        run systemctl reset-failed 'tria*' || true
    fi
    if [ "$purge" = no ]; then
        say "Tria is removed. Kept: $etc and $state (--purge removes them too)."
        exit 0
    fi
    run rm -rf "$etc" "$state"
    if [ "$live" = yes ]; then
        if getent passwd tria >/dev/null; then run userdel tria; fi
        if getent group tria >/dev/null; then run groupdel tria; fi
    fi
    say 'Tria is removed with its settings, policies and data.'
    if [ "$live" = yes ] && [ "$own_data" != "$state" ]; then say "Not touched: $own_data, the data folder of your settings."; fi
    exit 0
fi

# ── What to install ──────────────────────────────────────────────────────────────────────────────
# 62 and 183: the numbers that the header of an executable has for a processor.
machine=$(uname -m)
case "$machine" in
    x86_64 | amd64) wanted=62 ;;
    aarch64 | arm64) wanted=183 ;;
    *) die "there is no Tria for this processor ($machine): x86-64 and aarch64 only" ;;
esac

check_machine() {
    [ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ] || return 0
    local found
    found=$(od -An -tu2 -j18 -N2 "$1" | tr -d ' ')
    [ "$found" != "$wanted" ] || return 0
    case "$found" in 62) found=x86-64 ;; 183) found=aarch64 ;; *) found="another processor ($found)" ;; esac
    die "$1 is made for $found, and this machine is $machine"
}

# The sums that a release brings along.
check_sums() {
    local folder name
    folder=$(dirname "$1")
    name=$(basename "$1")
    [ -f "$folder/SHA256SUMS" ] || return 0
    if ! grep -qE "^[0-9a-f]{64} [ *](\./)?${name//./\\.}\$" "$folder/SHA256SUMS"; then
        [ "$1" != "$here/tria" ] || die "SHA256SUMS does not name $name"
        return 0
    fi
    (cd "$folder" && sha256sum --check --strict --quiet --ignore-missing SHA256SUMS) ||
        die "the files in $folder are not those of SHA256SUMS: download the release again"
}

if [ -z "$binary" ]; then
    for candidate in "$here/tria" "$here/target/$machine"-*/release/tria "$here/target/release/tria"; do
        if [ -f "$candidate" ] && [ -x "$candidate" ]; then binary=$candidate; break; fi
    done
fi
[ -n "$binary" ] || die 'no executable found: build it with cargo build --release, or name it with --binary FILE'
[ -f "$binary" ] || die "there is no file $binary"
[ "$action" != upgrade ] || [ -x "$exe" ] || die 'Tria is not installed here: run ./install.sh without --upgrade'
check_sums "$binary"
check_machine "$binary"
version=$("$binary" --version 2>/dev/null </dev/null) || die "$binary does not run on this machine ($machine)"
case "$version" in 'tria '*) ;; *) die "$binary is not Tria: it says '$version'" ;; esac
for file in "${unit_names[@]}" tria.env tria-backup.sh; do
    [ -f "$here/systemd/$file" ] || die "systemd/$file is missing beside install.sh"
done
if [ "$live" = yes ]; then
    system=$(sed -n 's/^\(ID\|VERSION_ID\)=//p' /etc/os-release 2>/dev/null | tr -d '"' | sort -r | tr '\n' ' ') || system=''
    case "$system" in
        'debian 12 ' | 'ubuntu 22.04 ' | 'ubuntu 24.04 ') ;;
        *) say 'note: tried on Debian 12 and Ubuntu 22.04 and 24.04 only' ;;
    esac
fi
upgrade=no
if [ "$live" = yes ] && [ -x "$exe" ] && ! cmp -s "$binary" "$exe"; then upgrade=yes; fi
say "Installing $version from $binary"

# ── User, folders, settings, policies ────────────────────────────────────────────────────────────
owner=() reader=()
if [ "$live" = yes ]; then
    owner=(-o tria -g tria) reader=(-o root -g tria)
    if ! getent group tria >/dev/null; then run groupadd --system tria; fi
    if ! getent passwd tria >/dev/null; then
        run useradd --system --gid tria --home-dir /var/lib/tria --no-create-home --shell /usr/sbin/nologin tria
    fi
fi
# Folders that are there keep their modes: most of them are the system's.
for folder in "$(dirname "$exe")" "$lib" "$etc" "$etc/policies" "$units" "$man" "$completions"; do
    if [ ! -d "$folder" ]; then run install -d -m 755 "$folder"; fi
done
run install -d -m 750 "${owner[@]}" "$state"
first=no
if [ -e "$etc/tria.env" ]; then
    say "Kept: $etc/tria.env"
else
    # Keys of other services will stand in it: the service reads it, and nobody else does.
    run install -m 640 "${reader[@]}" "$here/systemd/tria.env" "$etc/tria.env"
    first=yes
fi
examples=no
if [ -n "$(find "$etc/policies" -name '*.md' -print -quit 2>/dev/null)" ]; then
    say "Kept: $etc/policies"
elif [ -d "$here/policies" ]; then
    run install -m 644 "$here"/policies/*.md "$etc/policies/"
    examples=yes
fi

# ── Program ──────────────────────────────────────────────────────────────────────────────────────
if [ "$upgrade" = yes ]; then
    say "Upgrading from $("$exe" --version 2>/dev/null || echo 'a version that does not run')"
    # A server that runs on settings of before an edit would not come up again, neither as the old version nor the new.
    if [ "$systemd" = yes ] && [ "$dry" = no ] && systemctl is-active --quiet tria.service; then
        as_tria "$exe" token list >/dev/null || die 'correct that first: nothing was done, and Tria still runs'
    fi
    keep "$staged"
    if [ "$dry" = no ]; then
        upgrading=yes
        trap roll_back EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        trap 'exit 129' HUP
    fi
    # Stopped before the backup: nothing is stored that the backup does not have.
    if [ "$systemd" = yes ] && [ "$start" = yes ]; then run systemctl stop tria.service; fi
    if [ -e "$(database)" ]; then
        settings=("BACKUP_DIR=$(data_folder)/backups" BACKUP_KIND=before-upgrade BACKUP_KEEP=3 "BACKUP_TRIA=$exe")
        if [ "$dry" = yes ]; then
            say "would make a backup in $(data_folder)/backups"
        else
            # From standard input: this folder may be closed to the user of the service.
            as_tria install -d -m 700 "$(data_folder)/backups"
            backup=$(as_tria "${settings[@]}" sh -s <"$here/systemd/tria-backup.sh" | tail -n 1)
            say "Backup: $backup"
            printf '%s\n' "$backup" >"$staged/backup"
        fi
    fi
fi

program_changed=no
put "$binary" "$exe" 755
program_changed=$changed
put "$here/systemd/tria-backup.sh" "$lib/tria-backup" 755
for name in "${unit_names[@]}"; do
    put "$here/systemd/$name" "$units/$name" 644
done
if [ "$program_changed" = yes ] || [ ! -e "$man/tria.1" ]; then write_docs; fi

if [ "$firewall" = yes ]; then
    if [ "$live" = yes ] && command -v ufw >/dev/null; then
        # Where sshd listens, or else its usual port.
        ssh_ports=$(sshd -T 2>/dev/null | sed -n 's/^port //p') || ssh_ports=''
        for port in ${ssh_ports:-22}; do run ufw allow "$port/tcp" comment 'SSH'; done
        run ufw allow 80,443/tcp comment 'reverse proxy of Tria'
        if ! LC_ALL=C ufw status | grep -q '^Status: active'; then say 'note: ufw is not active yet: ufw enable'; fi
    else
        say 'note: ufw is not installed, so no firewall was set up'
    fi
fi

# ── Start ────────────────────────────────────────────────────────────────────────────────────────
if [ "$systemd" = yes ] && [ "$start" = yes ]; then
    if [ "$changed" = no ] && systemctl is-active --quiet tria.service "${timers[@]}" &&
        systemctl is-enabled --quiet tria.service "${timers[@]}"; then
        say 'Nothing has changed; Tria runs.'
        wait_until_healthy || die 'see tria doctor'
    elif ! start_all; then
        [ "$upgrading" = no ] || exit 1
        die 'see tria doctor, correct what it names, then: systemctl restart tria'
    fi
elif [ "$live" = yes ] && [ "$systemd" = no ]; then
    say 'systemd does not run here: nothing was started. By hand: sudo -u tria /usr/local/bin/tria serve'
fi
if [ "$upgrade" = yes ]; then
    upgrading=no
    trap - EXIT INT TERM HUP
    run rm -rf "$previous"
    run mv "$staged" "$previous"
    say 'The version before is kept: ./install.sh --rollback goes back to it.'
fi

if [ "$examples" = yes ]; then
    say "NOTE: the policies in $etc/policies are EXAMPLES of an invented company."
    say '      Put your own in their place before customers see them, then: systemctl reload tria'
fi
[ "$first" = no ] || cat <<NEXT || :
Next:
  $etc/tria.env: settings, each with a remark
  sudo -u tria tria import products - < products.csv     then outlets and orders
  sudo -u tria tria token create --name owner --role admin
  sudo -u tria tria doctor                               says what is missing
NEXT
