// Owns making a screenshot small: at most 256 colours and no filters, a third of what the browser writes. Pure. Not the taking (screenshots.ts).
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Pixels, three bytes each: red, green, blue; row by row. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/**
 * The same picture with 256 of its colours, others as the nearest of these. On a page that is flat colour and text nobody sees it.
 * Takes PNG as Chromium writes opaque ones (8 bits, red, green, blue). Throws on any other.
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, bytes } = decode(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += 3) {
    const colour = bytes.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  // Each row begins with the number of its filter: none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = places.get(bytes.readUIntBE((y * width + x) * 3, 3)) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits of a place in the palette
  header[9] = 3; // a picture with a palette
  const colours = Buffer.alloc(palette.length * 3);
  for (const [place, colour] of palette.entries()) colours.writeUIntBE(colour, place * 3, 3);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * The colours to keep: one after the other the one that would be missed most. Frequency alone would not do: the few pixels of a
 * green dot are what people look at.
 */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const palette: number[] = [];
  let left = [...counts].map(([colour, count]) => ({ colour, count, away: 255 ** 2 * 3 }));
  while (left.length > 0 && palette.length < 256) {
    const missed = ({ away, count }: { away: number; count: number }) => away * Math.sqrt(count);
    const next = left.reduce((most, one) => (missed(one) > missed(most) ? one : most));
    palette.push(next.colour);
    left = left
      .filter((one) => one !== next)
      .map((one) => ({ ...one, away: Math.min(one.away, difference(one.colour, next.colour)) }));
  }
  return palette;
}

/** The place in the palette of the colour that is least different. */
function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  for (const place of palette.keys()) {
    if (difference(palette[place] ?? 0, colour) < difference(palette[best] ?? 0, colour)) best = place;
  }
  return best;
}

/** How different two colours are: the square of their distance. */
function difference(one: number, other: number): number {
  const part = (shift: number) => ((one >> shift) & 0xff) - ((other >> shift) & 0xff);
  return part(16) ** 2 + part(8) ** 2 + part(0) ** 2;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function decode(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('not a PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || png[25] !== 2 || png[28] !== 0) throw new Error('not a plain 8-bit RGB PNG');
  const packed: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') packed.push(data);
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(packed));
  const stride = width * 3;
  const bytes = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= 3 ? (bytes[at - 3] ?? 0) : 0;
      const up = y > 0 ? (bytes[at - stride] ?? 0) : 0;
      const corner = x >= 3 && y > 0 ? (bytes[at - stride - 3] ?? 0) : 0;
      bytes[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return { width, height, bytes };
}

/** What a filter takes a byte for, from its neighbours: none, sub, up, average, Paeth. */
function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? up : corner;
    }
    default:
      throw new Error(`a PNG filter that there is not: ${filter}`);
  }
}
