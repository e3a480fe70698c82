import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A compose file, of the many forms that the specification allows in the one that ours are written in. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly user?: string;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly command?: string | readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

// A linter of compose files brings the specification's schema along, and keeps it up to date.
const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
const schema = JSON.parse(readFileSync(join(dclint, 'schemas/compose.schema.json'), 'utf8'));
// It names draft 7 by an address that Ajv does not know it by, so it is not validated itself.
const ajv = new Ajv({ validateSchema: false, strict: false, validateFormats: false, allErrors: true });
const validate = ajv.compile<ComposeFile>(schema);

/** A compose file of the repository, checked against the specification's own schema, with its variables at their defaults. */
export function readCompose(file: string): ComposeFile {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
  const parsed: unknown = parse(text, { merge: true });
  if (validate(parsed)) return parsed;
  const problems = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [];
  throw new Error(`${file} is no compose file:\n${problems.join('\n')}`);
}

/** `source:target:mode` of a mount. */
export function mountsOf(service: ComposeService): readonly Mount[] {
  return (service.volumes ?? []).map((text) => {
    const [source = '', target = '', mode = 'rw'] = text.split(':');
    return { source, target, mode, ofHost: source.startsWith('.') };
  });
}

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly mode: string;
  /** A file or folder of the repository, not a volume. */
  readonly ofHost: boolean;
}
