// From the API's answers to elements of the page.
//
// What people and the server say becomes text nodes, never markup, so no answer can bring an element, a
// link or a script of its own.

const LOCALE = 'en-GB'; // the page's language, so that its numbers read as those in the answers
const CURRENCY = 'SGD'; // when an order does not name one

const STATUS = {
  draft: 'Not placed yet', held: 'Waiting for our confirmation', pending_review: 'Waiting for our review',
  confirmed: 'Confirmed', picked: 'Being packed', out_for_delivery: 'On its way', delivered: 'Delivered',
  cancelled: 'Cancelled', rejected: 'Not accepted',
};
const TIER = { 1: 'assistant', 2: 'customer service', 3: 'manager', 4: 'urgent' };

/** An element; `props` are its properties, or attributes where it has no such property. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const button = (text, onclick, primary = false) =>
  el('button', { type: 'button', className: primary ? 'button primary' : 'button', onclick }, text);

/** What the customer said. */
export function userMessage(text, at) {
  return el('div', { className: 'message user' }, el('span', { className: 'unseen' }, 'You:'),
    el('div', { className: 'bubble' }, text), clock(at));
}

/** What a person of the team writes. */
export function personMessage(text, at) {
  return el('div', { className: 'message assistant person' }, el('span', { className: 'from' }, 'Our team'),
    el('div', { className: 'bubble' }, formatted(text)), clock(at));
}

/** The assistant's answer with all that hangs on it; `onConfirm` and `onChange` serve a draft's buttons. */
export function replyMessage(reply, at, { onConfirm, onChange }) {
  const { order, order_id: orderId, escalation } = reply;
  const placedOnly = orderId && !order && reply.metadata?.action === 'place_order';
  return el('div', { className: 'message assistant' }, el('span', { className: 'unseen' }, 'Assistant:'),
    el('div', { className: 'bubble' }, formatted(reply.message)),
    order ? orderCard(order, orderId, onConfirm, onChange) : null,
    placedOnly ? el('p', { className: 'notice' }, el('strong', {}, `Order ${orderId}`)) : null,
    escalation ? ticket(escalation) : null,
    sources(reply.citations), clock(at));
}

/** Plain text with line breaks, "- " lists and **bold**. */
function formatted(text) {
  const out = document.createDocumentFragment();
  let block = null;
  for (const line of String(text ?? '').split(/\r?\n/)) {
    if (!line.trim()) { block = null; continue; }
    const item = /^\s*[-•]\s+(.*)$/.exec(line);
    const kind = item ? 'UL' : 'P';
    if (block?.tagName !== kind) out.append(block = el(kind));
    else if (!item) block.append('\n'); // the stylesheet keeps it as a line break
    (item ? block.appendChild(el('li')) : block).append(...bold(item ? item[1] : line.trim()));
  }
  return out;
}

/** Odd pieces of a split by a capturing group are what the group caught. */
const bold = (line) => line.split(/\*\*(.+?)\*\*/).map((piece, i) => (i % 2 ? el('strong', {}, piece) : piece));

function sources(citations) {
  if (!citations?.length) return null;
  const items = citations.map(({ source, heading, excerpt }) => el('li', {},
    el('span', { className: 'file' }, source ?? ''),
    heading ? ` · ${heading}` : null,
    excerpt ? el('blockquote', {}, ...bold(excerpt)) : null));
  return el('details', { className: 'sources' },
    el('summary', {}, `Sources (${items.length})`), el('ul', {}, ...items));
}

function orderCard(order, orderId, onConfirm, onChange) {
  const draft = order.status === 'draft';
  const missing = order.missing ?? [];
  const title = draft ? 'Your order so far' : orderId ? `Order ${orderId}` : 'Your order';
  const facts = [order.outlet_name, order.delivery_date && `delivery ${day(order.delivery_date)}`].filter(Boolean);
  const ready = draft && !missing.length && order.lines?.length;
  return el('div', { className: 'card', role: 'group', 'aria-label': title },
    el('div', { className: 'card-head' }, el('strong', {}, title),
      el('span', {}, STATUS[order.status] ?? words(order.status))),
    facts.length ? el('p', { className: 'facts' }, facts.join(' · ')) : null,
    order.lines?.length ? orderTable(order) : null,
    missing.length ? el('p', { className: 'missing' }, `Still needed: ${missing.map(words).join(', ')}`) : null,
    ready ? el('div', { className: 'actions' },
      button('Yes, place this order', onConfirm, true), button('Change something', onChange)) : null);
}

function orderTable(order) {
  const currency = order.currency || CURRENCY;
  const heads = ['Item', 'Qty', 'Each', 'Amount'].map((head) => el('th', { scope: 'col' }, head));
  const line = ({ sku, product_name: name, quantity, unit_price: each, line_total: amount }) => el('tr', {},
    el('th', { scope: 'row' }, name || sku, name && sku ? el('span', { className: 'sku' }, sku) : null),
    el('td', {}, number(quantity, 0, 0)),
    el('td', {}, number(each, 2, 4)), // a piece can cost fractions of a cent
    el('td', {}, number(amount)));
  const sum = (name, value, className = '') => el('tr', { className },
    el('th', { scope: 'row', colSpan: 2 }, name), el('td', { colSpan: 2 }, value));
  return el('div', { className: 'table' }, el('table', {},
    el('caption', { className: 'unseen' }, `Amounts in ${currency}`),
    el('thead', {}, el('tr', {}, ...heads)),
    el('tbody', {}, ...order.lines.map(line)),
    el('tfoot', {}, sum('Subtotal', number(order.subtotal)), sum('Tax', number(order.tax)),
      sum('Total', money(order.total, currency), 'grand'))));
}

function ticket({ ticket_id: id, tier }) {
  const who = TIER[tier] ? `tier ${tier}, ${TIER[tier]}` : `tier ${tier}`;
  return el('p', { className: 'notice' }, 'Passed to a person: ', el('strong', {}, `ticket ${id}`), ` (${who}).`);
}

const words = (code) => String(code ?? '').replaceAll('_', ' ');

/** A number as the page writes it; a dash for what is not one. */
export function number(value, minimumFractionDigits = 2, maximumFractionDigits = 2) {
  if (!Number.isFinite(value)) return '–';
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits, maximumFractionDigits }).format(value);
}

function money(value, currency) {
  if (!Number.isFinite(value)) return '–';
  try {
    return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(value);
  } catch { return `${currency} ${number(value)}`; } // not an ISO 4217 code
}

function day(date) {
  // A bare date is midnight in UTC to JavaScript, which is still the day before in the Americas.
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T00:00` : date);
  if (Number.isNaN(at.getTime())) return String(date);
  return at.toLocaleDateString(LOCALE, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

function clock(when) {
  const at = new Date(when);
  if (Number.isNaN(at.getTime())) return null;
  const today = at.toDateString() === new Date().toDateString();
  const options = { hour: '2-digit', minute: '2-digit', ...(today ? {} : { day: 'numeric', month: 'short' }) };
  return el('time', { className: 'time', dateTime: at.toISOString() }, at.toLocaleString(LOCALE, options));
}
