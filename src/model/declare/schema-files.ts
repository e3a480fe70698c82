import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Panel } from '../panels.ts';

/** The sample kinds: what is declared where no folder of one's own is given. */
export const SAMPLE_KINDS_DIR = fileURLToPath(new URL('../../../schema/events', import.meta.url));

const PANELS_DIR = fileURLToPath(new URL('../../../schema/panels', import.meta.url));
const API_DIR = fileURLToPath(new URL('../../../schema/api', import.meta.url));

/** The types and fields of one set of panels. */
export function readPanelSdl(panel: Panel): string {
  return readFileSync(join(PANELS_DIR, `${panel}.graphql`), 'utf8');
}

/** The product's own part of the schema: the texts of schema/api, sorted by name. */
export function readApiSdl(): readonly string[] {
  const names = readdirSync(API_DIR).filter((name) => name.endsWith('.graphql'));
  return names.sort().map((name) => readFileSync(join(API_DIR, name), 'utf8'));
}
