// Tests that every colour in a log is readable, in the light and the dark theme.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { worstDark, worstLight } from './background.ts';
import { contrast, minContrast, type Rgb, readableOn, textColourOn } from './contrast.ts';

const part = fc.integer({ min: 0, max: 255 });
const colours: fc.Arbitrary<Rgb> = fc.tuple(part, part, part);

test('the contrast function computes contrast as WCAG does', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  expect(contrast([7, 7, 7], [7, 7, 7])).toBe(1);
});

test('every colour is made readable in both themes, and a readable one stays unchanged', () => {
  fc.assert(
    fc.property(colours, (colour) => {
      for (const background of [worstLight, worstDark]) {
        const adjusted = readableOn(colour, background);
        expect(contrast(adjusted, background)).toBeGreaterThanOrEqual(minContrast);
        if (contrast(colour, background) >= minContrast) expect(adjusted).toBe(colour);
      }
    }),
  );
});

test('an adjusted colour keeps its hue', () => {
  const [red, , blue] = readableOn([255, 120, 120], worstLight);
  expect(red).toBeGreaterThan(blue * 1.5);
});

test('any background has a readable text colour', () => {
  fc.assert(
    fc.property(colours, (background) => {
      expect(contrast(textColourOn(background), background)).toBeGreaterThanOrEqual(minContrast);
    }),
  );
});

describe('named colours', () => {
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
    test(`the sixteen named colours are readable in the ${name} theme`, () => {
      const found = [...(block.exec(sheet)?.[1] ?? '').matchAll(/--ansi-(\d+): #([0-9a-f]{6});/g)];
      expect(found.length).toBe(16);
      for (const [, number, hex = ''] of found) {
        expect(contrast(rgb(hex), background), `${name} ${number}`).toBeGreaterThanOrEqual(minContrast);
      }
    });
  }

  test('text on the sixteen named background colours is readable', () => {
    const found = [...sheet.matchAll(/--ansi-bg: #([0-9a-f]{6});\s*--ansi-on: #([0-9a-f]{6});/g)];
    expect(found.length).toBe(16);
    for (const [whole, background = '', text = ''] of found) {
      expect(contrast(rgb(background), rgb(text)), whole).toBeGreaterThanOrEqual(minContrast);
    }
  });
});
