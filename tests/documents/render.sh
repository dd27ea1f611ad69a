#!/usr/bin/env bash
# Renders a delivery order and an invoice of the demo company as pictures, as a customer's programs show them:
#   tests/documents/render.sh EXECUTABLE FOLDER
# Needs curl, poppler-utils and libreoffice-calc (with fonts for the scripts that names hold). Fails when a document
# does not open; how it looks is for people.
set -euo pipefail
executable=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
work=$(mktemp -d)
port=${PORT:-18471}
server=''
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; fi
    rm -rf "$work"
}
trap finish EXIT

export TRIA_LARGE_ORDER=90000 TRIA_UNUSUAL_PERCENT=100000 TRIA_COMPANY_TAX_NUMBER='GST Reg. No. M9-0000001-1'
export TRIA_COMPANY_ADDRESS='1 Example Road #02-03|Singapore 000001' TRIA_COMPANY_REGISTRATION='UEN 202600001A'
here=$(dirname "$(realpath "$0")")
export TRIA_LOGO=${TRIA_LOGO:-$here/../../assets/readme/chat.png}
export TRIA_COMPANY_EMAIL='accounts@tria-packaging.example' TRIA_COMPANY_PHONE='+65 0000 0000'
export TRIA_COMPANY_PAYMENT='Example Bank, account 000-000000-0|PayNow: UEN 202600001A'
"$executable" serve --demo --data-dir "$work/data" --port "$port" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 120); do
    curl -fs "localhost:$port/health" >/dev/null && break
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 1
done

# A short order, and one of every product: several pages.
products=$(curl -fs "localhost:$port/api/products?limit=200" | sed 's/},{/}\n{/g' | grep -E '"stock":(null|[0-9]{4,}),.*"active":true' |
    grep -o '"sku":"[^"]*"')
all=$(sed -n '1,100s/.*/{&,"quantity":100}/p' <<<"$products" | paste -sd,)
short=$(sed -n '1,3s/.*/{&,"quantity":1200}/p' <<<"$products" | paste -sd,)
notes='PO 4711. Back door 请放在后门 பின் கதவு'
number=0
for lines in "$short" "$all"; do
    number=$((number + 1))
    order=$(curl -s -H 'Content-Type: application/json' "localhost:$port/api/orders" \
        -d "{\"outlet_id\":1,\"notes\":\"$notes\",\"lines\":[$lines]}")
    id=$(sed -n 's/.*"order_id":\([0-9]*\).*/\1/p' <<<"$order")
    [ -n "$id" ] || { echo "$order" >&2; exit 1; }
    # Held when it is below a product's least quantity: the demo lets everybody confirm it.
    grep -q '"status":"confirmed"' <<<"$order" || curl -fsS -X POST "localhost:$port/api/orders/$id/confirm" >/dev/null
    curl -fsS "localhost:$port/api/download_do/$id" -o "$out/order-$number.xlsx"
    curl -fsS "localhost:$port/api/download_invoice/$id" -o "$out/invoice-$number.pdf"
    soffice "-env:UserInstallation=file://$work/office" --headless --convert-to pdf --outdir "$work" \
        "$out/order-$number.xlsx" >/dev/null 2>&1
    pdftoppm -r 70 -png "$work/order-$number.pdf" "$out/order-$number"
    pdftoppm -r 70 -png "$out/invoice-$number.pdf" "$out/invoice-$number"
    pdftotext "$out/invoice-$number.pdf" - | grep -q 'Total SGD'
    pdftotext "$work/order-$number.pdf" - | grep -q 'DELIVERY ORDER'
done
ls "$out"
