import { KeepAliveClient } from './keep-alive-client.ts';

/** As many callers as the log's figure for single appends was taken with. */
export const CONNECTIONS = 64;

/** How fast a server answers these requests, each with 200, when so many callers wait for their answer before they send the next. */
export async function requestsPerSecond(url: string, requests: readonly Uint8Array[]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => KeepAliveClient.open(url)));
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
