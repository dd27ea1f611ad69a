#!/usr/bin/env bash
# Boots a clean Debian with the user-data that Terraform renders, and sees that its cloud-init ends with a healthy Tria:
# on an empty volume, on the same volume with a new machine, and that wrong releases and strange volumes are refused.
# Needs root, debootstrap, systemd-nspawn, a loop device, a mirror, terraform or tofu; says SKIPPED otherwise.
set -euo pipefail
shopt -s inherit_errexit

usage() {
    cat <<'USAGE'
Usage: deploy/terraform/run.sh EXECUTABLE [--mirror URL] [--base DIR]

  EXECUTABLE    the tria to install
  --mirror URL  where packages come from (default: debootstrap's own)
  --base DIR    a clean root to copy; made by the first run, so that the next ones are quicker
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$here/../..
executable='' mirror='' base=''
while [ $# -gt 0 ]; do
    case "$1" in
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
expect() { grep -q -- "$1" <<<"$2" || fail "no '$1' in: $2"; }

[ "$(id -u)" -eq 0 ] || skip 'it needs root'
for tool in debootstrap systemd-nspawn nsenter losetup openssl; do
    command -v "$tool" >/dev/null || skip "$tool is not here: apt-get install debootstrap systemd-container util-linux openssl"
done
terraform=$(command -v tofu || command -v terraform) || skip 'neither tofu nor terraform is here to render the user-data'

work=$(mktemp -d)
root='' container='' leader='' loop=''
stop() {
    [ -n "$container" ] || return 0
    if [ -n "$leader" ]; then inside systemctl poweroff >/dev/null 2>&1 || :; fi
    for _ in $(seq 1 100); do
        kill -0 "$container" 2>/dev/null || break
        sleep 0.2
    done
    kill -KILL "$container" 2>/dev/null || :
    wait "$container" 2>/dev/null || :
    container='' leader=''
}
finish() {
    local status=$?
    stop
    [ -z "$loop" ] || losetup --detach "$loop" || :
    rm -rf --one-file-system "$work"
    if [ "$status" -eq 0 ]; then printf 'All good, %s s.\n' "$SECONDS"; fi
}
trap finish EXIT

# ── A clean root with the packages that a first boot would fetch: it has no network here ──────────
make_root() {
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$1" ${mirror:+"$mirror"} >"$work/log" 2>&1 &&
        printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d" &&
        chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            cloud-init caddy ufw iptables unattended-upgrades curl ca-certificates e2fsprogs iproute2 >>"$work/log" 2>&1 &&
        rm "$1/usr/sbin/policy-rc.d" && return 0
    tail -n 5 "$work/log"
    rm -rf --one-file-system "$1"
    skip 'no root of Debian 12 could be made'
}
step 'a clean root of Debian 12 with cloud-init'
[ -n "$base" ] || base=$work/base
[ -d "$base" ] || make_root "$base"

step 'a release, and a server with a certificate for it'
mkdir -p "$work/web" "$work/tria-0.1.0"
cp -r "$top/install.sh" "$top/policies" "$top/systemd" "$work/tria-0.1.0/"
cp "$executable" "$work/tria-0.1.0/tria"
(cd "$work/tria-0.1.0" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >"$work/sums" && mv "$work/sums" SHA256SUMS)
tar -C "$work" -cf - tria-0.1.0 | gzip -1 >"$work/web/tria.tar.gz"
sum=$(sha256sum "$work/web/tria.tar.gz" | cut -d ' ' -f 1)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=release.test -addext subjectAltName=DNS:release.test \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cat >"$work/server.py" <<'SERVER'
import functools, http.server, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/srv/web/cert.pem", "/srv/web/key.pem")
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="/srv/web/files")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
SERVER
cat >"$work/release.service" <<'UNIT'
[Unit]
Before=cloud-final.service
[Service]
ExecStart=/usr/bin/python3 /srv/web/server.py
[Install]
WantedBy=multi-user.target
UNIT

truncate -s 2G "$work/volume"
loop=$(losetup --find --show "$work/volume" 2>/dev/null) || { loop=''; skip 'there is no loop device'; }

cp -r "$here/machine" "$work/machine"
mkdir -p "$work/a/b" && mv "$work/machine" "$work/a/b/machine" && cp -r "$top/deploy/proxy" "$work/a/proxy"
render() {
    "$terraform" -chdir="$work/a/b/machine" init -backend=false -input=false >/dev/null 2>"$work/log" || fail "$(cat "$work/log")"
    "$terraform" -chdir="$work/a/b/machine" apply -auto-approve -input=false -var environment=staging -var domain=chat.example.com \
        -var release_url=https://release.test:8443/tria.tar.gz -var release_sha256="$sum" -var data_device="$loop" \
        >/dev/null 2>"$work/log" || fail "$(cat "$work/log")"
    "$terraform" -chdir="$work/a/b/machine" output -raw user_data 2>/dev/null
}
render >"$work/user-data"

# ── Boot ─────────────────────────────────────────────────────────────────────────────────────────
inside() {
    nsenter --target "$leader" --all env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}
boot() {
    systemd-nspawn --quiet --directory="$root" --private-network --register=no --keep-unit --resolv-conf=off --timezone=off \
        --link-journal=no --bind="$loop" --boot --console=pipe </dev/null >"$work/console" 2>&1 &
    container=$!
    local state
    for _ in $(seq 1 100); do
        leader=$(pgrep -P "$container") || leader=''
        state=''
        # Its status is 0 for `running` only.
        [ -z "$leader" ] || state=$(inside systemctl is-system-running 2>/dev/null) || :
        case "$state" in starting | running | degraded) return 0 ;; esac
        kill -0 "$container" 2>/dev/null || break
        sleep 0.3
    done
    tail -n 5 "$work/console"
    skip 'systemd does not boot in a container here'
}
# A machine that nobody has touched, with this user-data.
machine() {
    stop
    root=$work/$1
    cp -a --reflink=auto "$base" "$root"
    mkdir -p "$root/var/lib/cloud/seed/nocloud" "$root/srv/web/files"
    cp "$work/user-data" "$root/var/lib/cloud/seed/nocloud/user-data"
    printf 'instance-id: %s\nlocal-hostname: %s\n' "$1" "$1" >"$root/var/lib/cloud/seed/nocloud/meta-data"
    printf 'datasource_list: [NoCloud]\n' >"$root/etc/cloud/cloud.cfg.d/90_test.cfg"
    cp "$work/key.pem" "$work/cert.pem" "$work/server.py" "$root/srv/web/"
    cp "$work/web/tria.tar.gz" "$root/srv/web/files/"
    cp "$work/release.service" "$root/etc/systemd/system/"
    cp "$work/cert.pem" "$root/usr/local/share/ca-certificates/release.crt"
    chroot "$root" update-ca-certificates >/dev/null 2>&1
    chroot "$root" systemctl enable --quiet release.service 2>/dev/null
    printf '127.0.0.1 localhost release.test %s\n' "$1" >"$root/etc/hosts"
    boot
    # `cloud-init status --wait` ends at the first warning: a container has no swap.
    for _ in $(seq 1 400); do
        log=$(cat "$root/var/log/cloud-init-output.log" 2>/dev/null) || log=''
        ! grep -q 'TRIA SETUP' <<<"$log" || break
        sleep 1
    done
}
as_tria() { inside runuser -u tria -- "$@"; }

step 'first boot, on an empty volume'
machine first
expect 'TRIA SETUP OK' "$log"
inside systemctl is-active --quiet tria caddy tria-backup.timer || fail 'a service does not run'
expect '200' "$(inside curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:8003/health)"
for folder in /srv/tria /var/lib/tria /etc/tria; do inside mountpoint -q "$folder" || fail "$folder is not on the volume"; done
expect '^ENVIRONMENT=staging$' "$(cat "$root/srv/tria/etc/tria.env" 2>/dev/null || inside cat /etc/tria/tria.env)"
expect '^TRIA_TRUST_PROXY=true$' "$(inside cat /etc/tria/tria.env)"
expect 'Status: active' "$(inside ufw status)"
expect '80,443/tcp *ALLOW' "$(inside ufw status)"
expect '22/tcp *ALLOW' "$(inside ufw status)"
expect 'chat.example.com {' "$(inside cat /etc/caddy/Caddyfile)"
expect 'TRIA SETUP OK' "$(inside journalctl --no-pager -t tria-setup)"
if as_tria sh -c '[ -r /etc/tria-setup.conf ]'; then fail '/etc/tria-setup.conf can be read by all'; fi
as_tria tria token create --name probe --role staff >/dev/null 2>&1
inside sh -c 'echo "TAX_RATE=0.07" >>/etc/tria/tria.env'

step 'again by hand'
expect 'already runs here' "$(inside tria-setup)"

step 'refusals'
# As a first boot would see it, each with one thing wrong.
wrong() {
    local answer
    inside systemctl stop tria
    inside sh -c "sed '$1' /etc/tria-setup.conf >/tmp/conf"
    if answer=$(inside tria-setup /tmp/conf 2>&1); then fail "this passed: $1"; fi
    expect "TRIA SETUP FAILED at: $2" "$answer"
    inside systemctl start tria
}
wrong "s/^RELEASE_SHA256=.*/RELEASE_SHA256=$(printf '0%.0s' $(seq 64))/" 'checksum of the release'
wrong 's#tria.tar.gz#other.tar.gz#' 'download of the release'
wrong 's#https:#http:#' 'download of the release'

step 'no start without the volume'
stop
# A container has no udev and so no volume by its label: the unit must not start on the empty folder below.
boot
if inside systemctl start tria >/dev/null 2>&1; then fail 'the service started without its volume'; fi
[ ! -e "$root/var/lib/tria/tria.db" ] || fail 'a database was made beside the volume'

step 'a new machine with the same volume'
# The user of the service gets another number on it.
if [ "$base" != "$work/base" ]; then cp -a --reflink=auto "$base" "$work/base"; fi
base=$work/base
chroot "$base" groupadd --system placeholder
chroot "$base" useradd --system --gid placeholder placeholder
machine second
expect 'TRIA SETUP OK' "$log"
expect 'probe' "$(as_tria tria token list)"
expect '^TAX_RATE=0.07$' "$(inside cat /etc/tria/tria.env)"
[ "$(inside stat -c %U /var/lib/tria/tria.db)" = tria ] || fail 'the data belong to somebody else'
as_tria tria doctor >/dev/null 2>&1 || fail 'tria doctor has complaints'

step 'a volume with something else on it'
stop
mkfs.ext4 -q -F -L holiday-photos "$loop"
machine third
expect 'TRIA SETUP FAILED at: data volume' "$log"
[ "$(blkid --probe -s LABEL -o value "$loop")" = holiday-photos ] || fail 'a strange volume was formatted'
