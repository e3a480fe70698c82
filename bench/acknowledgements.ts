import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { rootFieldsOf } from '../src/model/names.ts';
import { type Child, startChild } from './child.ts';
import { KeepAliveClient, postRequest } from './keep-alive-client.ts';
import { median } from './statistics.ts';

export interface AcknowledgementFigures {
  /** Durable acknowledgements a second, one event a mutation. */
  readonly durable: number;
  /** The same mutation where it does nothing. */
  readonly nothing: number;
  /** Median over the rounds of the ratio within a round. */
  readonly share: number;
  readonly connections: number;
}

/** Alternates between the product and the server that does nothing, so that both see the same weather. */
export async function measureAcknowledgements(options: {
  readonly model: EventModel;
  readonly kind: KindModel;
  readonly dataDir: string;
  readonly rounds: number;
  readonly requests: number;
}): Promise<AcknowledgementFigures> {
  const product = await startChild('product-process.ts', {
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: options.dataDir,
  });
  const nothing = await startChild('nothing-process.ts', {});
  const rounds: { readonly durable: number; readonly nothing: number }[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const requests = makeRequests(options, round);
    const figures = { nothing: await perSecond(nothing, requests), durable: await perSecond(product, requests) };
    if (round > 0) rounds.push(figures);
  }
  await Promise.all([product.stop(), nothing.stop()]);
  return {
    durable: median(rounds.map((round) => round.durable)),
    nothing: median(rounds.map((round) => round.nothing)),
    share: median(rounds.map((round) => round.durable / round.nothing)),
    connections: CONNECTIONS,
  };
}

/** As many callers as the log's figure for single appends was taken with. */
const CONNECTIONS = 64;

function makeRequests(
  { model, kind, requests }: { readonly model: EventModel; readonly kind: KindModel; readonly requests: number },
  round: number,
): readonly Uint8Array[] {
  const generator = new EventGenerator({
    kind,
    enums: model.enums,
    seed: `acknowledgements/${round}`,
    timeline: { startMs: Date.now() - 60_000, stepMs: 60_000 / requests },
  });
  const item = generator.item();
  const query = `mutation Send($events: [${kind.typeName}Input!]!) { ingest: ${rootFieldsOf(kind).ingest}(events: $events) { admitted version } }`;
  return Array.from({ length: requests }, (_, index) =>
    postRequest(
      '/graphql',
      `{"query":${JSON.stringify(query)},"variables":{"events":[${generator.make(index, item).line}]}}`,
    ),
  );
}

async function perSecond(server: Child, requests: readonly Uint8Array[]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => KeepAliveClient.open(server.url)));
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const status = await client.send(request);
        if (status !== 200) throw new Error(`expected 200, got ${status}`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const client of clients) client.close();
  return requests.length / seconds;
}
