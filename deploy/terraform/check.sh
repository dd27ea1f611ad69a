#!/usr/bin/env bash
# Checks this folder without an account: form, that every name is declared, what the variables refuse, what cloud-init
# gets, and the scripts. Status 0: nothing is wrong (SKIPPED says what was not looked at); 1: a fault; 2: wrong usage.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'USAGE'
Usage: deploy/terraform/check.sh [--providers]

  --providers  download the providers that versions.tf names, and check every argument against them

Uses tofu or terraform, python3 with yaml, cloud-init (for its schema) and shellcheck, where they are installed.
USAGE
}

providers=no
case "${1:-}" in
    '') ;;
    --providers) providers=yes ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

status=0
fault() { printf 'FAULT: %s\n' "$*"; status=1; }
skipped() { printf 'SKIPPED: %s\n' "$*"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ── Scripts ──────────────────────────────────────────────────────────────────────────────────────
scripts=("$here/machine/setup.sh" "$here/check.sh" "$here/run.sh")
for script in "${scripts[@]}"; do bash -n "$script" || status=1; done
if command -v shellcheck >/dev/null; then
    shellcheck "${scripts[@]}" || status=1
else
    skipped 'shellcheck is not installed, so the scripts are only parsed (Debian: apt install shellcheck)'
fi

# ── Names: a reference that leads nowhere, seen without the providers ────────────────────────────
if command -v python3 >/dev/null; then
    python3 - "$here" <<'PYTHON' || status=1
import re
import sys
from pathlib import Path

faults = []
here = Path(sys.argv[1])
outputs = set(re.findall(r'^output "(\w+)"', (here / "machine/main.tf").read_text(encoding="utf-8"), re.M))
for folder in ["aws", "digitalocean", "machine"]:
    # Comments out.
    text = "\n".join(re.sub(r"^\s*#.*$", "", file.read_text(encoding="utf-8"), flags=re.M) for file in sorted((here / folder).glob("*.tf")))
    declared = {f"var.{name}" for name in re.findall(r'^variable "(\w+)"', text, re.M)}
    for block in re.findall(r"^locals \{\n(.*?)^\}", text, re.M | re.S):
        declared |= {f"local.{name}" for name in re.findall(r"^  (\w+) *=", block, re.M)}
    declared |= {f"{kind}.{name}" for kind, name in re.findall(r'^resource "(\w+)" "(\w+)"', text, re.M)}
    declared |= {f"data.{kind}.{name}" for kind, name in re.findall(r'^data "(\w+)" "(\w+)"', text, re.M)}
    declared |= {f"module.machine.{name}" for name in outputs if re.search(r'^module "machine"', text, re.M)}
    used = set(re.findall(r"(?<![\w.])(?:(?:var|local|module\.\w+|data\.\w+)\.\w+|(?:aws|digitalocean)_\w+\.\w+)", text))
    faults += [f"{folder}: {name} is not declared" for name in sorted(used - declared)]
    # What is declared with a validation only is not used.
    bodies = re.sub(r'^variable ".*?^\}', "", text, flags=re.M | re.S)
    for name in sorted(name for name in declared if name.startswith(("var.", "local."))):
        if not re.search(rf"(?<![\w.]){re.escape(name)}\b", bodies):
            faults.append(f"{folder}: {name} is never used")
    example = here / folder / "terraform.tfvars.example"
    if example.exists():
        given = {f"var.{name}" for name in re.findall(r"^(\w+) *=", example.read_text(encoding="utf-8"), re.M)}
        wanted = {name for name in declared if name.startswith("var.")}
        faults += [f"{folder}: terraform.tfvars.example and variables.tf differ in {name}" for name in sorted(given ^ wanted)]
for fault in faults:
    print("FAULT:", fault)
sys.exit(bool(faults))
PYTHON
else
    skipped 'python3 is not installed, so names are not looked up'
fi

# ── What needs Terraform ─────────────────────────────────────────────────────────────────────────
tool=$(command -v tofu || command -v terraform) || tool=''
if [ -z "$tool" ]; then
    skipped 'neither tofu nor terraform is installed: no syntax, variable or user-data was checked'
    [ "$status" -eq 0 ] || echo 'check.sh: FAILED' >&2
    exit "$status"
fi
export CHECKPOINT_DISABLE=1
# Everything happens in a copy: nothing is left here.
mkdir -p "$work/deploy"
cp -r "$here" "$here/../proxy" "$work/deploy/"
copy=$work/deploy/terraform
run() {
    local folder=$1
    shift
    "$tool" -chdir="$folder" "$@" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
}

run "$copy" fmt -check -recursive || fault 'not in the standard form: terraform fmt -recursive deploy/terraform'
if run "$copy/machine" init -backend=false -input=false; then
    run "$copy/machine" validate || fault 'machine is not valid'
    run "$copy/machine" test || fault 'a test of machine fails'
else
    fault 'machine can not be initialised'
fi

# The variables of each provider's folder alone, so that no provider is needed.
for folder in aws digitalocean; do
    mkdir -p "$work/$folder"
    cp -r "$copy/$folder/variables.tf" "$copy/$folder/tests" "$work/$folder/"
    if run "$work/$folder" init -backend=false -input=false; then
        run "$work/$folder" test || fault "a test of the variables of $folder fails"
        run "$work/$folder" plan -input=false -refresh=false -var-file="$copy/$folder/terraform.tfvars.example" ||
            fault "$folder/terraform.tfvars.example is refused"
    else
        fault "the variables of $folder are not valid"
    fi
    if [ "$providers" = yes ]; then
        if run "$copy/$folder" init -backend=false -input=false; then
            run "$copy/$folder" validate || fault "$folder is not valid"
        else
            fault "the providers of $folder could not be downloaded"
        fi
    fi
done
[ "$providers" = yes ] || skipped 'arguments of resources are not compared with the providers: --providers does that, and downloads them'

# ── What the machine gets ────────────────────────────────────────────────────────────────────────
for domain in '' chat.example.com; do
    user_data=$work/user-data${domain:+-with-domain}
    if ! run "$copy/machine" apply -auto-approve -input=false -var environment=production -var domain="$domain" \
        -var release_url=https://downloads.example.com/tria.tar.gz -var data_device=/dev/disk/by-id/x \
        -var release_sha256="$(printf '0%.0s' $(seq 64))"; then
        fault 'the user-data can not be rendered'
        continue
    fi
    "$tool" -chdir="$copy/machine" output -raw user_data >"$user_data" 2>/dev/null || fault 'the user-data can not be read'
    [ "$(head -n 1 "$user_data")" = '#cloud-config' ] || fault 'the user-data do not begin with #cloud-config'
    if python3 -c 'import yaml' 2>/dev/null; then
        python3 - "$user_data" "$work" <<'PYTHON' || fault 'what cloud-init would write is not what is here'
import base64
import sys
import yaml

given = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
for file in given["write_files"]:
    # As cloud-init does, and then for a look by shellcheck.
    name = file["path"].rsplit("/", 1)[1]
    open(f"{sys.argv[2]}/{name}", "wb").write(base64.b64decode(file["content"], validate=True))
assert given["runcmd"] == [["/usr/local/sbin/tria-setup"]]
PYTHON
        cmp -s "$work/tria-setup" "$here/machine/setup.sh" || fault 'setup.sh does not arrive as it is'
        bash -n "$work/tria-setup.conf" || fault 'the settings are no shell file'
        if [ -n "$domain" ] && command -v caddy >/dev/null; then
            caddy validate --config "$work/tria-setup.Caddyfile" --adapter caddyfile >"$work/log" 2>&1 || { cat "$work/log"; fault 'Caddy refuses the Caddyfile'; }
        fi
    else
        skipped 'python3 has no yaml (Debian: apt install python3-yaml), so the user-data are not unpacked'
    fi
    if command -v cloud-init >/dev/null; then
        cloud-init schema --config-file "$user_data" >"$work/log" 2>&1 || { cat "$work/log"; fault 'cloud-init refuses the user-data'; }
    else
        skipped 'cloud-init is not installed, so its schema is not compared (Debian: apt install cloud-init)'
    fi
done
command -v caddy >/dev/null || skipped 'caddy is not installed, so the Caddyfile is not validated'

[ "$status" -eq 0 ] || { echo 'check.sh: FAILED' >&2; exit "$status"; }
echo 'deploy/terraform: no faults'
