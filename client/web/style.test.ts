// That style.css imports the sheet of each Codex component that the page uses, and that all sheets can be mirrored.
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const resolve = createRequire(import.meta.url).resolve;

test('style.css imports the sheet of each Codex class that the page uses', () => {
  const style = readFileSync(join(here, 'style.css'), 'utf8');
  const sheets = [...style.matchAll(/@import "(@wikimedia\/codex\/[^"]+)"/g)].map(([, path = '']) =>
    readFileSync(resolve(path), 'utf8'),
  );
  expect(sheets.length).toBeGreaterThan(5);
  const used = new Set(
    globSync('**/*.tsx', { cwd: here, exclude: (path) => String(path).includes('.test.') }).flatMap((file) =>
      [...readFileSync(join(here, file), 'utf8').matchAll(/\bcdx-[a-z-]*[a-z]\b/g)].map(([name]) =>
        name.replace(/--.*/, ''),
      ),
    ),
  );
  expect(used).toContain('cdx-button');
  expect([...used].filter((name) => !sheets.some((sheet) => sheet.includes(`.${name}`)))).toEqual([]);
});

test('no sheet names left or right, so that the page is mirrored where text runs from right to left', () => {
  const physical =
    /^\s*(?:(?:(?:margin|padding|border)-)?(?:left|right)\b|text-align: (?:left|right)|float:)/;
  const found = globSync('**/*.css', { cwd: here }).flatMap((file) =>
    readFileSync(join(here, file), 'utf8')
      .split('\n')
      .filter((line) => physical.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test('no button gets the attribute disabled from its own request, because it would lose the focus: it is a SendButton', () => {
  const disabled =
    /<button\b(?:(?!\n\s*>|\/>)[\s\S])*?\bdisabled=\{[^}]*\b(?:sending|adding|waiting|leaving|busy|request)\b/;
  expect(disabled.test('<button type="button" disabled={sending || name === ""}>')).toBe(true);
  const found = globSync('**/*.tsx', { cwd: here, exclude: ['parts/send-button.tsx'] }).filter((file) =>
    disabled.test(readFileSync(join(here, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

test('each toggle button is framed or quiet: without either, it does not show whether it is pressed', () => {
  const plain = globSync('**/*.tsx', { cwd: here }).filter((file) =>
    /\bcdx-toggle-button (?!cdx-toggle-button--(?:framed|quiet)\b)/.test(
      readFileSync(join(here, file), 'utf8'),
    ),
  );
  expect(plain).toEqual([]);
});
