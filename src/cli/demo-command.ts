import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../platform/config.ts';
import { demo } from './demo.ts';

/** `lakegate demo`. The configuration is asked for when the command runs, so that --help needs none. */
export function demoCommand(config: () => Config, print: (text: string) => void): Command {
  return new Command('demo')
    .description(
      'run everything, send synthetic events of every declared kind, and show in this terminal what comes out',
    )
    .option('--rate <events>', 'events a second, all kinds together', rateOf, 500)
    .action(({ rate }: { rate: number }) => demo(config(), { rate, print, screen: process.stdout }));
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError('expected a number above 0');
  return rate;
}
