import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLines } from './chunk.ts';
import { ChunkDraft, chunkOf } from './chunk-draft.ts';
import { logLineKinds, type NewLogLine } from './line.ts';

const line = (text: string, at = 1_000): NewLogLine => ({
  at,
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
});

const anyLine: fc.Arbitrary<NewLogLine> = fc
  .record({
    at: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
    kind: fc.constantFrom(...logLineKinds),
    text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
    sensitive: fc.boolean(),
    continues: fc.boolean(),
  })
  .map((entry) => (entry.kind === 'output' ? entry : { ...entry, sensitive: false, continues: false }));

describe('a chunk of lines', () => {
  it('a chunk decodes to the lines that were encoded', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1 }), fc.nat(), (lines, first) => {
        const ordered = lines.toSorted((a, b) => a.at - b.at);
        const at = ordered[0]?.at ?? 0;
        expect(decodeLines(chunkOf(ordered, first).body(), first, at)).toEqual(
          ordered.map((entry, index) => ({ ...entry, number: first + index })),
        );
      }),
    );
  });

  it('a broken chunk is rejected', () => {
    for (const body of ['nonsense\n', 'a\n@2:0', 'a\nb\n@1:0', 'a\n@1:', 'a\n1:0'])
      expect(() => decodeLines(Buffer.from(body), 1, 0)).toThrow('cannot be read');
  });

  it('a chunk stores blocks of lines between single lines', () => {
    const block = { at: 5, bytes: Buffer.from('b\nä@1:0\n'), count: 2 };
    const chunk = chunkOf([line('a', 5), block, { ...line('c', 7), sensitive: true }], 10);
    expect(decodeLines(chunk.body(), 10, 5)).toEqual([
      { ...line('a', 5), number: 10 },
      { ...line('b', 5), number: 11 },
      { ...line('ä@1:0', 5), number: 12 },
      { ...line('c', 7), sensitive: true, number: 13 },
    ]);
  });

  it('a chunk reports whether a part fits, and can be reused after clear', () => {
    const draft = new ChunkDraft(200);
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1 }), (lines) => {
        draft.clear();
        const ordered = lines.toSorted((a, b) => a.at - b.at);
        const fitting = ordered.filter((entry, index) => {
          const fits =
            ordered.slice(0, index).every((_, before) => before < draft.lineCount) && draft.hasRoomFor(entry);
          if (fits) draft.add(entry, 1 + index);
          return fits;
        });
        expect(draft.body().length).toBeLessThanOrEqual(200);
        if (fitting.length > 0) {
          expect(decodeLines(draft.body(), 1, draft.at)).toEqual(
            fitting.map((entry, index) => ({ ...entry, number: 1 + index })),
          );
        }
      }),
    );
  });

  it('a chunk in the first version of the format, where each line has a header, is decoded', () => {
    expect(decodeLines(Buffer.from('0:a\n5!b\n5?c\n'), 3, 100)).toEqual([
      { ...line('a', 100), number: 3 },
      { ...line('b', 105), sensitive: true, number: 4 },
      { ...line('c', 105), kind: 'question', number: 5 },
    ]);
  });
});
