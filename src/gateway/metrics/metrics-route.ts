import type { FastifyInstance } from 'fastify';

/** `GET /metrics`, for Prometheus. */
export function addMetricsRoute(server: FastifyInstance, metrics: MetricsText): void {
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}
