/** Whether an address to listen on, or a Host header with or without its port, names this machine and nobody else. */
function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Browsers ask no name server for `localhost` and what ends so. */
const LOOPBACK = /^((?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\]|::1(?!:))(?::\d{1,5})?$/i;

/**
 * Whether a request came under a name that its server, listening there, does not have. A page from elsewhere may lead a name of its own to this
 * machine (DNS rebinding) and is then of one origin with whatever answers here. Whoever listens for others too cannot know all its names.
 */
export function isMisled(listensOn: string, hostHeader: string | undefined): boolean {
  return isLoopback(listensOn) && !isLoopback(hostHeader ?? '');
}
