import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { rootFieldsOf } from '../src/model/names.ts';
import { startChild } from './child.ts';
import { postRequest } from './keep-alive-client.ts';
import { CONNECTIONS, requestsPerSecond } from './requests-per-second.ts';
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
    const figures = {
      nothing: await requestsPerSecond(nothing.url, requests),
      durable: await requestsPerSecond(product.url, requests),
    };
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
