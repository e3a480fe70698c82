import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventModel, KindModel } from '../../model/event-model.ts';
import { productVersion } from '../../platform/product-version.ts';
import { type FrontPageSources, frontPage, frontPageGroups } from '../address-list.ts';
import { bundlePage } from './bundle-page.ts';
import { type PageAsset, pageAsset, sendPageAsset } from './page-asset.ts';
import { ORIGIN, pageShell } from './page-shell.ts';

export interface PageSources extends FrontPageSources {
  /** A line for a shell that sends an event of the kind to the server at `url`. */
  readonly exampleCommand: (kind: KindModel, url: string) => string;
  /** The page may kill the engine. */
  readonly isDemo: boolean;
}

/**
 * `/`: the live page for browsers, and a list of addresses for everybody else. The page is made from its sources for the first who asks, and
 * whoever asks meanwhile waits for it: a server that nobody looks at need not make it.
 */
export function addPageRoute(server: FastifyInstance, sources: PageSources): void {
  let making: Promise<Page> | null = null;
  const page = (): Promise<Page> => {
    making ??= makePage(sources).catch((error: unknown) => {
      making = null;
      throw error;
    });
    return making;
  };
  server.get('/', async (request, reply) => {
    if (!wantsHtml(request)) return reply.type('text/plain; charset=utf-8').send(frontPage(sources, baseUrl(request)));
    const { shell, policy } = await page();
    reply.headers({ 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache' });
    return sendPageAsset(request, reply, shell);
  });
  server.get('/assets/:file', async (request: FastifyRequest<{ Params: { file: string } }>, reply) => {
    const script = (await page()).scripts.get(request.params.file);
    // One of another start: the page that asks for it is reloaded by hand.
    if (script === undefined) return reply.callNotFound();
    return sendPageAsset(request, immutable(reply), script);
  });
}

interface Page {
  readonly shell: PageAsset;
  readonly policy: string;
  /** By file name. */
  readonly scripts: ReadonlyMap<string, PageAsset>;
}

async function makePage(sources: PageSources): Promise<Page> {
  const bundle = await bundlePage();
  const scripts = await Promise.all(
    [...bundle.scripts].map(async ([name, bytes]) => [name, await pageAsset(bytes, SCRIPT_TYPE)] as const),
  );
  const { html, policy } = pageShell({
    style: bundle.style,
    scriptUrls: bundle.first.map((name) => `/assets/${name}`),
    start: {
      version: productVersion(),
      examples: examplesOf(sources.model, sources.exampleCommand),
      demo: sources.isDemo,
    },
    links: frontPageGroups(sources, ORIGIN),
  });
  return { shell: await pageAsset(Buffer.from(html), 'text/html; charset=utf-8'), policy, scripts: new Map(scripts) };
}

const SCRIPT_TYPE = 'text/javascript; charset=utf-8';

function examplesOf({ kinds }: EventModel, exampleCommand: PageSources['exampleCommand']): Record<string, string> {
  return Object.fromEntries(kinds.map((kind) => [kind.kind, exampleCommand(kind, ORIGIN)]));
}

/** Its name says what is in it, so that it never changes. */
function immutable(reply: FastifyReply): FastifyReply {
  return reply.header('Cache-Control', 'public, max-age=31536000, immutable');
}

function wantsHtml({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html');
}

function baseUrl({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`;
}
