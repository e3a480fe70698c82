/** What the server wrote into the page. */
export interface PageStart {
  readonly version: string;
  /** By kind the line for a shell that sends an event of it to this server. */
  readonly examples: Readonly<Record<string, string>>;
  /** It may kill the engine, to see that nothing gets lost. */
  readonly demo: boolean;
}

export const pageStart: PageStart = readStart();

/** The server does not know under which address it is seen; the browser does. */
function readStart(): PageStart {
  const text = document.getElementById('start')?.textContent ?? '{"version":"","examples":{},"demo":false}';
  return JSON.parse(text.replaceAll('http://lakegate.invalid', location.origin)) as PageStart;
}
