#!/bin/sh
# Makes a backup with the time in its name, checks it, and then removes the oldest of this kind, so that BACKUP_KEEP
# stay. When no new one can be made, none goes. The last line says which file it is.
set -eu
umask 077
folder=${BACKUP_DIR:-/var/lib/tria/backups}
keep=${BACKUP_KEEP:-14}
kind=${BACKUP_KIND:-daily}
tria=${BACKUP_TRIA:-/usr/local/bin/tria}

# The new one is always kept, whatever the number says.
case $keep in '' | *[!0-9]* | 0) echo "BACKUP_KEEP is $keep: it must be 1 or more" >&2; exit 2 ;; esac

# What an earlier run left when it was cut off.
rm -f "$folder/$kind"-*.db.part
new=$folder/$kind-$(date -u +%Y-%m-%dT%H%M%SZ).db
"$tria" backup "$new" </dev/null
"$tria" backup verify "$new" </dev/null

# Names sort by time. The new one is left out of the count, so that no wrong clock puts it among the old.
set --
for file in "$folder/$kind"-????-??-??T??????Z.db; do
    if [ "$file" != "$new" ] && [ -f "$file" ]; then set -- "$@" "$file"; fi
done
while [ $# -ge "$keep" ]; do
    rm -f -- "$1"
    echo "removed $1"
    shift
done
echo "$new"
