import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { mountsOf, ROOT, readCompose } from '../support/compose-file.ts';

const { services } = readCompose('docker-compose.yml');
const PROMETHEUS = join(ROOT, 'deploy/prometheus');
const GRAFANA = join(ROOT, 'deploy/grafana');

interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const config: PrometheusConfig = parse(readFileSync(join(PROMETHEUS, 'prometheus.yml'), 'utf8'));
const alerts = readRules('alerts.yml').groups.flatMap(({ rules }) => rules);
const dashboard: Dashboard = JSON.parse(readFileSync(join(GRAFANA, 'dashboards/lakegate.json'), 'utf8'));
const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

test('Prometheus asks every process of the product, and ClickHouse', () => {
  const product = Object.entries(services).filter(([, { build }]) => build !== undefined);
  const [found] = config.scrape_configs.flatMap(({ dns_sd_configs = [] }) => dns_sd_configs);
  expect(found?.names.toSorted()).toEqual(product.map(([name]) => name).toSorted());
  for (const [, { environment }] of product) expect(environment?.PORT).toBe(String(found?.port));
  const targets = config.scrape_configs
    .flatMap(({ static_configs = [] }) => static_configs)
    .flatMap((each) => each.targets);
  const [, port] =
    /<prometheus>.*<port>(\d+)</s.exec(readFileSync(join(ROOT, 'deploy/clickhouse/server.xml'), 'utf8')) ?? [];
  expect(targets).toEqual([`clickhouse:${port}`]);
});

test('every figure that an alert or the dashboard reads is one that the product shows', async () => {
  const known = new Set(await figuresOfProduct());
  const asked = [...alerts.map(({ expr }) => expr), ...shown].flatMap(figuresIn);
  expect(asked.length).toBeGreaterThan(20);
  for (const name of asked) expect(known, name).toContain(name);
});

test('Grafana is given a source under the id that the dashboard asks, and the folder where the dashboard lies', () => {
  const sources = parse(readFileSync(join(GRAFANA, 'datasources/prometheus.yml'), 'utf8'));
  const provider = parse(readFileSync(join(GRAFANA, 'dashboards/provider.yml'), 'utf8'));
  const used = dashboard.panels.flatMap(({ datasource }) => datasource?.uid ?? []);
  expect(new Set(used)).toEqual(new Set([sources.datasources[0].uid]));
  expect(new URL(sources.datasources[0].url).host).toBe('prometheus:9090');
  const mounted = mountsOf(services.grafana ?? {}).find(({ source }) => source === './deploy/grafana/dashboards');
  expect(provider.providers[0].options.path).toBe(mounted?.target);
  expect(services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(
    `${mounted?.target}/lakegate.json`,
  );
});

const promtool = spawnSync('promtool', ['--version']).status === 0;

test.runIf(promtool)('Prometheus takes its configuration and every alert (needs promtool)', () => {
  expect(config.rule_files).toEqual(['alerts.yml']);
  check(['check', 'config', join(PROMETHEUS, 'prometheus.yml')]);
});

test.runIf(promtool)('alerts are raised when they should be, and not before (needs promtool)', () => {
  check(['test', 'rules', join(ROOT, 'test/deploy/alerts.promtool.yml')]);
});

test.runIf(promtool)('Prometheus understands every question of the dashboard (needs promtool)', () => {
  const rules = shown.map((expr, at) => ({ record: `panel:${at}`, expr: expr.replaceAll('$__rate_interval', '1m') }));
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-promtool-'));
  try {
    writeFileSync(join(dir, 'dashboard.yml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
    check(['check', 'rules', join(dir, 'dashboard.yml')]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

function readRules(file: string): AlertRules {
  return parse(readFileSync(join(PROMETHEUS, file), 'utf8'));
}

function check(args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
}

/** With those that Node's own process has. A histogram is read as its buckets. */
async function figuresOfProduct(): Promise<readonly string[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const ofNode = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  registry.clear();
  const folder = join(ROOT, 'src/gateway/metrics');
  const source = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const own = [...source.matchAll(/'(lakegate_\w+)'/g)].flatMap(([, name = '']) => [name, `${name}_bucket`]);
  return ['up', ...ofNode, ...own];
}

function figuresIn(expr: string): readonly string[] {
  return expr.match(/\b(up|lakegate_\w+|process_\w+|nodejs_\w+)\b(?=[{[) ]|$)/g) ?? [];
}
