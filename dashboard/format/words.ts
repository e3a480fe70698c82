/** logLines → log lines, userIdDistinct → different users, amountP95 → amount p95: names of a declaration as one says them. */
export function wordsOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  const distinct = /^(.*) distinct$/.exec(words)?.[1];
  if (distinct === undefined) return words;
  return `different ${distinct.endsWith(' id') ? plural(distinct.slice(0, -' id'.length)) : distinct}`;
}

/** Log lines */
export function titleOf(name: string): string {
  const words = wordsOf(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function plural(word: string): string {
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : word.replace(/([^aeiou])y$/, '$1ie').concat('s');
}
