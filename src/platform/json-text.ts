/** A text as JSON.stringify writes it. Mostly nothing in it has to be written otherwise, and then to look is much cheaper than to call. */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Neither quotes nor backslashes, control characters, and halves of a pair that may stand alone. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;
