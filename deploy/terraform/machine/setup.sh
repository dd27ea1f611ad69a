#!/usr/bin/env bash
# Makes a fresh Debian 12 or Ubuntu 24.04 machine into one that serves Tria. cloud-init runs it once; run it again by
# hand after a failure: sudo /usr/local/sbin/tria-setup. Settings: /etc/tria-setup.conf. Its last line, on the console,
# in the journal (tria-setup) and in /var/log/cloud-init-output.log, is "TRIA SETUP OK" or "TRIA SETUP FAILED".
set -euo pipefail
shopt -s inherit_errexit
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# shellcheck source=/dev/null # written by cloud-init: the six names below
. "${1:-/etc/tria-setup.conf}"
: "${RELEASE_URL:?}" "${RELEASE_SHA256:?}" "${DATA_DEVICE:?}" "${APP_ENVIRONMENT:?}" "${DOMAIN?}" "${HEALTH_URL:?}"

step='start'
begin() { step=$1; printf 'tria-setup: %s\n' "$step"; }
tell() {
    printf '%s\n' "$*"
    logger -t tria-setup -- "$*" || :
    # The provider's web console shows it to whom SSH does not let in.
    { printf '%s\n' "$*" >/dev/console; } 2>/dev/null || :
}
die() { printf 'tria-setup: %s\n' "$*" >&2; exit 1; }
scratch=$(mktemp -d)
finish() {
    local status=$?
    rm -rf "$scratch"
    [ "$status" -eq 0 ] || tell "TRIA SETUP FAILED at: $step (status $status). More: /var/log/cloud-init-output.log"
}
trap finish EXIT

healthy() { curl --silent --fail --noproxy '*' --max-time 5 --output /dev/null "$HEALTH_URL"; }

# A newer version may have been installed since: this script never takes it back.
if [ -x /usr/local/bin/tria ] && healthy; then
    tell 'TRIA SETUP OK: Tria already runs here, nothing was done'
    exit 0
fi

begin 'packages'
wanted=(ca-certificates curl ufw unattended-upgrades)
[ -z "$DOMAIN" ] || wanted+=(caddy)
missing=()
for package in "${wanted[@]}"; do
    dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    # On a first boot other jobs hold apt's lock, and the mirror may not answer yet.
    for pause in 10 30 60 0; do
        if apt-get -o DPkg::Lock::Timeout=300 update && apt-get -o DPkg::Lock::Timeout=300 install -y "${missing[@]}"; then break; fi
        [ "$pause" -gt 0 ] || die "apt could not install: ${missing[*]}"
        sleep "$pause"
    done
fi

begin 'security updates'
printf 'APT::Periodic::%s "1";\n' Update-Package-Lists Unattended-Upgrade >/etc/apt/apt.conf.d/20auto-upgrades

begin 'data volume'
for _ in $(seq 1 300); do
    [ ! -b "$DATA_DEVICE" ] || break
    sleep 1
done
[ -b "$DATA_DEVICE" ] || die "$DATA_DEVICE did not appear within five minutes: is the volume attached?"
head -c 1M "$DATA_DEVICE" >/dev/null || die "$DATA_DEVICE can not be read"
# 2: nothing is on it. Whatever else it says, it is not formatted.
found=0
blkid --probe "$DATA_DEVICE" >/dev/null || found=$?
case "$found" in
    0) ;;
    2) mkfs.ext4 -q -L tria-data "$DATA_DEVICE" ;;
    *) die "what $DATA_DEVICE holds is not clear (blkid: $found); it was left alone" ;;
esac
[ "$(blkid --probe -s LABEL -o value "$DATA_DEVICE")" = tria-data ] || die "$DATA_DEVICE holds something else than Tria's data"
# By label, as the name of a device may change. Settings and policies are on it as well as the database.
if ! grep -q '^LABEL=tria-data ' /etc/fstab; then
    cat >>/etc/fstab <<'FSTAB'
LABEL=tria-data /srv/tria ext4 defaults,noatime,nofail,x-systemd.device-timeout=60s 0 2
/srv/tria/data /var/lib/tria none bind,nofail,x-systemd.requires-mounts-for=/srv/tria 0 0
/srv/tria/etc /etc/tria none bind,nofail,x-systemd.requires-mounts-for=/srv/tria 0 0
FSTAB
fi
mkdir -p /srv/tria /var/lib/tria /etc/tria
mountpoint -q /srv/tria || mount "$DATA_DEVICE" /srv/tria
mkdir -p /srv/tria/data /srv/tria/etc
for folder in data:/var/lib/tria etc:/etc/tria; do
    mountpoint -q "${folder#*:}" || mount --bind "/srv/tria/${folder%%:*}" "${folder#*:}"
done
# Without the volume nothing starts: an empty database beside the real one would be worse than none.
for unit in tria tria-backup tria-check; do
    mkdir -p "/etc/systemd/system/$unit.service.d"
    printf '[Unit]\nRequiresMountsFor=/srv/tria /var/lib/tria /etc/tria\n' >"/etc/systemd/system/$unit.service.d/volume.conf"
done
systemctl daemon-reload

begin 'download of the release'
curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --retry 5 --retry-delay 5 \
    --retry-all-errors --connect-timeout 20 --max-time 900 --output "$scratch/release.tar.gz" "$RELEASE_URL"
begin 'checksum of the release'
sha256sum --check --status <<<"$RELEASE_SHA256  $scratch/release.tar.gz" ||
    die "the download has $(sha256sum "$scratch/release.tar.gz" | cut -d ' ' -f 1), and release_sha256 is $RELEASE_SHA256"
begin 'unpacking of the release'
rm -rf /opt/tria-release
mkdir -p /opt/tria-release
tar -xzf "$scratch/release.tar.gz" -C /opt/tria-release --no-same-owner
installer=$(find /opt/tria-release -maxdepth 2 -name install.sh -print -quit)
[ -n "$installer" ] || die 'the archive holds no install.sh'

begin 'install.sh'
new=no
[ -e /etc/tria/tria.env ] || new=yes
"$installer" --no-start --firewall
# The volume may come from another machine, where the user of the service had another number.
chown -R tria:tria /var/lib/tria
chgrp tria /etc/tria/tria.env
if [ "$new" = yes ]; then
    sed -i "s/^ENVIRONMENT=.*/ENVIRONMENT=$APP_ENVIRONMENT/" /etc/tria/tria.env
    [ -z "$DOMAIN" ] || sed -i 's/^#TRIA_TRUST_PROXY=false$/TRIA_TRUST_PROXY=true/' /etc/tria/tria.env
fi
[ -z "$DOMAIN" ] || grep -q '^TRIA_TRUST_PROXY=true$' /etc/tria/tria.env ||
    die 'with a proxy in front, /etc/tria/tria.env needs TRIA_TRUST_PROXY=true'
"$installer"

begin 'firewall'
ufw --force enable

if [ -n "$DOMAIN" ]; then
    begin 'Caddy'
    install -m 644 /etc/tria-setup.Caddyfile /etc/caddy/Caddyfile
    caddy validate --config /etc/caddy/Caddyfile --adapter caddyfile
    systemctl enable --quiet caddy
    systemctl restart caddy
    systemctl is-active --quiet caddy || die 'Caddy does not run: journalctl -u caddy'
fi

begin 'health'
for _ in $(seq 1 60); do
    ! healthy || break
    sleep 2
done
healthy || die "$HEALTH_URL did not answer with 200 within two minutes"
tell "TRIA SETUP OK: $(/usr/local/bin/tria --version) is healthy${DOMAIN:+; Caddy serves https://$DOMAIN as soon as the name points here}"
