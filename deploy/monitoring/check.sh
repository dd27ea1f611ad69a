#!/usr/bin/env bash
# Checks this folder: syntax, the unit tests of the alerts, and that rules, tests, dashboard and runbook name nothing
# that Tria does not have.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'USAGE'
Usage: deploy/monitoring/check.sh [URL or FILE …]

URL or FILE: what /metrics of a running Tria serves, such as http://127.0.0.1:8003/metrics, and if you like that of
node_exporter, http://127.0.0.1:9100/metrics. A family of metrics that has counted nothing yet is not served; its name
is then taken from the source, where that is at hand. TRIA_METRICS_TOKEN: a token, for a Tria on another machine.

Needs python3. promtool (Debian: prometheus) and amtool (prometheus-alertmanager) are used where they are installed.
USAGE
}

case "${1:-}" in
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
esac

status=0
if command -v promtool >/dev/null; then
    promtool check config "$here/prometheus.yml" || status=1
    promtool test rules "$here/rules_test.yml" "$here/rules_days_test.yml" || status=1
else
    echo 'SKIPPED: promtool is not installed, so rules are neither parsed nor tested (Debian: apt install prometheus)'
fi
if command -v amtool >/dev/null; then
    amtool check-config "$here/alertmanager.yml" || status=1
else
    echo 'SKIPPED: amtool is not installed, so alertmanager.yml is not parsed (Debian: apt install prometheus-alertmanager)'
fi

python3 - "$here" "$@" <<'PYTHON' || status=1
import json
import os
import re
import sys
import urllib.request
from pathlib import Path

here, sources = Path(sys.argv[1]), sys.argv[2:]
faults = []


def text(name):
    return (here / name).read_text(encoding="utf-8")


# ── What there is ────────────────────────────────────────────────────────────────────────────────

SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "summary": ["", "_sum", "_count"]}


def names_of(family, kind):
    # OpenMetrics declares a counter without its suffix, the older format with it.
    if kind == "counter" and family.endswith("_total"):
        return {family}
    return {family + suffix for suffix in SUFFIXES.get(kind, [""])}


def exposition(source):
    if not re.match(r"https?://", source):
        return Path(source).read_text(encoding="utf-8")
    request = urllib.request.Request(source)
    if os.environ.get("TRIA_METRICS_TOKEN"):
        request.add_header("Authorization", "Bearer " + os.environ["TRIA_METRICS_TOKEN"])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return answer.read().decode("utf-8")


served, labels = set(), {}
for source in sources:
    try:
        exposed = exposition(source)
    except (OSError, UnicodeDecodeError) as fault:
        sys.exit(f"check.sh: {source}: {fault}")
    found = re.findall(r"^# TYPE (\S+) (\S+)$", exposed, re.M)
    if not found:
        sys.exit(f"check.sh: {source}: these are no metrics")
    for family, kind in found:
        served |= names_of(family, kind)
    for name, inside in re.findall(r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+", exposed, re.M):
        labels.setdefault(name, set()).update(re.findall(r'(\w+)="', inside))

# The registry in the source: every family, also those without a sample.
code = here / "../../src"
registered, literals = set(), None
if code.is_dir():
    literals = {part for file in code.rglob("*.rs") for part in re.findall(r'"([^"\\\n]*)"', file.read_text(encoding="utf-8"))}
    registry = (code / "telemetry/metrics.rs").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^    (\w+): ([^=\n]+),$", registry, re.M))
    for family, field in re.findall(r'\.register\(\s*"(\w+)",\s*"[^"]*",\s*\w+\.(\w+)\.clone\(\)', registry):
        kind = fields.get(field, "")
        counts, measures = re.search(r"Count\b|Counter", kind), re.search(r"Times\b|Histogram", kind)
        registered |= names_of(family, "counter" if counts else "histogram" if measures else "gauge")
    if not registered:
        faults.append("src/telemetry/metrics.rs is not written as this check reads it")

# ── What is named ────────────────────────────────────────────────────────────────────────────────

KEYWORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "inf", "nan"}
# Prometheus makes these itself.
OWN = {"up", "ALERTS"}


def metrics(query):
    """Names of the series that a query reads, and its selectors."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', query)
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    bare = re.sub(r"\{[^}]*\}", "", bare)
    bare = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\boffset\s+-?\w+", " ", bare)
    words = re.findall(r"(?<![\w.])[A-Za-z_:][\w:]*(?!\w|\s*\()", bare)
    selectors = re.findall(r"([A-Za-z_:][\w:]*)\s*\{([^}]*)\}", re.sub(r"\$\{?\w+\}?", "", query))
    return {word for word in words if word.lower() not in KEYWORDS}, selectors


def expressions(yaml):
    """The values of `expr`, on one line or in a block below."""
    found, lines = [], yaml.splitlines()
    for at, line in enumerate(lines):
        key = re.match(r"^( *)(?:- )?expr: (.*)$", line)
        if not key:
            continue
        if key[2] != "|":
            found.append(key[2])
            continue
        depth, block = len(key[1]) + line.lstrip().startswith("- ") * 2, []
        for below in lines[at + 1 :]:
            if below.strip() and len(below) - len(below.lstrip()) <= depth:
                break
            block.append(below)
        found.append("\n".join(block))
    return found


rules, runbook = text("rules.yml"), text("RUNBOOK.md")
tests = text("rules_test.yml") + text("rules_days_test.yml")
dashboard = json.loads(text("grafana-dashboard.json"))
panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]

queries = [("rules.yml", query) for query in expressions(rules)]
queries += [("tests", query) for query in expressions(tests) + re.findall(r"series: '([^']*)'", tests)]
queries += [("dashboard, " + panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]
queries += [("dashboard, annotations", note["expr"]) for note in dashboard["annotations"]["list"]]
recorded = set(re.findall(r"- record: (\S+)", rules))
# Whatever looks like one of Tria's, in sentences and variables too.
mentioned = set()
for file in sorted(here.iterdir()):
    if file.suffix in {".md", ".yml", ".json"}:
        mentioned |= {(file.name, name) for name in re.findall(r"(?<![\w:])tria_\w+(?![\w:])", file.read_text(encoding="utf-8"))}

named = {(place, name) for place, query in queries for name in metrics(query)[0]} | mentioned
without_sample, unseen = set(), set()
machine = any(name.startswith("node_") for name in served)
for place, name in sorted(named):
    if name in OWN | recorded | served:
        continue
    if name.startswith("node_") and not machine:
        unseen.add(name)
    elif name in registered:
        without_sample.add(name)
    else:
        faults.append(f"{place}: nothing serves {name}")

# ── Labels: a misspelt one selects nothing, for ever and in silence ──────────────────────────────

for place, query in queries:
    for name, inside in metrics(query)[1]:
        for key, value in re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"', inside):
            if name in labels and key not in labels[name] | {"job", "instance", "le"}:
                faults.append(f"{place}: {name} has no label {key}")
            if literals is None or not name.startswith("tria_") or key in {"job", "instance", "le", "version"}:
                continue
            for part in value.split("|"):
                if not re.search(r"[.*+$]", part) and part not in literals | {""}:
                    faults.append(f"{place}: no {key} of {name} is called {part}")

# ── Alerts: complete, explained, tested both ways ────────────────────────────────────────────────

headings = {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", runbook, re.M)}
alerts = {}
for block in re.split(r"^ +- (?=alert:|record:|name:)", rules, flags=re.M):
    if block.startswith("alert:"):
        alerts[block.split("\n")[0].removeprefix("alert: ").strip()] = block
for name, block in alerts.items():
    if not re.search(r"severity: (critical|warning|info)$", block, re.M):
        faults.append(f"{name} has no severity")
    for part in ["summary", "description", "runbook_url"]:
        if not re.search(rf"^ +{part}: \S", block, re.M):
            faults.append(f"{name} has no {part}")
    if "Next, " not in block:
        faults.append(f"the description of {name} has no next step")
    link = re.search(r"runbook_url: \S*RUNBOOK\.md#(\S+)", block)
    if not link or link[1] != name.lower() or link[1] not in headings:
        faults.append(f"the runbook_url of {name} leads nowhere")
    seen = re.findall(rf'alertname="{name}".*\n +eval_time: .*\n +exp_samples:(.*)', tests)
    if "" not in seen or " []" not in seen:
        faults.append(f"{name} has no test in which it fires, or none in which it does not")
for name in re.findall(r"^### (\w+)$", runbook, re.M):
    if name not in alerts:
        faults.append(f"RUNBOOK.md explains {name}, which is no alert")

# ── The dashboard ────────────────────────────────────────────────────────────────────────────────

ids = [panel["id"] for panel in dashboard["panels"]]
if len(ids) != len(set(ids)):
    faults.append("two panels of the dashboard have the same id")
taken = set()
for panel in dashboard["panels"]:
    at = panel["gridPos"]
    cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
    if cells & taken or at["x"] + at["w"] > 24:
        faults.append(f"the panel {panel['title']} lies over another, or outside")
    taken |= cells
for panel in panels:
    for part in [panel, *panel["targets"]]:
        if part["datasource"]["uid"] != "${datasource}":
            faults.append(f"the panel {panel['title']} has a data source of its own")

for fault in sorted(set(faults)):
    print("FAULT:", fault)
if not sources:
    print("SKIPPED: no address of /metrics was given, so names are compared with the source only")
if without_sample and sources:
    print("not served yet, known from the source:", ", ".join(sorted(without_sample)))
if unseen:
    print("not compared, no metrics of node_exporter were given:", ", ".join(sorted(unseen)))
print(f"{len({name for _, name in named})} names, {len(alerts)} alerts, {len(panels)} panels: {len(set(faults)) or 'no'} faults")
sys.exit(bool(faults))
PYTHON

[ "$status" -eq 0 ] || echo 'check.sh: FAILED' >&2
exit "$status"
