// Tests that every colour a log can have can be read, in light and in dark.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { worstDark, worstLight } from './background.ts';
import { contrast, enough, type Rgb, readableOn, writingOn } from './contrast.ts';

const part = fc.integer({ min: 0, max: 255 });
const colours: fc.Arbitrary<Rgb> = fc.tuple(part, part, part);

test('contrast is what WCAG says it is', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  expect(contrast([7, 7, 7], [7, 7, 7])).toBe(1);
});

test('any colour becomes readable in light and in dark, and one that is stays as it is', () => {
  fc.assert(
    fc.property(colours, (colour) => {
      for (const background of [worstLight, worstDark]) {
        const read = readableOn(colour, background);
        expect(contrast(read, background)).toBeGreaterThanOrEqual(enough);
        if (contrast(colour, background) >= enough) expect(read).toBe(colour);
      }
    }),
  );
});

test('a colour that is made readable is still told from another', () => {
  const [red, , blue] = readableOn([255, 120, 120], worstLight);
  expect(red).toBeGreaterThan(blue * 1.5);
});

test('on any coloured background there is a colour to write with', () => {
  fc.assert(
    fc.property(colours, (background) => {
      expect(contrast(writingOn(background), background)).toBeGreaterThanOrEqual(enough);
    }),
  );
});

describe('the sixteen colours of the style sheet', () => {
  const sheet = readFileSync(join(import.meta.dirname, 'ansi.css'), 'utf8');
  const rgb = (hex: string): Rgb => [
    Number.parseInt(hex.slice(0, 2), 16),
    Number.parseInt(hex.slice(2, 4), 16),
    Number.parseInt(hex.slice(4, 6), 16),
  ];
  const themes = [
    { name: 'light', block: /:root \{([^}]*)\}/, background: worstLight },
    { name: 'dark', block: /:root\[data-theme="dark"\] \{([^}]*--ansi-0[^}]*)\}/, background: worstDark },
  ];
  for (const { name, block, background } of themes) {
    test(`can be read in ${name}`, () => {
      const found = [...(block.exec(sheet)?.[1] ?? '').matchAll(/--ansi-(\d+): #([0-9a-f]{6});/g)];
      expect(found.length).toBe(16);
      for (const [, number, hex = ''] of found) {
        expect(contrast(rgb(hex), background), `${name} ${number}`).toBeGreaterThanOrEqual(enough);
      }
    });
  }

  test('have writing that can be read on them', () => {
    const found = [...sheet.matchAll(/--ansi-bg: #([0-9a-f]{6});\s*--ansi-on: #([0-9a-f]{6});/g)];
    expect(found.length).toBe(16);
    for (const [whole, background = '', writing = ''] of found) {
      expect(contrast(rgb(background), rgb(writing)), whole).toBeGreaterThanOrEqual(enough);
    }
  });
});
