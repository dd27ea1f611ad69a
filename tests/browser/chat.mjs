// Drives the chat page of a running server in a real browser.
//
//   node chat.mjs BASE_URL [--order TEXT] [--shots DIR] [--only WORD]
//
// TEXT is an order that is complete in one message. What depends on a certain reply is stubbed in the
// browser, so the script passes against any data; the tests named "live" talk to the server itself.
// Chromium is /usr/bin/chromium, or what the variable CHROMIUM names.

import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: flags, positionals: [base] } = parseArgs({
  allowPositionals: true,
  options: { order: { type: 'string' }, shots: { type: 'string' }, only: { type: 'string', default: '' } },
});
if (!base) {
  console.error('usage: node chat.mjs BASE_URL [--order TEXT] [--shots DIR] [--only WORD]');
  process.exit(2);
}

const tests = [];
const test = (name, options, run = options) => tests.push({ name, options: run === options ? {} : options, run });

// ---- Stubs

const LINES = [
  { sku: 'BOX-012-KR-01', product_name: 'Pizza box 12 inch, kraft', quantity: 1500, unit_price: 0.65, line_total: 975 },
  { sku: 'LIN-012-WH-01', product_name: 'Greaseproof liner', quantity: 500, unit_price: 0.0125, line_total: 6.25 },
];
const order = (more = {}) => ({
  lines: LINES, outlet_name: 'Harbour Slice, Katong', currency: 'SGD', subtotal: 981.25, tax: 88.31, total: 1069.56,
  delivery_date: '2025-11-27', status: 'draft', missing: [], ...more,
});
const reply = (message, more = {}) => ({
  success: true, message, intent: 'general_query', confidence: 0.9, language: 'en', citations: [], mode: 'offline',
  metadata: { action: 'answer' }, ...more,
});
const problem = (status, headers = {}) => ({
  status, headers, contentType: 'application/problem+json',
  body: JSON.stringify({ title: 'Refused', detail: 'A sentence for people.', status, code: 'a_code', request_id: 'req-123' }),
});

/** Answers POST /api/chatbot from `replies` in turn and returns the requests that came. */
async function stub(page, ...replies) {
  const requests = [];
  await page.route('**/api/chatbot', async (route) => {
    const body = route.request().postDataJSON();
    requests.push({ key: route.request().headers()['idempotency-key'], body });
    const next = replies.length > 1 ? replies.shift() : replies[0];
    if (next === 'cut') return route.abort('connectionreset');
    if (next === 'never') return undefined;
    if (next.status) return route.fulfill(next);
    return route.fulfill({ json: { session_id: body.session_id, ...next } });
  });
  return requests;
}

async function say(page, text) {
  await page.locator('#field').fill(text);
  await page.keyboard.press('Enter');
}

const answers = (page) => page.locator('.message.assistant');
const mine = (page) => page.locator('.message.user .bubble');
const field = (page) => page.locator('#field');
const byName = (page, name) => page.getByRole('button', { name, exact: true });

async function waitForCount(locator, count) {
  await locator.nth(count - 1).waitFor();
  assert.equal(await locator.count(), count);
}

// ---- Live

test('live: a question by keyboard, its sources, a reload, a new conversation and back', async (page) => {
  assert.match(page.headers['content-security-policy'] ?? '', /default-src 'none'/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
  await page.keyboard.type('What is your');
  await page.keyboard.press('Shift+Enter');
  assert.equal(await field(page).inputValue(), 'What is your\n');
  await page.keyboard.press('Backspace');
  await page.keyboard.type(' refund policy?');
  await page.keyboard.press('Enter');
  assert.equal(await field(page).inputValue(), '');
  await waitForCount(answers(page), 1);
  assert.equal(await page.locator('#welcome').isVisible(), false);
  const text = await answers(page).first().locator('.bubble').innerText();
  await page.locator('.sources summary').focus();
  await page.keyboard.press('Enter');
  assert.ok((await page.locator('.sources li').first().innerText()).includes('.md'));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');

  await page.reload();
  await waitForCount(answers(page), 1);
  assert.deepEqual(await mine(page).allInnerTexts(), ['What is your refund policy?']);
  assert.equal(await answers(page).first().locator('.bubble').innerText(), text);

  await byName(page, 'New conversation').click();
  await page.locator('#welcome').waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('tria.session')), null);
  await byName(page, 'Back to the previous conversation').click();
  await waitForCount(answers(page), 1);
});

test('live: a suggestion is sent by a click', async (page) => {
  await byName(page, 'Do you deliver on Saturdays?').click();
  await waitForCount(answers(page), 1);
  assert.deepEqual(await mine(page).allInnerTexts(), ['Do you deliver on Saturdays?']);
});

if (flags.order) test('live: an order with the buttons', async (page) => {
  await say(page, flags.order);
  await byName(page, 'Yes, place this order').click();
  await waitForCount(answers(page), 2);
  assert.match(await page.locator('.card').last().innerText(), /^Order \d+/);
  assert.equal(await byName(page, 'Yes, place this order').count(), 0);
});

test('live: a person takes over, writes, and hands back', async (page) => {
  await say(page, 'I want to talk to a person');
  await waitForCount(answers(page), 1);
  const [, ticket] = /number (\d+)/.exec(await answers(page).first().innerText());
  const act = (what, data) => page.request.post(`${base}/api/escalations/${ticket}/${what}`, { data: data ?? {} });
  assert.equal((await act('reply', { message: 'Serena here: <b>one</b> moment' })).status(), 200);
  const person = page.locator('.message.person');
  await person.waitFor();
  assert.match(await person.innerText(), /Our team[^]*<b>one<\/b> moment/);
  await say(page, 'Thank you Serena');
  await waitForCount(mine(page), 2);
  await page.getByText('Your message is with our team.').waitFor();
  assert.equal(await answers(page).count(), 2, 'the assistant is silent');
  await page.reload();
  await waitForCount(person, 1);
  assert.equal((await act('hand_back')).status(), 200);
  await say(page, 'Do you deliver on Saturdays?');
  await waitForCount(answers(page), 3);
});

test('live: an unknown conversation starts afresh', async (page) => {
  await page.evaluate(() => localStorage.setItem('tria.session', 'nobody-knows-this-one'));
  await page.reload();
  await page.locator('#welcome').waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('tria.session')), null);
});

// ---- Answers

test('text: lines, lists, bold, and nothing becomes markup', async (page) => {
  const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const more = { citations: [{ source: evil, heading: evil, excerpt: evil }], escalation: { ticket_id: evil, tier: evil, reason: evil } };
  await stub(page, reply(`**${evil}** and\n**two** lines\n- one ${evil}\n• two\n\nend`, {
    ...more, order_id: evil, order: order({ outlet_name: evil, status: evil, currency: evil, missing: [evil], lines: [{ ...LINES[0], product_name: evil, sku: evil }] }),
  }));
  await say(page, evil);
  await waitForCount(answers(page), 1);
  assert.equal(await page.locator('#log img, #log script').count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await mine(page).innerText(), evil);
  const bubble = answers(page).locator('.bubble');
  assert.deepEqual(await bubble.locator('strong').allInnerTexts(), [evil, 'two']);
  assert.deepEqual(await bubble.locator('li').allInnerTexts(), [`one ${evil}`, 'two']);
  assert.deepEqual(await bubble.locator('p').allInnerTexts(), [`${evil} and\ntwo lines`, 'end']);
});

test('order: a draft waits for a yes, and only the newest one', async (page) => {
  const requests = await stub(page,
    reply('A draft.', { order: order() }),
    reply('Another.', { order: order() }),
    reply('Placed.', { order: order({ status: 'confirmed' }), order_id: 1042, metadata: { action: 'place_order' } }));
  await say(page, 'boxes');
  await byName(page, 'Yes, place this order').waitFor();
  const card = await page.locator('.card').innerText();
  for (const part of ['1,500', '0.65', '975.00', '0.0125', '6.25', '981.25', '88.31', 'SGD\u00a01,069.56', 'Thu, 27 Nov 2025', 'Harbour Slice']) {
    assert.ok(card.includes(part), `${part} in ${card}`);
  }
  await byName(page, 'Change something').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
  await page.keyboard.type('other boxes');
  await page.keyboard.press('Enter');
  await waitForCount(answers(page), 2);
  await waitForCount(byName(page, 'Yes, place this order'), 1);
  await byName(page, 'Yes, place this order').focus();
  await page.keyboard.press('Enter');
  await waitForCount(answers(page), 3);
  assert.equal(requests.at(-1).body.message, 'yes');
  assert.match(await page.locator('.card').last().innerText(), /^Order 1042\s+Confirmed/);
  assert.equal(await byName(page, 'Yes, place this order').count(), 0);
});

test('order: what is missing is said, and there is nothing to agree to', async (page) => {
  await stub(page, reply('Which outlet?', { order: order({ outlet_name: null, delivery_date: null, missing: ['outlet_name'] }) }));
  await say(page, 'boxes');
  await page.getByText('Still needed: outlet name').waitFor();
  assert.equal(await byName(page, 'Yes, place this order').count(), 0);
});

test('escalation: number and tier', async (page) => {
  await stub(page, reply('A colleague takes over.', { escalation: { ticket_id: 17, tier: 3, reason: 'asked' } }));
  await say(page, 'a person please');
  assert.equal(await page.locator('.message.assistant .notice').innerText(), 'Passed to a person: ticket 17 (tier 3, manager).');
});

// ---- Failures

test('429: the button counts down and repeats the same request', async (page) => {
  const requests = await stub(page, problem(429, { 'Retry-After': '2' }), reply('Here.'));
  await say(page, 'hello');
  const retry = byName(page, 'Retry');
  await page.getByText('Retry in 2 s').waitFor();
  await retry.click({ force: true }); // or Playwright would wait until it is enabled
  assert.equal(requests.length, 1, 'too early');
  await page.locator('.failure button[aria-disabled="false"]').waitFor();
  await retry.click();
  await waitForCount(answers(page), 1);
  assert.deepEqual(requests[1], requests[0]);
  assert.ok(requests[0].key.length >= 32);
  assert.equal(await page.locator('.failure').count(), 0);
  assert.equal(await mine(page).count(), 1);
});

test('500, a proxy page, a cut connection: kept, said, repeated with the same key', async (page) => {
  const requests = await stub(page, problem(500), { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }, 'cut', reply('Here.'));
  await say(page, 'hello');
  await page.getByText('Something went wrong on our side. Your message is kept.').waitFor();
  await page.getByText('Reference req-123').waitFor();
  await byName(page, 'Retry').click();
  await page.locator('.failure', { hasNotText: 'Reference' }).waitFor();
  await byName(page, 'Retry').click();
  await page.getByText('We could not be reached.').waitFor();
  await byName(page, 'Retry').click();
  await waitForCount(answers(page), 1);
  assert.equal(new Set(requests.map(({ key }) => key)).size, 1);
  await say(page, 'another');
  await waitForCount(answers(page), 2);
  assert.notEqual(requests.at(-1).key, requests[0].key);
});

test('422: the sentence, no retry, and the text comes back for a change', async (page) => {
  await stub(page, problem(422), reply('Here.'));
  await say(page, 'hello');
  await page.getByText('A sentence for people.').waitFor();
  assert.equal(await byName(page, 'Retry').count(), 0);
  await field(page).fill('more');
  await byName(page, 'Edit message').click();
  assert.equal(await field(page).inputValue(), 'hello\nmore');
  assert.equal(await mine(page).count(), 0);
});

test('a reload while the answer is awaited repeats the same request', async (page) => {
  await page.route('**/api/conversations/*', (route) => route.fulfill({
    json: { session_id: 's', messages: [{ role: 'user', text: 'boxes', at: '2025-11-23T08:00:00Z' }, { role: 'assistant', text: 'A draft.', at: '2025-11-23T08:00:01Z' }] },
  }));
  const requests = await stub(page, 'never', reply('A draft.', { order: order() }));
  await say(page, 'boxes');
  await field(page).fill('half a senten');
  await page.locator('#typing').waitFor();
  await page.reload();
  await byName(page, 'Yes, place this order').waitFor();
  assert.deepEqual(requests[1], requests[0]);
  assert.equal(await mine(page).count(), 1);
  assert.equal(await field(page).inputValue(), 'half a senten');
});

test('offline: kept, and sent when the network is back', async (page) => {
  await page.context().setOffline(true);
  await say(page, 'hello');
  await page.getByText('You are offline. Your message is kept.').waitFor();
  await page.context().setOffline(false);
  await waitForCount(answers(page), 1);
  assert.equal(await page.locator('.failure').count(), 0);
});

test('history that cannot be loaded keeps the conversation', async (page) => {
  await page.evaluate(() => localStorage.setItem('tria.session', 'abc'));
  await page.route('**/api/conversations/*', (route) => route.fulfill(problem(503, { 'Retry-After': '1' })));
  await page.reload();
  await page.getByText('Earlier messages could not be loaded.').waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('tria.session')), 'abc');
  await page.unroute('**/api/conversations/*');
  await page.route('**/api/conversations/*', (route) => route.fulfill({ json: { session_id: 'abc', messages: [{ role: 'assistant', text: 'Earlier.' }] } }));
  await byName(page, 'Load again').click();
  await page.getByText('Earlier.', { exact: true }).waitFor();
});

test('no company: a neutral heading', { before: (page) => page.route('**/api/company', (route) => route.fulfill(problem(404))) }, async (page) => {
  assert.equal(await page.locator('h1').innerText(), 'Customer service');
});

test('a page on plain http has no randomUUID', { before: (page) => page.addInitScript(() => { delete Crypto.prototype.randomUUID; }) }, async (page) => {
  const requests = await stub(page, reply('Here.'));
  await say(page, 'hello');
  await waitForCount(answers(page), 1);
  assert.match(requests[0].key, /^[0-9a-f]{32}$/);
  assert.match(requests[0].body.session_id, /^[0-9a-f]{32}$/);
});

test('blocked storage costs only the memory', { before: (page) => page.addInitScript(() => {
  for (const area of ['localStorage', 'sessionStorage']) Object.defineProperty(window, area, { get() { throw new DOMException('no', 'SecurityError'); } });
}) }, async (page) => {
  await stub(page, reply('Here.'));
  await say(page, 'hello');
  await waitForCount(answers(page), 1);
});

// ---- The field

test('field: the limit is counted in characters and nothing is cut off', async (page) => {
  const requests = await stub(page, reply('Here.'));
  assert.equal(await page.locator('#counter').isVisible(), false);
  await field(page).fill('😀'.repeat(5001));
  assert.equal(await page.locator('#counter').innerText(), '5,001 / 5,000');
  await page.keyboard.press('Enter');
  assert.equal(await field(page).getAttribute('aria-invalid'), 'true');
  assert.equal(requests.length, 0);
  await page.keyboard.press('Backspace');
  assert.equal(await page.locator('#counter').innerText(), '5,000 / 5,000');
  await page.keyboard.press('Enter');
  await waitForCount(answers(page), 1);
  assert.equal(await page.locator('#counter').isVisible(), false);
});

test('field: it grows and shrinks; Enter that ends a composition does not send', async (page) => {
  const requests = await stub(page, reply('Here.'));
  const height = async () => (await field(page).boundingBox()).height;
  const one = await height();
  await field(page).fill('a\nb\nc');
  assert.ok(await height() > one + 40);
  await field(page).fill('a\n'.repeat(200));
  assert.ok(await height() < page.viewportSize().height * 0.4);
  await field(page).fill('a');
  assert.equal(await height(), one);
  await field(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await page.keyboard.press('Shift+Enter');
  assert.equal(requests.length, 0);
});

test('field: a second message waits for the first answer and is not lost', async (page) => {
  const requests = await stub(page, 'never');
  await say(page, 'first');
  await page.locator('#typing').waitFor();
  await say(page, 'second');
  assert.equal(await field(page).inputValue(), 'second');
  assert.equal(requests.length, 1);
  await byName(page, 'New conversation').click();
  await page.locator('#welcome').waitFor();
  assert.equal(await page.locator('#typing').isVisible(), false);
  assert.equal(await field(page).inputValue(), 'second');
});

test('everything can be reached by Tab', async (page) => {
  await stub(page, reply('A draft.', { order: order(), citations: [{ source: 'a.md', heading: 'B', excerpt: 'c' }] }));
  await say(page, 'boxes');
  await waitForCount(answers(page), 1);
  await page.evaluate(() => document.activeElement.blur());
  await page.locator('.skip').focus();
  const reached = [];
  for (let i = 0; i < 7; i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  assert.deepEqual(reached, ['restart', 'scroller', 'Yes, place this order', 'Change something', 'Sources (1)', 'field', 'send']);
});

test('the typing indicator is still where motion is unwanted', async (page) => {
  await stub(page, 'never');
  await say(page, 'hello');
  const animation = () => page.locator('.dots i').first().evaluate((dot) => getComputedStyle(dot).animationName);
  assert.equal(await animation(), 'dot');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  assert.equal(await animation(), 'none');
});

test('scrolling: the newest is in sight, a tall answer from its beginning, a reader is left alone', async (page) => {
  const place = () => page.evaluate(() => {
    const frame = document.getElementById('scroller').getBoundingClientRect();
    const last = document.getElementById('log').lastElementChild.getBoundingClientRect();
    return { above: last.top - frame.top, below: frame.bottom - last.bottom };
  });
  await stub(page, ...Array(6).fill(reply('Short.')), reply('Tall.\n\n'.repeat(60)), reply('Short again.'));
  for (let i = 1; i <= 6; i += 1) {
    await say(page, 'hello');
    await waitForCount(answers(page), i);
  }
  assert.ok((await place()).below >= 0);
  await field(page).fill('a\n'.repeat(20)); // the field grows over the conversation
  await page.waitForFunction(() => {
    const log = document.getElementById('log');
    return log.getBoundingClientRect().bottom <= document.getElementById('composer').getBoundingClientRect().top;
  });
  await say(page, 'tall');
  await waitForCount(answers(page), 7);
  const tall = await place();
  assert.ok(tall.above >= 0 && tall.above < 40, JSON.stringify(tall));
  await page.route('**/api/chatbot', async (route) => {
    await page.locator('#scroller').evaluate((scroller) => new Promise((seen) => {
      scroller.addEventListener('scroll', seen, { once: true }); // told to the page with the next frame
      scroller.scrollTop = 0;
    }));
    await route.fallback();
  });
  await say(page, 'reading');
  await waitForCount(answers(page), 8);
  assert.equal(await page.locator('#scroller').evaluate((scroller) => scroller.scrollTop), 0);
});

// ---- Layout

for (const [width, height] of [[320, 568], [1280, 800], [568, 320]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`layout: ${width} × ${height}, ${colorScheme}`, { viewport: { width, height }, colorScheme }, async (page) => {
      const shot = async (name) => flags.shots && page.screenshot({ path: `${flags.shots}/${width}-${colorScheme}-${name}.png` });
      await shot('welcome');
      await stub(page,
        reply('You can have a **full refund** when goods are faulty:\n- tell us within 24 hours\n- send a photo\n\nThe money is with you in 5–7 business days.', {
          citations: [{ source: 'rules_and_policies.md', heading: 'Complaints > Defects and refunds', excerpt: 'Defects must be reported within 24 hours of delivery, with a photo.' },
            { source: 'product_faq.md', heading: 'Samples', excerpt: 'Samples cost 50, refunded with orders over 1,000.' }] }),
        reply('Here is your order. Shall I place it?', { order: order() }),
        reply('Thank you. Your order is placed.', { order: order({ status: 'pending_review' }), order_id: 1042 }),
        reply('I am sorry. A colleague takes over.', { escalation: { ticket_id: 17, tier: 3 } }),
        problem(429, { 'Retry-After': '30' }));
      await say(page, 'What is your refund policy, and what if only some of the boxes in a carton are damaged?');
      await page.locator('.sources summary').click();
      await shot('answer');
      await say(page, '1500 pizza boxes');
      await byName(page, 'Yes, place this order').waitFor();
      await shot('draft');
      await byName(page, 'Yes, place this order').click();
      await waitForCount(answers(page), 3);
      await shot('placed');
      await say(page, 'w'.repeat(120));
      await waitForCount(answers(page), 4);
      await say(page, 'hello');
      await page.locator('.failure').waitFor();
      await field(page).fill('x'.repeat(4990));
      await shot('failure');
      const overflow = await page.evaluate(() => {
        const [root, scroller] = [document.documentElement, document.getElementById('scroller')];
        return [root.scrollWidth - root.clientWidth, scroller.scrollWidth - scroller.clientWidth, root.scrollHeight - root.clientHeight];
      });
      assert.deepEqual(overflow, [0, 0, 0], 'nothing sticks out and only the conversation scrolls');
      for (const id of ['field', 'send', 'restart']) {
        const box = await page.locator(`#${id}`).boundingBox();
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${id} is in sight`);
      }
    });
  }
}

// ---- The run

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
let failed = 0;
for (const { name, options: { before, ...context }, run } of tests) {
  if (!name.includes(flags.only)) continue;
  const tab = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...context });
  const page = await tab.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // Chromium logs every refused request by itself; those are part of the tests.
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(message.text()));
  try {
    await before?.(page);
    const company = page.waitForResponse('**/api/company');
    page.headers = (await page.goto(base)).headers();
    await company;
    await page.locator('#log[aria-busy="false"]').waitFor({ state: 'attached' });
    await run(page);
    assert.deepEqual(faults, [], 'the console is clean');
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split('\n').join('\n      ')}${faults.map((fault) => `\n      console: ${fault}`).join('')}`);
  }
  await tab.close();
}
await browser.close();
console.log(failed ? `${failed} failed` : 'all passed');
process.exit(failed ? 1 : 0);
