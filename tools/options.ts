// Main: writes the tables of configuration options into docs/operations.md, between their markers. With --check it only compares: exit status 1 when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { OptionSection } from '../schema/process/configuration/option.ts';
import { optionMarkdown } from '../schema/process/configuration/option-text.ts';

const sections: readonly OptionSection[] = ['general', 'error log', 'identity provider'];
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = join(import.meta.dirname, '..', 'docs', 'operations.md');
const old = readFileSync(file, 'utf8');

let text = old;
for (const section of sections) {
  const start = `<!-- options: ${section} (written by tools/options.ts) -->\n`;
  const end = `<!-- end of options: ${section} -->\n`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/operations.md lacks the markers of "${section}"`);
  text = `${text.slice(0, from + start.length)}\n${optionMarkdown(section)}\n${text.slice(to)}`;
}

if (!values.check) {
  writeFileSync(file, text);
} else if (text !== old) {
  console.error('The tables of options in docs/operations.md are not current: run `node tools/options.ts`');
  process.exitCode = 1;
}
