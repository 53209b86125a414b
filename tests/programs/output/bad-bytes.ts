// Prints lines with invalid UTF-8 (truncated and overlong sequences, surrogates, NUL), then N seeded random bytes (default 65,536), then `end`.
import { numberArgument, print } from '../scap.ts';

const count = numberArgument(0, 65_536);
let state = numberArgument(1, 1) >>> 0;
/** Pseudo-random bytes (mulberry32) for the seed (argument 2, default 1). */
function randomByte(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 8) & 0xff;
}

const cruel: readonly (readonly number[])[] = [
  [0x63, 0x61, 0x66, 0xe9], // "café" in ISO 8859-1
  [0xe2, 0x82], // a euro sign without its last byte
  [0xc0, 0x80], // NUL, overlong
  [0xed, 0xa0, 0x80], // half a surrogate pair
  [0xf4, 0x90, 0x80, 0x80], // beyond the last code point
  [0xff, 0xfe, 0x00, 0x41], // a byte order mark of UTF-16, and NUL
  [0x61, 0x00, 0x62], // NUL between two letters
  [0xef, 0xbb, 0xbf, 0x7b, 0x7d], // a byte order mark before {}
];
await print(Uint8Array.from(cruel.flatMap((bytes) => [...bytes, 0x0a])));
await print(Uint8Array.from({ length: count }, randomByte));
await print('\nend\n');
