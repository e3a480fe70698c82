import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

/** A suite in a real browser. Where Chromium is missing it is named as skipped; LAKEGATE_TEST_ALL=1 makes that a failure. */
export function describeWithBrowser(name: string, suite: () => void): void {
  const here = chromiumPath() !== null;
  if (!here && process.env.LAKEGATE_TEST_ALL === '1') throw new Error(`expected Chromium here: "${name}" needs it`);
  describe.skipIf(!here)(`${name} (needs Chromium)`, suite);
}

/** Close it at the end. The sandbox is for pages of strangers, and is not to be had in most containers. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('expected Chromium on the PATH');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function chromiumPath(): string | null {
  const dirs = (process.env.PATH ?? '').split(delimiter);
  const paths = dirs.flatMap((dir) => ['chromium', 'chromium-browser'].map((name) => join(dir, name)));
  return paths.find(existsSync) ?? null;
}

export interface WatchedPage {
  readonly page: Page;
  /** Requests to anybody but the server of the page. They were refused. */
  readonly elsewhere: readonly string[];
  /** What the page complained of: errors on its console, and those that nobody caught. */
  readonly complaints: readonly string[];
  /** What it subscribed to so far, as it was sent. */
  readonly subscribed: readonly string[];
}

/** Opens a page that cannot reach anybody else, and keeps what it tried and what went wrong in it. */
export async function openWatchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const { origin, host } = new URL(url);
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  const page = await browser.newPage(options);
  const subscribed: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**', async (route) => {
    const asked = new URL(route.request().url());
    if (asked.origin === origin || asked.protocol === 'data:') return route.continue();
    elsewhere.push(asked.href);
    return route.abort();
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) elsewhere.push(socket.url());
    socket.on('framesent', ({ payload }) => {
      const text = String(payload);
      if (text.includes('"subscribe"')) subscribed.push(text);
    });
  });
  await page.goto(url);
  return { page, elsewhere, complaints, subscribed };
}
