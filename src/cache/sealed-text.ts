import { createHash } from 'node:crypto';

/**
 * A text as it lies where others could write, too: `<seal>\n<text>`. The seal is of the name and the text, so that neither a damaged text is
 * taken for a good one, nor one that lies under another name.
 */
export function seal(name: string, text: string): string {
  return `${sealOf(name, text)}\n${text}`;
}

/** Null if it is not what was put under this name. */
export function unseal(name: string, sealed: string): string | null {
  if (sealed[SEAL_LENGTH] !== '\n') return null;
  const text = sealed.slice(SEAL_LENGTH + 1);
  return sealed.startsWith(sealOf(name, text)) ? text : null;
}

/** 132 bits: that two texts share one by chance will not be seen. */
const SEAL_LENGTH = 22;

function sealOf(name: string, text: string): string {
  return createHash('sha256').update(`${name.length} ${name}`).update(text).digest('base64url').slice(0, SEAL_LENGTH);
}
