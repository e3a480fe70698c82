import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from './browser.ts';

/** Only there to end a test that has failed: on a busy machine a page takes its time. */
const DEADLINE_MS = 50_000;

/** The page at `/` as a reader sees it. */
export class DashboardPage implements WatchedPage {
  readonly page: Page;
  readonly elsewhere: readonly string[];
  readonly complaints: readonly string[];
  readonly subscribed: readonly string[];

  private constructor({ page, elsewhere, complaints, subscribed }: WatchedPage) {
    this.page = page;
    this.elsewhere = elsewhere;
    this.complaints = complaints;
    this.subscribed = subscribed;
    page.setDefaultTimeout(DEADLINE_MS);
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<DashboardPage> {
    return new DashboardPage(await openWatchedPage(browser, url, options));
  }

  panel(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** Waits until the equation on top says this, and that nothing is on the way. */
  async hasEquation(received: number, counted: number, duplicates: number, rejected: number): Promise<void> {
    const terms = [`${received} in = `, `${counted} counted + `, `${duplicates} duplicate + `, `${rejected} rejected`];
    const text = new RegExp(`^${terms.join('').replaceAll('+', '\\+').replaceAll(' ', '\\s*')}$`);
    await this.page.locator('.equation', { hasText: text }).waitFor();
  }

  /** Waits until a figure of a panel says this. */
  async hasFigure(panel: string, label: string, value: string): Promise<void> {
    const figures = this.panel(panel)
      .locator('.figure')
      .filter({ has: this.page.getByText(label, { exact: true }) });
    await figures.getByRole('definition').getByText(value, { exact: true }).waitFor();
  }

  /** Waits until a row of a panel's table says this, cell by cell. */
  async hasRow(panel: string, ...cells: readonly string[]): Promise<void> {
    const name = cells.join(' ');
    await this.panel(panel).getByRole('row', { name, exact: true }).waitFor();
  }

  /** What an expression is in the page. */
  evaluate(expression: string): Promise<unknown> {
    return this.page.evaluate(expression);
  }
}

/** As somebody would who pasted it into a terminal. */
export async function paste(command: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  return JSON.parse(stdout);
}
