import { expect, test } from 'vitest';
import { patternFault } from '../../src/model/declare/safe-pattern.ts';

test.each([
  '^[a-z]{2,8}$',
  '^[^@\\s]+@[^@\\s]+\\.[a-z]+$',
  '^(?:EUR|USD)-\\d{4}$',
  '^(abc)+$',
  '^(?<year>\\d{4})-(?<month>\\d\\d)$',
  '[()|*+]',
  '\\(a+\\)+',
  '^\\p{Letter}+$',
  '^(a{2}b){1,3}$',
  '^(\\d{1,3}\\.){3}\\d{1,3}$',
  '^-?\\d+(?:\\.\\d+)?$',
])('%s is taken', (pattern) => {
  expect(patternFault(pattern)).toBeNull();
});

test.each([
  '(a+)+',
  '((a*))*',
  '(a|a)*',
  '(?:x{2,})+y',
  '(a+){3}',
  '(\\w+\\s?)*$',
  '(a+b?){2,50}',
  '(a?){30}a{30}',
  '(aa?)*',
  '((a|b){4}){4}',
])('%s could take exponential time and is refused', (pattern) => {
  expect(patternFault(pattern)).toBe('a repeated group that itself repeats or chooses');
});

test('a reference back is refused, for it makes any repeat as bad', () => {
  expect(patternFault('(a*)\\1')).toBe('a reference back to a group');
});

test('what does not compile is refused in the words of the engine', () => {
  expect(patternFault('(a')).toBe('Unterminated group');
});
