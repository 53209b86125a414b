// Tests reading files that options name.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTextFile } from './text-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-text-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'file');

test('a text file is read by its path and by its descriptor', () => {
  const text = 'é“😀'.repeat(40_000);
  writeFileSync(file, text);
  expect(readTextFile(file)).toBe(text);
  const descriptor = openSync(file, 'r');
  expect(readTextFile(descriptor)).toBe(text);
  closeSync(descriptor);
});

test('a text file that never ends, or is too large, is refused', () => {
  expect(() => readTextFile('/dev/zero')).toThrow('larger than 1 MiB');
  writeFileSync(file, 'x'.repeat(1_048_577));
  expect(() => readTextFile(file)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
});

test('a named pipe is refused, because no process may ever write to it, but that of a shell is read', () => {
  const pipe = join(directory, 'pipe');
  spawnSync('mkfifo', [pipe]);
  expect(() => readTextFile(pipe)).toThrow('named pipe');
  const script = `import { readTextFile } from ${JSON.stringify(join(import.meta.dirname, 'text-file.ts'))}; process.stdout.write(readTextFile('/dev/stdin'));`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = spawnSync('sh', ['-c', 'echo text | "$0" "$@"', process.execPath, ...args]);
  expect(String(stdout)).toBe('text\n');
});

test('a text file that does not exist or is a directory gives the error of the system', () => {
  expect(() => readTextFile(join(directory, 'none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(() => readTextFile(directory)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
});
