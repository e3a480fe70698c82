import { expect, test } from 'vitest';
import { engineConfig } from '../../src/warehouse/engine/engine-config.ts';

test('an engine is told every Keeper by host and port, and whom Kafka may be', () => {
  const config = engineConfig({ keeper: ['one:2181', '[::1]:9181'], caFile: '/etc/ca.pem' });
  expect(config).toContain(
    '<node><host>one</host><port>2181</port></node><node><host>[::1]</host><port>9181</port></node>',
  );
  expect(config).toContain('<ssl_ca_location>/etc/ca.pem</ssl_ca_location>');
});

test('without a Keeper nothing is said of one', () => {
  expect(engineConfig({ keeper: [], caFile: null })).not.toMatch(/zookeeper|ssl_ca/);
});

test('no path and no name ends an element', () => {
  expect(engineConfig({ keeper: [], caFile: '/a&b</kafka><x>' })).toContain('/a&amp;b&lt;/kafka>&lt;x>');
});
