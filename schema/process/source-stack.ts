// Owns naming the sources in the stacks of bundled code. Node would do that too, but it parses every source map when the bundle is loaded, which doubles the time of a start.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageRoot } from './files.ts';

const framePattern = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;
/** How many positions are remembered: the same errors tend to come again, and a source map is read for each new one. */
const limit = 1_000;
const remembered = new Map<string, string>();

/** `stack` with the positions in the bundles of `root` replaced by those in their sources. Positions without a source map stay. */
export function sourceStack(stack: string, root: string = packageRoot): string {
  // Read once for all frames, and not kept: a source map has megabytes.
  const maps = new Map<string, SourceMap | null>();
  const distribution = `${pathToFileURL(join(root, 'dist')).href}/`;
  return stack.replace(framePattern, (frame, url: string, line: string, column: string) => {
    // A stack begins with the message, which can contain any text.
    const file = url.startsWith(distribution) ? pathOf(url) : null;
    if (file === null) return frame;
    const known = remembered.get(frame);
    if (known !== undefined) return known;
    const map = maps.get(file) ?? readMap(file);
    maps.set(file, map);
    const found = map && findSegment(map.mappings, Number(line) - 1, Number(column) - 1);
    const source = map && found && relative(root, resolve(dirname(file), map.sources[found.source] ?? ''));
    const position = source ? `${source}:${found.line + 1}:${found.column + 1}` : frame;
    if (remembered.size >= limit) remembered.clear();
    remembered.set(frame, position);
    return position;
  });
}

/** For pino: the serialized error with the {@link sourceStack}. What is not an error, which can also be thrown, stays as it is. */
export function withSourceStack<Serialized extends { stack: string }>(error: Serialized): Serialized {
  return typeof error?.stack === 'string' ? { ...error, stack: sourceStack(error.stack) } : error;
}

/** The path of a file URL; null if it is not one of this host. */
function pathOf(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}

/** The part of a source map that positions need. */
interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** The source map of a bundle; null if it has none. */
function readMap(file: string): SourceMap | null {
  try {
    return JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  } catch {
    // The stack without its sources is better than none.
    return null;
  }
}

/** A position in a source of a source map. All count from 0. */
interface Segment {
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

/** The value of each character of base 64, by its code. */
const digits = new Uint8Array(128);
for (const [value, digit] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  digits[digit.charCodeAt(0)] = value;

const [comma, semicolon] = [44, 59];

/**
 * The last segment at or before a position. Reads `mappings` up to it, which can be a million characters: numbers in base 64 VLQ, five bits a
 * character and the lowest first; the lowest bit of a number is its sign. Pure.
 */
export function findSegment(mappings: string, line: number, column: number): Segment | null {
  // The column in the bundle, the source, its line and its column: each number of a segment is a difference to that before.
  const state = new Int32Array(5);
  let found: Segment | null = null;
  let [at, field, value, shift] = [0, 0, 0, 0];
  for (let index = 0; index <= mappings.length; index++) {
    const code = index === mappings.length ? semicolon : mappings.charCodeAt(index);
    if (code !== comma && code !== semicolon) {
      const digit = digits[code] ?? 0;
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit & 32) continue;
      state[field] = (state[field] ?? 0) + (value & 1 ? -(value >> 1) : value >> 1);
      field++;
      [value, shift] = [0, 0];
      continue;
    }
    if (at === line && field > 0) {
      const [here = 0, source = 0, sourceLine = 0, sourceColumn = 0] = state;
      if (here > column) return found;
      found = field === 1 ? null : { source, line: sourceLine, column: sourceColumn };
    }
    field = 0;
    if (code === comma) continue;
    if (at === line) return found;
    at++;
    state[0] = 0;
  }
  return null;
}
