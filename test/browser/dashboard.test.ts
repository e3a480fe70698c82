import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { DashboardPage, paste } from '../support/dashboard-page.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeWithBrowser('the page at / in a browser without the internet', () => {
  let lakegate: LakegateHere;
  let browser: Browser;
  let dashboard: DashboardPage;

  beforeAll(async () => {
    [lakegate, browser] = await Promise.all([startLakegateHere({ demo: true }), launchBrowser()]);
    dashboard = await DashboardPage.open(browser, `${lakegate.url}/?range=15m`);
  });

  afterAll(async () => {
    await browser?.close();
    await lakegate?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  test('tells how to send the first event by a line to paste, and comes alive when it arrives', async () => {
    const { page } = dashboard;
    await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
    expect(await paste(String(await page.locator('.first .command code').textContent()))).toMatchObject({
      admitted: 1,
    });
    await page.getByRole('heading', { name: 'Events per second' }).waitFor();
    await dashboard.hasEquation(1, 1, 0, 0);
    await dashboard.hasFigure('Active users', 'last 5 min', '1');
  });

  test('shows the numbers that the API answers, and tells duplicates and rejections apart', async () => {
    await send(lakegate.url, { id: 'p1', category: 'travel', amount: '1200.5' }, { id: 'p2', category: 'books' });
    const now = { id: 'now', category: 'rent', occurredAt: new Date().toISOString() };
    await send(lakegate.url, { id: 'p2', category: 'books' }, { id: 'p3', category: 'books', amount: '0.1' }, now);
    await send(lakegate.url, { id: 'p4', category: 'travel', amount: '-1' });
    await dashboard.hasEquation(7, 5, 1, 1);
    const { pipeline, transactionMetrics } = await askApi(lakegate.url);
    expect(pipeline.intake).toEqual({ received: 7, counted: 5, duplicates: 1, rejected: 1 });
    for (const { category, revenue, count } of transactionMetrics.rows) {
      const money = Number(revenue).toLocaleString('en', { minimumFractionDigits: 2 });
      await dashboard.hasRow('Revenue by category', category, money, String(count));
    }
    await dashboard.panel('Rejected events').getByText('OUT_OF_RANGE').waitFor();
  });

  test('shows of a number its table, the events behind it, and lines that ask for it', async () => {
    const { page } = dashboard;
    const number = dashboard.panel('Revenue by category').getByRole('button', { name: '1,200.50' });
    await number.focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Revenue' });
    await sheet.locator('.figure-text', { hasText: '1,200.50' }).waitFor();
    await sheet.getByRole('heading', { name: 'Where it comes from' }).waitFor();
    expect(await sheet.locator('.events li').allInnerTexts()).toEqual([expect.stringContaining('p1')]);
    const asked = await paste(String(await sheet.locator('.command code').first().textContent()));
    expect(asked).toMatchObject({ data: { metrics: { total: { revenue: '1200.5' } } } });
    await sheet.getByRole('button', { name: 'Copy' }).first().click();
    await sheet.getByRole('button', { name: 'Copied' }).waitFor();
    expect(new URL(page.url()).searchParams.get('number')).toBe('TRANSACTION.revenue');

    await page.reload();
    await sheet.locator('.figure-text', { hasText: '1,200.50' }).waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await number.focus();
    await page.keyboard.press('Enter');
    await sheet.waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.has('number')).toBe(false);
    await number.and(page.locator(':focus')).waitFor();
  });

  test('shows of a bar what it shows of its number in the table, by the keyboard and by a click', async () => {
    const { page } = dashboard;
    const chart = dashboard.panel('Transactions').getByRole('slider');
    await chart.locator('.u-over').waitFor();
    await chart.focus();
    await page.keyboard.press('End');
    while ((await chart.getAttribute('aria-valuetext'))?.endsWith(': transactions 3') === false) {
      expect(await chart.getAttribute('aria-valuenow')).not.toBe('0');
      await page.keyboard.press('ArrowLeft');
    }
    const [at, last] = await Promise.all(['aria-valuenow', 'aria-valuemax'].map((name) => chart.getAttribute(name)));
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Count' });
    await sheet.locator('.figure-text', { hasText: /^3$/ }).waitFor();
    const address = page.url();
    expect(new URL(address).searchParams.get('number')).toBe('TRANSACTION.count');
    expect(Date.parse(new URL(address).searchParams.get('number.from') ?? '')).toBeLessThanOrEqual(
      Date.parse(occurredAt),
    );
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });

    const { width = 0, height = 0 } = (await chart.locator('.u-over').boundingBox()) ?? {};
    const x = ((Number(at) + 0.5) / (Number(last) + 1)) * width;
    await chart.locator('.u-over').click({ position: { x, y: height - 4 } });
    await sheet.locator('.figure-text').waitFor();
    // Time may have moved on by a window meanwhile.
    expect(new URL(page.url()).searchParams.get('number')).toBe('TRANSACTION.count');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
  });

  test('follows an event by its id through every hop, and tells what came again and what was refused', async () => {
    const { page } = dashboard;
    await page.keyboard.press('/');
    const sheet = page.getByRole('dialog', { name: 'Follow an event' });
    const steps = (name: string): Locator => sheet.locator('.way > li').filter({ hasText: name });
    await sheet.getByRole('textbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('p2');
    await page.keyboard.press('Enter');
    await steps('Counted in').waitFor();
    expect(await sheet.locator('.way b').allInnerTexts()).toEqual([
      'Happened',
      'Received',
      'Durable in the log',
      'Visible',
      'Counted in',
      'Came again',
    ]);
    expect(await steps('Visible').textContent()).toMatch(/\+(<1|\d+) ms|\+[\d.]+ s/);

    await sheet.getByRole('textbox').fill('p4');
    await page.keyboard.press('Enter');
    await steps('Rejected').getByText('/amount').waitFor();
    await page.keyboard.press('Escape');
  });

  test('filters by a click: the numbers follow, the address says so, and another start of the page shows the same', async () => {
    const { page } = dashboard;
    await dashboard.hasFigure('Transactions', 'count', '4');
    await dashboard.panel('Revenue by category').getByRole('button', { name: 'books', exact: true }).click();
    await dashboard.hasFigure('Transactions', 'count', '2');
    expect(new URL(page.url()).searchParams.get('where.category')).toBe('books');
    await page.reload();
    await dashboard.hasFigure('Transactions', 'count', '2');
    await page.keyboard.press('c');
    await dashboard.hasFigure('Transactions', 'count', '4');
  });

  test('a late event corrects the window that was final, before the eyes of who looks', async () => {
    const { page } = dashboard;
    const transactions = dashboard.panel('Transactions');
    await transactions.getByRole('button', { name: 'Table' }).click();
    // Of a window that is open the row says so.
    await transactions.getByRole('row', { name: /^[^a-z]+ 3$/ }).waitFor();
    const mark = page.locator('#events .late').waitFor();
    await send(lakegate.url, { id: 'late', category: 'books' });
    await mark;
    await transactions.getByRole('row', { name: /^[^a-z]+ 4$/ }).waitFor();
    await transactions.getByRole('button', { name: 'Table' }).click();
  });

  test('stands still while it is paused, and then goes on from where it was; a phone in the dark shows the same', async () => {
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Pause' }).click();
    const options = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
    const phone = await DashboardPage.open(browser, `${lakegate.url}/?range=15m`, options);
    await send(lakegate.url, { id: 'p5', category: 'books' });
    await phone.hasFigure('Transactions', 'count', '6');
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await phone.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(14, 18, 22)');
    expect(phone.complaints).toEqual([]);
    expect(phone.elsewhere).toEqual([]);
    await phone.page.context().close();

    await dashboard.hasFigure('Transactions', 'count', '5');
    const subscribed = dashboard.subscribed.length;
    await page.getByRole('button', { name: 'Resume' }).click();
    await dashboard.hasFigure('Transactions', 'count', '6');
    const again = dashboard.subscribed.slice(subscribed).filter((text) => text.includes('TransactionMetrics'));
    expect(again.length).toBeGreaterThan(0);
    expect(again.filter((text) => !text.includes('"after":'))).toEqual([]);
  });

  test('its controls are reached by the keyboard, in the order in which they stand', async () => {
    const { page } = dashboard;
    await page.reload();
    await dashboard.hasFigure('Transactions', 'count', '6');
    const reached: string[] = [];
    for (let presses = 0; presses < 16; presses++) {
      await page.keyboard.press('Tab');
      reached.push(String(await dashboard.evaluate('document.activeElement.textContent')));
    }
    const controls = ['Skip to the numbers', 'Lakegate', 'Pause', 'Follow', 'Dark', '?', 'Kill the engine'];
    expect(reached.filter((text) => controls.includes(text))).toEqual(controls);
  });

  test('kills the engine where it is a demo, and shows that nothing gets lost', async () => {
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Kill the engine' }).click();
    const demo = dashboard.panel('Demo');
    await demo.getByText('The warehouse is down').waitFor();
    await graphql(lakegate.url, SEND, { events: [payment({ id: 'p6', category: 'books' })], wait: false });
    await demo.getByText('lost 0, counted twice 0').waitFor();
    await dashboard.hasFigure('Transactions', 'count', '7');
    await dashboard.hasEquation(10, 8, 1, 1);
  });

  test('shows the money of several currencies in one where there are rates, and that of one alone where one is missing', async () => {
    const { page } = dashboard;
    await send(lakegate.url, { id: 'usd', category: 'travel', amount: '100', currency: 'USD' });
    const revenue = dashboard.panel('Revenue by category');
    const chosen = revenue.getByRole('combobox').locator('option:checked');
    await revenue.getByRole('option', { name: 'USD' }).waitFor({ state: 'attached' });
    await dashboard.hasRow('Revenue by category', 'travel', '1,200.50', '1');
    expect(await chosen.textContent()).toBe('EUR');
    const rate = { from: 'USD', to: 'EUR', day: occurredAt.slice(0, 10), rate: '0.900004' };
    await graphql(lakegate.url, 'mutation ($rates: [RateInput!]!) { setRates(rates: $rates) { day } }', {
      rates: [rate],
    });
    await page.reload();
    await dashboard.hasRow('Revenue by category', 'travel', '1,290.50', '2');
    expect(await chosen.textContent()).toBe('all, in EUR');
    await revenue.getByRole('button', { name: '1,290.50' }).click();
    const sheet = page.getByRole('dialog', { name: 'Revenue' });
    await sheet.locator('.figure-text', { hasText: '1,290.5004' }).waitFor();
    await page.keyboard.press('Escape');
    await revenue.getByRole('combobox').selectOption('USD');
    await dashboard.hasRow('Revenue by category', 'travel', '100.00', '1');
  });

  test('no page of another server can kill it', async () => {
    const kill = (headers: Record<string, string>) =>
      fetch(`${lakegate.url}/demo/kill-engine`, { method: 'POST', headers, body: '{}' });
    const json = { 'content-type': 'application/json' };
    expect((await kill({ ...json, origin: 'http://elsewhere.example' })).status).toBe(400);
    expect((await kill({ ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    expect((await kill({ 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('asks nobody but this server, and complains of nothing', () => {
    expect(dashboard.elsewhere).toEqual([]);
    expect(dashboard.complaints).toEqual([]);
  });
});

const SEND = `mutation ($events: [TransactionInput!]!, $wait: Boolean!) {
  ingestTransactions(events: $events, wait: $wait) { admitted }
}`;

/** All are of one minute and a half ago, in one window, and one user's, so that they share a partition: what is newer there closes it. */
const occurredAt = new Date(Math.floor((Date.now() - 90_000) / 30_000) * 30_000 + 1_000).toISOString();

function payment(event: Record<string, string>): Record<string, string> {
  return { userId: 'ada', amount: '10', currency: 'EUR', status: 'CAPTURED', occurredAt, ...event };
}

async function send(url: string, ...events: readonly Record<string, string>[]): Promise<void> {
  await graphql(url, SEND, { events: events.map(payment), wait: true });
}

interface ApiAnswer {
  readonly pipeline: {
    readonly intake: Readonly<Record<'received' | 'counted' | 'duplicates' | 'rejected', number>>;
  };
  readonly transactionMetrics: {
    readonly rows: readonly { readonly category: string; readonly revenue: string; readonly count: number }[];
  };
}

async function askApi(url: string): Promise<ApiAnswer> {
  const { data } = await graphql<ApiAnswer>(
    url,
    `{
      pipeline { intake { received counted duplicates rejected } }
      transactionMetrics(range: {last: "15m"}, by: [CATEGORY], where: {currency: {eq: EUR}}) {
        rows { category revenue count }
      }
    }`,
  );
  return data;
}
