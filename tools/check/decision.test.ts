import { expect, test } from 'vitest';
import { checkDecisions } from './decision.ts';

const record = (number: number, changes: Record<string, string> = {}): string => {
  const header = { Date: '2026-11-20', Status: 'accepted', Replaces: '–', 'Replaced by': '–', ...changes };
  const lines = Object.entries(header).map(([name, value]) => `- ${name}: ${value}`);
  return `# ${number}. Title\n\n${lines.join('\n')}\n\n**Context.** Text.\n`;
};

const messages = (records: Record<string, string>): string[] => {
  const index = Object.keys(records)
    .map((name) => `[Title](${name})`)
    .join('\n');
  const files = Object.entries({ ...records, 'README.md': index });
  return checkDecisions(new Map(files.map(([name, text]) => [`docs/decisions/${name}`, text]))).map(
    ({ where, message }) => `${where}: ${message}`,
  );
};

test('the decision check accepts complete records that replace each other', () => {
  const replaced = record(1, { Status: 'replaced', 'Replaced by': '[2](0002-new.md)' });
  const replacing = record(2, { Replaces: '[1](0001-old.md)' });
  expect(messages({ '0001-old.md': replaced, '0002-new.md': replacing })).toEqual([]);
});

test('the decision check reports a gap in the numbers', () => {
  expect(messages({ '0001-old.md': record(1), '0003-new.md': record(3) })).toEqual([
    expect.stringContaining('has number 3; the next one is 2'),
  ]);
});

test('the decision check reports a number that is used twice', () => {
  expect(messages({ '0001-a.md': record(1), '0001-b.md': record(1) })).toHaveLength(1);
});

test('the decision check reports a missing date, status and replacement line', () => {
  expect(messages({ '0001-old.md': '# 1. Title\n\nText.\n' })).toHaveLength(4);
});

test('the decision check reports a date that does not exist', () => {
  expect(messages({ '0001-old.md': record(1, { Date: '2026-13-40' }) })).toHaveLength(1);
});

test('the decision check reports a replacement that only one of the two records names', () => {
  const replacing = record(2, { Replaces: '[1](0001-old.md)' });
  expect(messages({ '0001-old.md': record(1), '0002-new.md': replacing })).toEqual([
    expect.stringContaining('0001-old.md: must name 0002-new.md under "Replaced by"'),
  ]);
});

test('the decision check reports the status "replaced" without the record that replaces it', () => {
  expect(messages({ '0001-old.md': record(1, { Status: 'replaced' }) })).toHaveLength(1);
});

test('the decision check reports a record that the index does not list', () => {
  const files = new Map([
    ['docs/decisions/0001-old.md', record(1)],
    ['docs/decisions/README.md', ''],
  ]);
  expect(checkDecisions(files)).toEqual([
    { where: 'docs/decisions/README.md', message: 'must list 0001-old.md' },
  ]);
});
