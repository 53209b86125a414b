import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './protocol.ts';

const key = 'f00dface'.repeat(8);
const message = (members: object): string => JSON.stringify({ iokey: key, ...members });
const progress = {
  name: 'sync-testservers',
  totalTasks: 4,
  tasksInFlight: 1,
  tasksFinishedOk: 2,
  tasksFinishedFailed: 0,
  tasksFinishedTotal: 2,
  tasksPercentComplete: 50,
  tasksRemaining: 2,
  progressFinished: false,
};

describe('parseLine', () => {
  it.each([
    ['a plain line', 'hello'],
    ['nothing', ''],
    ['a message without a key', '{"type":"line","line":"x"}'],
    [
      'a message with a wrong key',
      JSON.stringify({ iokey: `${key.slice(1)}0`, type: 'status', status: 'x' }),
    ],
    ['a message with a shorter key', JSON.stringify({ iokey: 'f', type: 'status', status: 'x' })],
    ['a key that is not a text', JSON.stringify({ iokey: { toString: 'x' }, type: 'status', status: 'x' })],
    ['half a message', '{"type":"line"'],
    ['a list', '["x"]'],
    ['a prototype', '{"__proto__":{"iokey":"x"}}'],
  ])('the parser treats %s as output', (_, line) => {
    expect(parseLine(line, key)).toEqual({ type: 'line', text: line, sensitive: false });
  });

  it.each([
    ['does not begin with a brace', ` ${message({ type: 'status', status: 'x' })}`],
    ['has something after the object', `${message({ type: 'status', status: 'x' })} x`],
    ['has the key further down', JSON.stringify({ type: 'status', status: 'x', inner: { iokey: key } })],
  ])('the parser treats a line that %s as output, without the key', (_, line) => {
    const parsed = parseLine(line, key);
    expect(parsed).toEqual({ type: 'line', text: line.replaceAll(key, '[key]'), sensitive: false });
  });

  it('the parser parses each type of message with the right key', () => {
    expect(parseLine(message({ type: 'line', line: 'x' }), key)).toEqual({
      type: 'line',
      text: 'x',
      sensitive: false,
    });
    expect(parseLine(message({ type: 'line', line: 'a\nb', sensitive: true }), key)).toEqual({
      type: 'line',
      text: 'a\nb',
      sensitive: true,
    });
    expect(parseLine(message({ type: 'line', line: 'x', sensitive: null }), key)).toMatchObject({
      sensitive: false,
    });
    expect(parseLine(message({ type: 'status', status: null }), key)).toEqual({
      type: 'status',
      status: null,
    });
    expect(parseLine(message({ type: 'progress', progress }), key)).toMatchObject({
      type: 'progress',
      progress: { percent: 50, inFlight: 1, done: false },
    });
    expect(
      parseLine(
        message({
          type: 'interaction',
          subtype: 'choices',
          prompt: 'Go?',
          choices: { Yes: 'y', No: 'n' },
          default: 'n',
        }),
        key,
      ),
    ).toEqual({
      type: 'question',
      question: {
        kind: 'choices',
        prompt: 'Go?',
        choices: [
          { label: 'Yes', code: 'y' },
          { label: 'No', code: 'n' },
        ],
        default: 'n',
      },
    });
    expect(parseLine(message({ type: 'interaction', subtype: 'input_line', prompt: 'Why?' }), key)).toEqual({
      type: 'question',
      question: { kind: 'text', prompt: 'Why?', choices: [], default: null },
    });
  });

  it('an invalid value of sensitive is treated as true', () => {
    expect(parseLine(message({ type: 'line', line: 'x', sensitive: 'no' }), key)).toMatchObject({
      sensitive: true,
    });
  });

  it.each([
    ['an unknown type', { type: 'dance' }],
    ['no type', {}],
    ['a line without text', { type: 'line' }],
    ['a status of the wrong type', { type: 'status', status: 3 }],
    ['a progress with a negative count', { type: 'progress', progress: { ...progress, totalTasks: -1 } }],
    ['a progress without a name', { type: 'progress', progress: { ...progress, name: undefined } }],
    ['a question of an unknown subtype', { type: 'interaction', subtype: 'dance', prompt: 'x' }],
    ['a question without choices', { type: 'interaction', subtype: 'choices', prompt: 'x', choices: {} }],
    ['choices that are a list', { type: 'interaction', subtype: 'choices', prompt: 'x', choices: ['y'] }],
    [
      'a code with a newline',
      { type: 'interaction', subtype: 'choices', prompt: 'x', choices: { Yes: 'y\ny' } },
    ],
    [
      'a code that is not a text',
      { type: 'interaction', subtype: 'choices', prompt: 'x', choices: { Yes: 1 } },
    ],
    ['a default that is not a text', { type: 'interaction', subtype: 'input_line', prompt: 'x', default: 1 }],
    [
      'too many choices',
      {
        type: 'interaction',
        subtype: 'choices',
        prompt: 'x',
        choices: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, `${i}`])),
      },
    ],
  ])('the parser keeps a message with %s as malformed, without the key', (_, members) => {
    const parsed = parseLine(message(members), key);
    expect(parsed.type).toBe('malformed');
    expect(parsed).toMatchObject({ text: JSON.stringify(members) });
  });

  it('the parser replaces text that a database would refuse', () => {
    const hostile = 'a\0b\ud800c';
    const good = 'a\uFFFDb\uFFFDc';
    const label = { Yes: 'y', [hostile]: 'n' };
    expect(parseLine(message({ type: 'status', status: hostile }), key)).toMatchObject({ status: good });
    expect(
      parseLine(message({ type: 'progress', progress: { ...progress, name: hostile } }), key),
    ).toMatchObject({ progress: { name: good } });
    expect(
      parseLine(message({ type: 'interaction', subtype: 'choices', prompt: hostile, choices: label }), key),
    ).toMatchObject({
      question: { prompt: good, choices: [{ label: 'Yes' }, { label: good }] },
    });
    for (const code of ['\0', '\ud800']) {
      expect(
        parseLine(
          message({ type: 'interaction', subtype: 'choices', prompt: 'x', choices: { Yes: code } }),
          key,
        ).type,
      ).toBe('malformed');
      expect(
        parseLine(message({ type: 'interaction', subtype: 'input_line', prompt: 'x', default: code }), key)
          .type,
      ).toBe('malformed');
    }
  });

  it('the parser ignores a default that is not among the choices', () => {
    const question = {
      type: 'interaction',
      subtype: 'choices',
      prompt: 'x',
      choices: { Yes: 'y' },
      default: 'n',
    };
    expect(parseLine(message(question), key)).toMatchObject({ question: { default: null } });
  });

  it('the parser keeps a malformed message sensitive when it says so', () => {
    expect(parseLine(message({ type: 'line', line: ['secret'], sensitive: true }), key)).toMatchObject({
      type: 'malformed',
      sensitive: true,
    });
    expect(parseLine(message({ type: 'dance', sensitive: false }), key)).toMatchObject({
      type: 'malformed',
      sensitive: false,
    });
  });

  it('R3 the parser removes the key from every text of a message', () => {
    const hidden = [
      `SPIDERPIG_IO_KEY=${key}`,
      message({ type: 'line', line: `my key is ${key}` }),
      message({ type: 'status', status: key }),
      message({ type: 'progress', progress: { ...progress, name: key } }),
      message({ type: 'interaction', subtype: 'choices', prompt: key, choices: { [key]: 'y' } }),
      message({ type: 'dance', [key]: key }),
    ];
    for (const line of hidden) expect(JSON.stringify(parseLine(line, key))).not.toContain(key);
  });

  it('R3 the parser never throws for deeply nested or random input', () => {
    const deep = `{"iokey":"${key}","type":"dance","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(JSON.stringify(parseLine(deep, key))).not.toContain(key);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json().map((json) => `{"iokey":"${key}","type":"line","line":${json}}`),
        ),
        (line) => {
          const { type } = parseLine(line, key);
          expect(['line', 'malformed']).toContain(type);
        },
      ),
    );
  });
});
