import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readChangeInput, splitChangeInputs, splitWhileTyping } from './change-input.ts';

const gerrit = 'https://gerrit.example.org/r/';

it.each([
  '1102340',
  ' 1102340 ',
  '1102340,3',
  'https://gerrit.example.org/r/1102340',
  'https://gerrit.example.org/r/1102340/',
  'http://gerrit.example.org/r/1102340',
  'https://gerrit.example.org/r/c/1102340',
  'https://gerrit.example.org/r/c/1102340/2',
  'https://gerrit.example.org/r/#/c/1102340/',
  'https://gerrit.example.org/r/#/c/mediawiki/core/+/1102340/2',
  'https://gerrit.example.org/r/c/a/b/+/1102340',
  'https://gerrit.example.org/r/c/a/b/+/1102340?tab=comments',
  'https://gerrit.example.org/r/c/a/b/+/1102340/2..3',
  'https://gerrit.example.org/r/c/a/b/+/1102340/3/x/Foo.php#42',
  'https://gerrit.example.org/r/c/a/b/+/1102340/3/x/+/99/Foo.php',
  'https://gerrit.example.org/r/c/a/b/+/1102340/comment/1a2b_3c/',
  'https://gerrit.example.org/r/c/a/b/%2B/1102340',
  'https://gerrit.example.org/r/c/a%2Fb/+/1102340',
  'https://gerrit.example.org//r//c/a/+/1102340',
  'gerrit.example.org/r/c/a/b/+/1102340',
])('W15: change 1102340 is read from %s', (input) => {
  expect(readChangeInput(input, gerrit)).toEqual({ number: '1102340', problem: null });
});

it.each([
  ['https://review.other.example/c/a/b/+/1102340', 'other-host'],
  ['https://gitlab.example/group/project/-/merge_requests/1102340', 'other-host'],
  ['https://gerrit.example.org.evil.example/r/c/a/+/1102340', 'other-host'],
  ['https://gerrit.example.org@evil.example/r/c/a/+/1102340', 'other-host'],
  ['https://gerrit.example.org:8443/r/c/a/+/1102340', 'other-host'],
  ['https://gerrit.example.org/other/c/a/+/1102340', 'other-host'],
  ['https://gerrit.example.org/r/q/owner:me', 'no-number'],
  ['https://gerrit.example.org/r/c/a/b/+/0', 'no-number'],
  ['https://gerrit.example.org/r/c/a/b/+/12345678901', 'no-number'],
  ['https://gerrit.example.org/r/c/a/b/+/12x', 'no-number'],
  ['https://gerrit.example.org/r/', 'no-number'],
  ['', 'empty'],
  ['   ', 'empty'],
  ['\n', 'empty'],
  ['0', 'leading-zero'],
  ['007', 'leading-zero'],
  ['12345678901', 'too-long'],
  ['I0123456789abcdef', 'change-id'],
  ['1102340\n1', 'not-a-number'],
  ['12,3', 'not-a-number'],
  ['-1', 'not-a-number'],
  ['--yes', 'not-a-number'],
  ['١٢٣', 'not-a-number'],
  ['javascript:1', 'not-a-number'],
  ['https://[', 'not-a-number'],
  [`https://gerrit.example.org/r/${'1/'.repeat(2_000)}`, 'not-a-number'],
])('%j is refused as %s', (input, problem) => {
  expect(readChangeInput(input, gerrit)).toEqual({ number: null, problem });
});

it('the server of a URL is not checked while no Gerrit is known', () => {
  expect(readChangeInput('https://any.example/r/c/a/+/7', null).number).toBe('7');
  expect(readChangeInput('https://any.example/7', null).number).toBe('7');
});

it('a change can be named by the URL of a Gerrit at the root of its server', () => {
  expect(readChangeInput('http://127.0.0.1:9000/c/a/+/7', 'http://127.0.0.1:9000/').number).toBe('7');
  expect(readChangeInput('http://127.0.0.1:9000/7', 'http://127.0.0.1:9000').number).toBe('7');
});

it('any typed text gives nothing but a number that scap can take', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789/+c,#?%2B .-I\n٣'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.constantFrom('', gerrit, `${gerrit}c/a/+/`), (typed, prefix) => {
      const { number } = readChangeInput(prefix + typed, gerrit);
      expect(number === null || /^[1-9][0-9]{0,9}$/.test(number)).toBe(true);
    }),
  );
});

it.each([
  ['1102340,1102341 1102342;1102343\n1102344', ['1102340', '1102341', '1102342', '1102343', '1102344']],
  ['1102340,3', ['1102340,3']],
  ['1102340,3,1102341,2', ['1102340,3', '1102341,2']],
  ['1102340, 3', ['1102340', '3']],
  ['12,13', ['12', '13']],
  [' , ;', []],
])('the input %j is split', (text, inputs) => {
  expect(splitChangeInputs(text)).toEqual(inputs);
});

it.each([
  ['1102340', [], '1102340'],
  ['1102340,', [], '1102340,'],
  ['1102340,1', [], '1102340,1'],
  ['1102340,1102', ['1102340'], '1102'],
  ['1102340 ', ['1102340'], ''],
  ['1102340,3 ', ['1102340,3'], ''],
  ['1102340 1102341,3', ['1102340'], '1102341,3'],
  ['12,', ['12'], ''],
])('the input %j is split while it is typed', (text, complete, rest) => {
  expect(splitWhileTyping(text)).toEqual({ complete, rest });
});
