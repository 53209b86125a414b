import { deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { smallPng } from './picture.ts';

/** A PNG of 3 by 2 pixels in one of the five filters; the chunks' checks are left out, nobody reads them. */
function picture(filter: number, rows: readonly (readonly number[])[]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const data = deflateSync(Buffer.concat(rows.map((row) => Buffer.from([filter, ...row]))));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The colours of a small PNG, as hexadecimal. */
function coloursOf(png: Buffer): string[] {
  const palette = png.indexOf('PLTE') + 4;
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  return [1, 2, 3, 5, 6, 7].map((at) =>
    png.subarray(palette + (rows[at] ?? 0) * 3, palette + (rows[at] ?? 0) * 3 + 3).toString('hex'),
  );
}

it('a screenshot keeps its colours, whichever filter the browser took', () => {
  const same = ['010203', '010203', '010203', '010203', '010203', '010203'];
  const zeros = [0, 0, 0, 0, 0, 0];
  const plain = [1, 2, 3, 1, 2, 3, 1, 2, 3];
  expect(coloursOf(smallPng(picture(0, [plain, plain])))).toEqual(same);
  expect(coloursOf(smallPng(picture(2, [plain, [0, 0, 0, ...zeros]])))).toEqual(same);
  const beside = [1, 2, 3, ...zeros];
  expect(coloursOf(smallPng(picture(1, [beside, beside])))).toEqual(same);
  expect(coloursOf(smallPng(picture(4, [beside, [0, 0, 0, ...zeros]])))).toEqual(same);
  // The average of what is left and above: half of it, and then all.
  expect(
    coloursOf(
      smallPng(
        picture(3, [
          [2, 4, 6, 1, 2, 3, 1, 2, 3],
          [1, 2, 3, ...zeros],
        ]),
      ),
    ).slice(0, 4),
  ).toEqual(['020406', '020406', '020406', '020406']);
});
