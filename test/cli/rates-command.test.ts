import { expect, test } from 'vitest';
import { readRatesFile } from '../../src/cli/rates-command.ts';

test('rates are read from any order of columns, whatever wrote the file', () => {
  const text =
    '\uFEFFday,"rate",to,from,source\r\n2026-11-21,"1.1584",usd,EUR,bank\r\n\r\n2026-11-22,0.0061,USD,jpy,bank\r\n';
  expect(readRatesFile('rates.csv', text)).toEqual([
    { from: 'EUR', to: 'USD', day: '2026-11-21', rate: '1.1584' },
    { from: 'JPY', to: 'USD', day: '2026-11-22', rate: '0.0061' },
  ]);
});

test.each([
  ['', 'rates.csv: expected a first line with the columns from, to, day, rate, got undefined'],
  ['from,to,rate\n', 'rates.csv: expected a first line with the columns from, to, day, rate, got from,to,rate'],
  ['from,to,day,rate\nEUR,USD,2026-11-21,1,1584\n', 'rates.csv:2: expected 4 columns, got 5'],
])('a file that is not one is refused with its line: %j', (text, message) => {
  expect(() => readRatesFile('rates.csv', text)).toThrow(message);
});
