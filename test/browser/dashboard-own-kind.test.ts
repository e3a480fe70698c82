import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { DashboardPage, paste } from '../support/dashboard-page.ts';
import { type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeWithBrowser("the page at / for a user's own kinds", () => {
  let lakegate: LakegateHere;
  let browser: Browser;
  let dashboard: DashboardPage;

  beforeAll(async () => {
    const env = { LAKEGATE_SCHEMA_DIR: resolve(import.meta.dirname, '../../examples/sensor') };
    [lakegate, browser] = await Promise.all([startLakegateHere({ env }), launchBrowser()]);
    dashboard = await DashboardPage.open(browser, lakegate.url);
  });

  afterAll(async () => {
    await browser?.close();
    await lakegate?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  test('draws a panel from the declaration alone, and none about kinds that are not declared', async () => {
    const { page } = dashboard;
    await paste(String(await page.locator('.first .command code').textContent()));
    await dashboard.hasFigure('Sensor readings', 'count', '1');
    const titles = await page.locator('.panel h2').allTextContents();
    expect(titles).toEqual(
      expect.arrayContaining(['Events per second', 'Alerts', 'Rejected events', 'Sensor readings']),
    );
    for (const absent of ['Revenue by category', 'Top pages', 'Live ratings', 'Open sessions', 'Active users'])
      expect(titles).not.toContain(absent);
  });

  test('shows the events behind a number of it, and follows one by the id that its fields make', async () => {
    const { page } = dashboard;
    await dashboard.panel('Sensor readings').getByRole('definition').getByRole('button').first().click();
    const sheet = page.getByRole('dialog');
    await sheet.locator('.events .number-link').first().click();
    await sheet.getByText('Counted in').waitFor();
    expect(dashboard.elsewhere).toEqual([]);
    expect(dashboard.complaints).toEqual([]);
  });

  test('has no button that kills anything where it is no demo, and no door behind it', async () => {
    expect(await dashboard.page.getByRole('button', { name: 'Kill the engine' }).count()).toBe(0);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${lakegate.url}/demo/kill-engine`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(404);
  });
});
