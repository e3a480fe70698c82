import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleOperations } from '../../src/gateway/graphiql/example-operations.ts';
import { describeWithBrowser, launchBrowser, openWatchedPage, type WatchedPage } from '../support/browser.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';

const EVENT = { id: 't1', userId: 'ada', amount: '12.5', currency: 'EUR', status: 'CAPTURED', category: 'a' };
const SEND = `mutation ($events: [TransactionInput!]!) { ingestTransactions(events: $events, wait: true) { admitted } }`;

/** What the answer to each operation of the first tab shows on a server that has seen no event before. */
const WAY_OF_AN_EVENT = [
  ['StartHere', '"admitted": 1'],
  ['StartHere', '"duplicates": 1'],
  ['Ask', '"amountSum": "12"'],
  ['Prove', '"verdict": "ADMITTED"'],
  ['Kinds', '"kind": "ACTIVITY"'],
] as const;

describeWithBrowser('GraphiQL in a browser without the internet', () => {
  let lakegate: LakegateHere;
  let browser: Browser;
  let opened: WatchedPage;

  beforeAll(async () => {
    [lakegate, browser] = await Promise.all([startLakegateHere(), launchBrowser()]);
    opened = await openWatchedPage(browser, `${lakegate.url}/graphql`);
  });

  afterAll(async () => {
    await browser?.close();
    await lakegate?.stop();
    if (lakegate !== undefined) removeDir(lakegate.dataDir);
  });

  test('opens with a tab to start in, and one of example operations for each kind', async () => {
    const tabs = opened.page.getByRole('tab');
    await tabs.nth(lakegate.model.kinds.length).waitFor();
    const firstOperations = lakegate.model.kinds.map((kind) => /query (\w+)/.exec(exampleOperations(kind))?.[1]);
    expect(await tabs.allInnerTexts()).toEqual(['StartHere', ...firstOperations]);
  });

  test('takes somebody who starts there, with nothing typed, from an event to the proof that it was counted', async () => {
    const { page } = opened;
    const result = page.locator('.result-window');
    for (const [operation, shown] of WAY_OF_AN_EVENT) {
      await page.locator('.graphiql-execute-button').click();
      await page.getByRole('menuitem', { name: operation }).click();
      await result.getByText(shown).first().waitFor();
    }
  });

  test('runs the example that is chosen at the button, and shows what it found', async () => {
    const { page } = opened;
    const occurredAt = new Date(Date.now() - 60_000).toISOString();
    await graphql(lakegate.url, SEND, { events: [{ ...EVENT, occurredAt }] });

    await page.getByRole('tab', { name: 'TransactionsByHour' }).click();
    await page.locator('.graphiql-execute-button').click();
    await page.getByRole('menuitem', { name: 'TransactionsByHour' }).click();
    const result = page.locator('.result-window');
    await result.getByText('"CAPTURED"').waitFor();
    await result.getByText('"amountSum": "12.5"').waitFor();
  });

  test('runs a subscription: a snapshot, then what changes, until it is stopped', async () => {
    const { page } = opened;
    await page.locator('.graphiql-execute-button').click();
    await page.getByRole('menuitem', { name: 'TransactionsLive' }).click();
    const result = page.locator('.result-window');
    await result.getByText('"SNAPSHOT"').waitFor();
    const occurredAt = new Date(Date.now() - 60_000).toISOString();
    await graphql(lakegate.url, SEND, { events: [{ ...EVENT, id: 't2', currency: 'CHF', occurredAt }] });
    await result.getByText('"PATCH"').waitFor();
    await result.getByText('"CHF"').waitFor();
    await page.locator('.graphiql-execute-button').click();
  });

  test('tells what each field is', async () => {
    const { page } = opened;
    await page.getByLabel('Show Documentation Explorer').click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByRole('link', { name: 'Query', exact: true }).click();
    const ledger = docs.locator('.graphiql-doc-explorer-item').filter({ hasText: /^ledger\(/ });
    await ledger.getByText('What came in, what was loaded, and the difference.').waitFor();
  });

  test('asks nobody but this server, and complains of nothing', () => {
    expect(opened.elsewhere).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});
