// The simulator's messages and answers, compared with Python's behaviour.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AnswerLines } from './answer.ts';
import { dumps, encodeMessage } from './message.ts';

describe('a message', () => {
  test('a message is written as json.dumps writes it', () => {
    // The right-hand side is the output of Python 3: json.dumps({...}).
    expect(dumps({ a: [1, 2.5, null, true], b: {}, c: [] })).toBe(
      '{"a": [1, 2.5, null, true], "b": {}, "c": []}',
    );
    expect(dumps('é ☃ 🐷 \x7f \u2028 "\\/\n\r\t\b\f\x00\x1b')).toBe(
      '"\\u00e9 \\u2603 \\ud83d\\udc37 \\u007f \\u2028 \\"\\\\/\\n\\r\\t\\b\\f\\u0000\\u001b"',
    );
  });

  test('a message is one line of ASCII that can be read back', () => {
    const line = encodeMessage('key', { type: 'line', line: 'one\ntwo ☃', sensitive: null });
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toEqual({ iokey: 'key', type: 'line', line: 'one\ntwo ☃', sensitive: null });
  });
});

describe('answers', () => {
  const read = async (chunks: readonly (string | Uint8Array)[]) => {
    const input = new PassThrough();
    const answers = new AnswerLines(input);
    const lines: string[] = [];
    for (const chunk of chunks) input.write(chunk);
    input.end();
    for (let line = await answers.next(); line !== null; line = await answers.next()) lines.push(line);
    return lines;
  };

  test.each<[readonly (string | Uint8Array)[], readonly string[]]>([
    [['y\n'], ['y']],
    [['y'], ['y']],
    [['y\ny\n'], ['y', 'y']],
    [
      ['y\r\nn\r', '\n'],
      ['y', 'n'],
    ],
    // A carriage return is a line end for Python's text mode: this is why an answer may not hold one.
    [['y\rn\n'], ['y', 'n']],
    [['\n\n'], ['', '']],
    [
      ['fi', 'ne', '\nre', 'st'],
      ['fine', 'rest'],
    ],
    [[Uint8Array.of(0xc3), Uint8Array.of(0xa9, 0x0a)], ['é']],
    [[], []],
  ])('%j are the lines %j', async (chunks, lines) => {
    expect(await read(chunks)).toEqual(lines);
  });

  test('answers are read only on demand, and a wait for one can be aborted', async () => {
    const input = new PassThrough();
    const answers = new AnswerLines(input);
    const stop = new AbortController();
    const waiting = answers.next(stop.signal);
    stop.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    input.write('later\n');
    expect(await answers.next()).toBe('later');
  });
});
