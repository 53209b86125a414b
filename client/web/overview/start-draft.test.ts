// Tests reading a stored draft of the start form.
import { expect, test } from 'vitest';
import { parseDraft } from './start-draft.ts';

const empty = { changes: [], revert: false, lane: null };

test('a stored draft is read as it was', () => {
  const draft = { changes: ['1102340', 'https://gerrit.example.org/r/1'], revert: true, lane: 'eqiad' };
  expect(parseDraft(JSON.stringify(draft))).toEqual(draft);
});

test.each([
  null,
  '',
  '{',
  'null',
  '7',
  '"x"',
  '[]',
  '{"changes":7,"revert":1,"lane":{}}',
  '{"changes":[1,null,{}]}',
])('of the stored text %j nothing is read', (stored) => {
  expect(parseDraft(stored)).toEqual(empty);
});
