import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser, launchBrowser, openWatchedPage, type WatchedPage } from '../support/browser.ts';
import { type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';

describeWithBrowser('the page at / in a browser without the internet', () => {
  let lakegate: LakegateHere;
  let browser: Browser;
  let opened: WatchedPage;

  beforeAll(async () => {
    [lakegate, browser] = await Promise.all([startLakegateHere(), launchBrowser()]);
    opened = await openWatchedPage(browser, lakegate.url);
  });

  afterAll(async () => {
    await browser?.close();
    await lakegate?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  test('tells how to send the first event, and comes alive when it arrives', async () => {
    const { page } = opened;
    const command = (await page.locator('.command code').textContent()) ?? '';
    expect(command).toContain(`'${lakegate.url}/ingest/${lakegate.model.kinds[0]?.singular}`);

    const [, body = ''] = / -d '(.*)'$/.exec(command) ?? [];
    const event = body.replace(/'\$\(date -u \+%FT%TZ\)'/, new Date().toISOString()).replace(/'\$\(date \+%s\)'/, '1');
    const [, url = ''] = / '(http[^']+)'/.exec(command) ?? [];
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: event })).status).toBe(200);

    await page.getByRole('heading', { name: 'Events per second' }).waitFor();
    await page.locator('.term', { hasText: 'counted' }).getByText('1', { exact: true }).waitFor();
    await page.locator('.panel.loading').first().waitFor({ state: 'detached' });
    expect(await page.locator('.problem').allTextContents()).toEqual([]);
  });

  test('asks nobody but this server, and complains of nothing', () => {
    expect(opened.elsewhere).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});
