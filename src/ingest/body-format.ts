import { LakegateError } from '../platform/errors.ts';

/** How the events of a body are laid out. */
export type BodyFormat = 'lines' | 'json' | 'cloud event' | 'cloud events';

/**
 * By the content type, which has to be given. `text/plain` and forms are refused on purpose: a browser sends those to any address for any
 * page, without asking first.
 */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const format = FORMATS.get(type);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (format !== undefined && (charset === undefined || UTF_8.has(charset))) return format;
  throw new LakegateError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `expected a Content-Type of ${[...FORMATS.keys()].join(', ')}, in UTF-8; got ${JSON.stringify((contentType ?? '').slice(0, 100))}`,
  });
}

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/x-ndjson', 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
  ['application/x-jsonlines', 'lines'],
  ['application/json', 'json'],
  ['application/cloudevents+json', 'cloud event'],
  ['application/cloudevents-batch+json', 'cloud events'],
]);

const UTF_8: ReadonlySet<string> = new Set(['charset=utf-8', 'charset="utf-8"', 'charset=utf8', 'charset=us-ascii']);
