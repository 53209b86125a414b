// Tests what of Codex is left out of the build.
import { expect, test } from 'vitest';
import { usedStyle, usedStyleOf } from './used-style.ts';

const { hasSelector, hasToken } = usedStyleOf(
  'class="cdx-button cdx-button--weight-quiet" "cdx-icon--" color: var(--color-base);',
  ':root { --color-base: var(--color-black); --color-black: #000; --color-blue: #00f; }',
);

test.each([
  ['.cdx-button', true],
  ['.cdx-button.cdx-button--weight-quiet:hover', true],
  ['.cdx-button:not(.cdx-button--weight-primary)', true],
  ['.cdx-button--weight-primary', false],
  ['.cdx-button .cdx-thumbnail', false],
  ['.cdx-icon--small', true],
  ['.cdx-icon', false],
  ['.cdx-button:is(.cdx-button--weight-primary, .cdx-button--weight-quiet)', true],
  ['[dir] a', true],
])('the rule of %s is kept if the page can match it: %s', (selector, kept) => {
  expect(hasSelector(selector)).toBe(kept);
});

test('the rules of classes that the page has survive, in the sheets of Codex and in its own', () => {
  const { Rule } = usedStyle(import.meta.dirname);
  const survives = (selector: string, file: string): boolean => {
    let isKept = true;
    const remove = () => (isKept = false);
    Rule({ selectors: [selector], source: { input: { file } }, remove });
    return isKept;
  };
  const codex = '/node_modules/@wikimedia/codex/dist/codex.style.css';
  expect(survives('.cdx-chip-input__chips', codex)).toBe(true);
  // Its name is put together from the tone.
  expect(survives('.cdx-message--warning', codex)).toBe(true);
  expect(survives('.cdx-thumbnail', codex)).toBe(false);
  expect(survives('.nowhere', '/client/web/parts/popup.css')).toBe(true);
});

test('a design token is kept if a sheet or another token reads it', () => {
  expect(['--color-base', '--color-black', '--color-blue'].filter(hasToken)).toEqual([
    '--color-base',
    '--color-black',
  ]);
});
