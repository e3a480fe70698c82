import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { envExample, readConfig } from '../../src/platform/config.ts';
import { LakegateError } from '../../src/platform/errors.ts';

describe('configuration', () => {
  test('without a single setting everything has its default', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      logLevel: 'warn',
      dataDir: './data',
      partitions: 4,
      acceptPastMs: 7 * 86_400_000,
      acceptFutureMs: 300_000,
      loadIntervalMs: 500,
    });
    expect([...config.roles]).toEqual(['gateway', 'loader']);
    expect(config.schemaDir).toMatch(/schema\/events$/);
  });

  test('every problem is reported at once, with what was expected and what came', () => {
    const message = messageFor({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      LAKEGATE_ACCEPT_PAST: 'a week',
      LAKEGATE_PARTITIONS: '0',
      LAKEGATE_ROLES: 'gateway,lodaer',
      LAKEGATE_INGEST_BYTES_MAX: '12TiB',
    });
    expect(message).toContain('PORT: expected a port, 1 to 65535, or 0 for any that is free, got "70000"');
    expect(message).toContain('LOG_LEVEL: expected one of fatal, error, warn');
    expect(message).toContain(
      'LAKEGATE_ACCEPT_PAST: expected a duration between 1m and 30d, as 36h or 7d, got "a week"',
    );
    expect(message).toContain('LAKEGATE_PARTITIONS');
    expect(message).toContain('LAKEGATE_ROLES: expected gateway,loader or loader, got "gateway,lodaer"');
    expect(message).toContain('LAKEGATE_INGEST_BYTES_MAX');
  });

  test('a name with our prefix that does not exist is refused with the nearest one', () => {
    expect(messageFor({ LAKEGATE_DATADIR: '/x' })).toContain('did you mean LAKEGATE_DATA_DIR?');
    expect(messageFor({ LAKEGATE_COFFEE: 'yes' })).toMatch(/LAKEGATE_COFFEE: expected a setting that exists$/);
  });

  test('what has not our prefix is nobody of ours', () => {
    expect(() => readConfig({ PATH: '/bin', HOME: '/root', NODE_ENV: 'x' })).not.toThrow();
  });

  test('.env.example names every setting at its default', () => {
    expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(envExample());
  });
});

function messageFor(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof LakegateError && error.code === 'BAD_CONFIG') return error.message;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
}
