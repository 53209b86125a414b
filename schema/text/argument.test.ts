import { describe, expect, it } from 'vitest';
import { readArguments } from './argument.ts';

const options = { texts: ['port', 'user'], switches: ['json', 'kill'] };
const read = (...args: string[]) => {
  const { texts, switches, operands, mistakes } = readArguments(args, options);
  return { texts: Object.fromEntries(texts), switches: [...switches], operands, mistakes };
};

describe('readArguments', () => {
  it('the reader of arguments separates values, switches and operands, in any order', () => {
    expect(read('a', '--port', '1', '--json', 'b', '--user=x=y', '-')).toEqual({
      texts: { port: '1', user: 'x=y' },
      switches: ['json'],
      operands: ['a', 'b', '-'],
      mistakes: [],
    });
  });

  it('arguments after -- are operands', () => {
    expect(read('--json', '--', '--port', '-x', '--')).toMatchObject({
      switches: ['json'],
      operands: ['--port', '-x', '--'],
      mistakes: [],
    });
  });

  it('an empty value is a value', () => {
    expect(read('--user=', '--port', '')).toMatchObject({ texts: { user: '', port: '' }, mistakes: [] });
  });

  it('a negative number is a value or an operand, which can be refused as such', () => {
    expect(read('--port', '-1', '-2')).toMatchObject({
      texts: { port: '-1' },
      operands: ['-2'],
      mistakes: [],
    });
  });

  it.each([
    [['--prot', '1'], 'Unknown option "--prot" (did you mean --port?)'],
    [['--nonsense=1'], 'Unknown option "--nonsense"'],
    [['-x'], 'Unknown option "-x"'],
    [['-json'], 'Unknown option "-json" (did you mean --json?)'],
    [['--port'], '--port needs a value; one that begins with -- is written --port=VALUE'],
    [['--port', '--json'], '--port needs a value; one that begins with -- is written --port=VALUE'],
    [['--port', '--', '1'], '--port needs a value; one that begins with -- is written --port=VALUE'],
    [['--json=yes'], '--json takes no value'],
    [['--port', '1', '--port=2'], '--port is given more than once'],
  ])('the mistake in the arguments %j is named', (args, mistake) => {
    expect(read(...args).mistakes).toEqual([mistake]);
  });

  it('the value of a misspelt option is not an operand', () => {
    expect(read('--prot', '1', 'a', '--jsn', 'b').operands).toEqual(['a', 'b']);
  });

  it('every mistake is found, and what is right beside it is read', () => {
    expect(read('--prot', '--json', '--user', 'ada', '--kil', '--port')).toEqual({
      texts: { user: 'ada' },
      switches: ['json'],
      operands: [],
      mistakes: [
        'Unknown option "--prot" (did you mean --port?)',
        'Unknown option "--kil" (did you mean --kill?)',
        expect.stringMatching(/^--port needs a value/),
      ],
    });
  });
});
