import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { DashboardPage } from '../support/dashboard-page.ts';
import { graphql, type LakegateProcess, removeDir, startLakegateProcess } from '../support/lakegate.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeWithBrowser('the page at / when its server is killed', () => {
  let lakegate: LakegateProcess;
  let browser: Browser;
  let dashboard: DashboardPage;

  beforeAll(async () => {
    [lakegate, browser] = await Promise.all([startLakegateProcess(), launchBrowser()]);
    await send(lakegate.url, 'before');
    dashboard = await DashboardPage.open(browser, `${lakegate.url}/?range=15m`);
    await dashboard.hasFigure('Transactions', 'count', '1');
  });

  afterAll(async () => {
    await browser?.close();
    await lakegate?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  test('says so and keeps what it knew, and goes on by itself with the right numbers', async () => {
    const { page } = dashboard;
    expect(dashboard.complaints).toEqual([]);
    const { dataDir, url } = lakegate;
    await lakegate.kill();
    await page.getByText('No connection since').waitFor();
    await dashboard.hasFigure('Transactions', 'count', '1');

    lakegate = await startLakegateProcess({ env: { LAKEGATE_DATA_DIR: dataDir, PORT: new URL(url).port } });
    await send(lakegate.url, 'after');
    await dashboard.hasFigure('Transactions', 'count', '2');
    await dashboard.hasEquation(2, 2, 0, 0);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(dashboard.elsewhere).toEqual([]);
    // What the browser itself says of a server that is not there.
    expect(dashboard.complaints.filter((text) => !/ERR_|WebSocket connection/.test(text))).toEqual([]);
  });
});

async function send(url: string, id: string): Promise<void> {
  const event = { id, userId: 'ada', amount: '10', currency: 'EUR', status: 'CAPTURED', category: 'books' };
  await graphql(
    url,
    'mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { admitted } }',
    { events: [{ ...event, occurredAt: new Date().toISOString() }] },
  );
}
