// The chat page: one conversation with the assistant. How an answer looks is in render.js.
//
// A message goes through an outbox (sessionStorage) together with its idempotency key and leaves it only
// when its answer is here. A lost connection, a reload or "Retry" therefore repeats the same request, and
// the server, which knows the key, does not place an order twice.

import { button, el, number, personMessage, replyMessage, userMessage } from './render.js';

const LIMIT = 5000; // characters in a message, the server's limit
const COUNTER_FROM = 4500; // from here on the counter is shown
const ANSWER_MS = 60_000; // far above the slowest answer; only a dead connection takes longer
const READ_MS = 15_000; // the same for what is only looked up
const WATCH_MS = 4_000; // while a person answers: how often is looked for a message
const TICKET_MS = 20_000; // the same while a ticket is open and the assistant answers
const STALE_MS = 3_600_000; // an unanswered message older than this is not repeated without a click

const $ = (id) => document.getElementById(id);
const [scroller, log, field] = [$('scroller'), $('log'), $('field')];

// ---- State. Blocked storage (private windows, strict settings) costs the memory, not the chat.

function storage(area) {
  const attempt = (use) => {
    try { return use(window[area]); } catch { return null; }
  };
  return {
    get: (key) => attempt((store) => store.getItem(key)),
    set: (key, value) => attempt((store) => (value ? store.setItem(key, value) : store.removeItem(key))),
  };
}
const lasting = storage('localStorage');
const ofTab = storage('sessionStorage');

let session = lasting.get('tria.session');
let previous = null; // the conversation before "New conversation", for the way back
let outbox = readOutbox();
let inFlight = null; // AbortController of the message that waits for its answer
let loading = false; // the past of the conversation is on its way
let atEnd = true; // who reads further up is not pulled down by an answer
let watching = null; // timer that looks for what a person writes
let lastSeen = 0; // the newest message of the server that was looked at
let openActions = null; // buttons of the draft shown last: an older draft must not be answered

function readOutbox() {
  try {
    return (JSON.parse(ofTab.get('tria.outbox')) ?? []).filter((out) => out.text && out.key && out.session);
  } catch { return []; }
}

function keepOutbox(messages) {
  outbox = messages;
  ofTab.set('tria.outbox', outbox.length ? JSON.stringify(outbox) : null);
}

function setSession(id) {
  session = id;
  lasting.set('tria.session', id);
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // randomUUID is withheld from pages on plain http; random bytes are not.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// ---- What is on the screen

const announce = (text) => { $('announce').textContent = text; };
const onTouchScreen = () => matchMedia('(pointer: coarse)').matches;
// On a touch screen the field would bring up the keyboard over the answer.
const focusQuietly = () => (onTouchScreen() ? scroller : field).focus();

function showState() {
  $('welcome').hidden = log.hasChildNodes() || loading;
  $('typing').hidden = !inFlight;
  log.setAttribute('aria-busy', loading); // so that the past is not read out
  $('send').setAttribute('aria-disabled', Boolean(inFlight || loading || !field.value.trim() || overLimit()));
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  atEnd = true;
}

function append(node) {
  log.append(node);
  showState();
  if (node.classList.contains('user')) atEnd = true;
  if (!atEnd) return node;
  // Of an answer that is taller than the window the beginning matters, not the end.
  const top = node.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 16;
  if (node.offsetHeight > scroller.clientHeight - 32) scroller.scrollTop += top;
  else toEnd();
  return node;
}

function addReply(reply, at) {
  retireActions();
  if (reply.escalation || reply.metadata?.action === 'silent') watch();
  if (!reply.message) return void append(el('p', { className: 'notice small', role: 'status' }, 'Your message is with our team.'));
  const onConfirm = () => { if (!inFlight) { focusQuietly(); send('yes'); } };
  const node = append(replyMessage(reply, at, { onConfirm, onChange: () => field.focus() }));
  openActions = node.querySelector('.card .actions');
}

function retireActions() {
  openActions?.remove();
  openActions = null;
}

function clearLog() {
  clearTimeout(watching);
  [watching, lastSeen] = [null, 0];
  log.replaceChildren();
  openActions = null;
}

// ---- The server

class Problem extends Error {
  constructor({ status = 0, detail, title, request_id: requestId }, retryAfter = 0) {
    super(detail || title || `The request was refused (${status}).`);
    Object.assign(this, { status, requestId, retryAfter });
  }

  /** Whether the same request can succeed later. Status 0: there was no answer at all. */
  get passing() { return [0, 408, 425, 429].includes(this.status) || this.status >= 500; }

  get sentence() {
    if (this.status === 0) return navigator.onLine ? 'We could not be reached.' : 'You are offline.';
    if (this.status === 429) return 'That was a lot in a short time. Please wait a moment.';
    if (this.status === 503) return 'We are very busy at the moment.';
    if (this.status >= 500) return 'Something went wrong on our side.';
    return this.message;
  }
}

async function call(path, { controller = new AbortController(), within = READ_MS, ...options } = {}) {
  const timer = setTimeout(() => controller.abort(), within);
  let status = 0;
  let wait = 0;
  try {
    const response = await fetch(path, { cache: 'no-store', signal: controller.signal, ...options });
    if (!response.ok) [status, wait] = [response.status, seconds(response.headers.get('Retry-After'))];
    const body = await response.json();
    if (response.ok) return body;
    throw new Problem({ ...body, status }, wait);
  } catch (cause) {
    // Else: cut off, timed out, or not JSON (a proxy's page), which is no answer even with a status of 200.
    throw cause instanceof Problem ? cause : new Problem({ status }, wait);
  } finally {
    clearTimeout(timer);
  }
}

/** Retry-After is a number of seconds or a date. */
function seconds(header) {
  const value = /^\d+$/.test(header ?? '') ? Number(header) : (Date.parse(header ?? '') - Date.now()) / 1000;
  return Math.min(Math.max(Math.ceil(value) || 0, 0), 600);
}

// ---- Sending

async function send(text) {
  // The id is ours, so that a reload finds the conversation even when the first answer was lost.
  if (!session) setSession(newId());
  const out = { text, key: newId(), session, at: Date.now() };
  keepOutbox([...outbox, out]);
  await deliver(out, append(userMessage(text, out.at)));
}

async function deliver(out, node) {
  const controller = new AbortController();
  inFlight = controller;
  if (openActions) openActions.hidden = true;
  announce('Writing an answer…');
  showState();
  toEnd();
  try {
    const reply = await call('/api/chatbot', {
      controller, within: ANSWER_MS, method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': out.key },
      body: JSON.stringify({ message: out.text, session_id: out.session }),
    });
    if (inFlight !== controller) return; // another conversation was started meanwhile
    inFlight = null;
    discard(out);
    if (reply.session_id) setSession(reply.session_id);
    addReply(reply, Date.now());
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (inFlight !== controller) return;
    inFlight = null;
    addFailure(out, node, problem);
  }
  announce('');
  showState();
}

const discard = (out) => keepOutbox(outbox.filter((other) => other.key !== out.key));

/** Under a message that was not answered: why, and what can be done. The text is not lost. */
function addFailure(out, node, problem) {
  const ready = Date.now() + problem.retryAfter * 1000;
  const left = () => Math.ceil((ready - Date.now()) / 1000);
  const wait = el('span', { 'aria-hidden': 'true' }); // a screen reader need not hear every second
  const retry = button('Retry', again);
  retry.append(wait);
  const kept = problem.passing ? ' Your message is kept.' : '';
  const hint = [401, 403].includes(problem.status) ? ' You can start a new conversation.' : '';
  const line = el('div', { className: 'notice failure' },
    el('p', {}, problem.sentence + kept + hint),
    problem.requestId && problem.status >= 500 ? el('p', { className: 'small' }, `Reference ${problem.requestId}`) : null,
    el('div', { className: 'actions' }, problem.passing ? retry : null, button('Edit message', takeBack)));

  function again() {
    if (left() > 0 || inFlight || loading || !line.isConnected) return;
    line.remove();
    focusQuietly();
    deliver(out, node);
  }
  function takeBack() {
    discard(out);
    line.remove();
    node.remove();
    if (openActions) openActions.hidden = Boolean(inFlight);
    setField([out.text, field.value].filter((text) => text.trim()).join('\n'));
    field.focus();
  }
  function tick() {
    retry.setAttribute('aria-disabled', left() > 0);
    wait.textContent = left() > 0 ? ` in ${left()} s` : '';
    if (left() > 0 && line.isConnected) setTimeout(tick, 500);
  }
  append(line);
  tick();
  if (problem.status === 0) window.addEventListener('online', again, { once: true });
}

// ---- A person answers

/** Looks for messages of people: from the first ticket on, one may come at any time. */
function watch() {
  if (watching) return;
  const id = session;
  const look = async () => {
    // A page that nobody looks at asks nothing.
    const after = lastSeen ? `?after=${lastSeen}` : '';
    const past = document.hidden ? {}
      : await call(`/api/conversations/${encodeURIComponent(id)}${after}`).catch((problem) => problem);
    if (id !== session || !watching) return;
    showPeople(past.messages ?? []);
    const gone = past instanceof Problem && !past.passing;
    watching = gone ? null : setTimeout(look, past.answered_by === 'person' ? WATCH_MS : TICKET_MS);
  };
  watching = setTimeout(look, WATCH_MS);
}

function showPeople(messages) {
  for (const message of messages) {
    if (message.id <= lastSeen) continue;
    lastSeen = message.id;
    if (message.role !== 'person') continue;
    append(personMessage(message.text, message.at));
    announce(`Our team: ${message.text}`);
  }
}

// ---- Conversations

async function openConversation() {
  clearLog();
  const id = session;
  if (!id) return showState();
  loading = true;
  showState();
  const past = await call(`/api/conversations/${encodeURIComponent(id)}`).catch((problem) => problem);
  if (id !== session) return; // a new one was started meanwhile
  loading = false;
  const waiting = outbox.filter((out) => out.session === id);
  if (!(past instanceof Problem)) {
    showPast(past.messages ?? [], waiting[0]?.text);
    if (past.answered_by === 'person' || past.messages?.some((message) => message.escalation)) watch();
  }
  else if (past.passing) append(historyFailure());
  else if (!waiting.length) setSession(null); // gone, or not ours
  showState();
  for (const out of waiting) {
    const node = append(userMessage(out.text, out.at));
    if (Date.now() - out.at < STALE_MS) await deliver(out, node);
    else addFailure(out, node, new Problem({ status: 408 }));
    if (id !== session) return;
  }
}

function showPast(messages, waiting) {
  // A message that still waits is sent again, and the server repeats its stored answer: shown once only.
  const last = messages.findLastIndex((message) => message.role === 'user');
  const repeated = waiting !== undefined && messages[last]?.text === waiting;
  for (const message of repeated ? messages.slice(0, last) : messages) {
    lastSeen = Math.max(lastSeen, message.id ?? 0);
    if (message.role === 'person') append(personMessage(message.text, message.at));
    else if (message.role !== 'user') addReply({ ...message, message: message.text }, message.at);
    else {
      retireActions();
      append(userMessage(message.text, message.at));
    }
  }
}

const historyFailure = () => el('div', { className: 'notice failure' },
  el('p', {}, 'Earlier messages could not be loaded.'),
  el('div', { className: 'actions' }, button('Load again', () => inFlight || openConversation())));

function restart() {
  if (log.hasChildNodes()) previous = session;
  setSession(null);
  inFlight?.abort();
  inFlight = null;
  loading = false;
  clearLog();
  $('return').hidden = !previous;
  announce('New conversation started.');
  showState();
  focusQuietly();
}

function goBack() {
  setSession(previous);
  previous = null;
  $('return').hidden = true;
  focusQuietly();
  openConversation();
}

// ---- The field

const characters = () => Array.from(field.value.trim()).length; // as the server counts, not UTF-16 units
const overLimit = () => field.value.length > LIMIT && characters() > LIMIT;

function setField(text) {
  field.value = text;
  fieldChanged();
}

function fieldChanged() {
  ofTab.set('tria.field', field.value);
  field.style.height = 'auto'; // or it would never shrink
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  const over = overLimit();
  const counter = $('counter');
  counter.hidden = field.value.length < COUNTER_FROM;
  counter.classList.toggle('over', over);
  counter.textContent = counter.hidden ? '' : `${number(characters(), 0, 0)} / ${number(LIMIT, 0, 0)}`;
  if (over !== (field.getAttribute('aria-invalid') === 'true')) announce(over ? `Too long: at most ${LIMIT} characters.` : '');
  field.setAttribute('aria-invalid', over);
  showState();
}

function submit(event) {
  event.preventDefault();
  const text = field.value.trim();
  field.focus();
  if (!text || overLimit()) return;
  if (inFlight || loading) return void announce('Please wait for the answer first.');
  setField('');
  send(text);
}

function fitVisibleHeight() {
  // Safari's keyboard covers the page without resizing it. A pinch zoom also changes the height: leave it.
  const view = window.visualViewport;
  if (Math.abs(view.scale - 1) > 0.01) return;
  document.documentElement.style.setProperty('--visible-height', `${view.height}px`);
  window.scrollTo(0, 0);
}

// ---- The frame around it

function showConnection() {
  // The assistant may run on this very computer, which needs no network.
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  $('offline').hidden = navigator.onLine || local;
  $('offline').textContent = 'You are offline. What you write is kept.';
}

async function showCompany() {
  const { name, hours } = await call('/api/company').catch(() => ({}));
  if (name) $('company').textContent = document.title = name;
  if (hours) $('hours').textContent = hours;
  $('hours').hidden = !hours;
}

$('composer').addEventListener('submit', submit);
field.addEventListener('input', fieldChanged);
field.addEventListener('keydown', (event) => {
  // Enter also ends the choice of a character in Chinese or Japanese (229 in Safari); that must not send.
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
});
$('suggestions').addEventListener('click', (event) => {
  const suggestion = event.target.closest('button');
  if (!suggestion || inFlight || loading) return;
  focusQuietly();
  send(suggestion.textContent);
});
$('restart').addEventListener('click', restart);
$('return').addEventListener('click', goBack);
window.addEventListener('online', showConnection);
window.addEventListener('offline', showConnection);
scroller.addEventListener('scroll', () => {
  atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 100;
});
// The field grows or the keyboard comes up: the last message stays in sight above it.
new ResizeObserver(() => atEnd && toEnd()).observe(scroller);
window.visualViewport?.addEventListener('resize', fitVisibleHeight);

showConnection();
showCompany();
setField(ofTab.get('tria.field') ?? '');
if (!onTouchScreen()) field.focus();
openConversation();
