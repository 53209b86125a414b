import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Question } from '../../schema/model/job/interaction.ts';
import type { LogPart } from '../../schema/model/log/line.ts';
import { Masks } from '../../schema/model/log/mask.ts';
import { JobLog } from '../supervisor/job-log.ts';
import { maxLineBytes, maxMessageBytes } from './line.ts';
import { OutputReader, type Report } from './output.ts';

const key = 'k'.repeat(64);
const message = (members: object): string => `${JSON.stringify({ iokey: key, ...members })}\n`;

/** Reads `output`, as one chunk or split at `cuts`, and returns what followed from it. */
function read(output: string | Buffer, masks: Masks | null = null, cuts: readonly number[] = []) {
  const lines: { kind: string; text: string; sensitive: boolean; continues: boolean }[] = [];
  const reports: Report[] = [];
  const questions: { question: Question; lineNumber: number }[] = [];
  const sink = {
    log(part: LogPart): number {
      const first = lines.length + 1;
      if ('count' in part) {
        for (const text of Buffer.from(part.bytes).toString('utf8').split('\n').slice(0, -1))
          lines.push({ kind: 'output', text, sensitive: false, continues: false });
      } else lines.push(part);
      return first;
    },
  };
  const reader = new OutputReader(key, new JobLog(sink, masks), {
    onReport: (report) => reports.push(report),
    onStatus() {},
    onQuestion: (question, lineNumber) => questions.push({ question, lineNumber }),
  });
  const bytes = Buffer.from(output);
  let from = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut), 1);
    from = Math.min(cut, bytes.length);
  }
  reader.end(2);
  return { lines, reports, questions, texts: lines.map(({ text }) => text) };
}

it('the output reader writes plain lines and a last line without a newline to the log', () => {
  expect(read('one\ntwo\nthree').texts).toEqual(['one', 'two', 'three']);
});

it('the output reader reports a status with a line in the log, and clears the progress with it', () => {
  const { lines, reports } = read(message({ type: 'status', status: 'syncing' }));
  expect(reports).toEqual([{ status: 'syncing', lastStatus: 'syncing', progress: null }]);
  expect(lines).toMatchObject([{ kind: 'status', text: 'syncing' }]);
});

it('the output reader clears the status without a line in the log', () => {
  const { lines, reports } = read(message({ type: 'status', status: null }));
  expect(reports).toEqual([{ status: null, progress: null }]);
  expect(lines).toEqual([]);
});

it('the output reader announces a question with the number of its line in the log', () => {
  const question = {
    type: 'interaction',
    subtype: 'choices',
    prompt: 'Go on?',
    choices: { Yes: 'y', No: 'n' },
  };
  const { lines, questions } = read(`before\n${message(question)}`);
  expect(lines[1]).toMatchObject({ kind: 'question', text: 'Go on? [y/n]:' });
  expect(questions).toMatchObject([{ lineNumber: 2, question: { prompt: 'Go on?', kind: 'choices' } }]);
});

it('the output reader keeps the line breaks and blanks of a question, with a line of the log for each', () => {
  const prompt = 'Changes:\n┌─────┬──┐\n│ \x1b[1m12\x1b[0m  │  │\n└─────┴──┘\nBackport the changes? ';
  const choices = { Yes: 'y', No: 'n' };
  const question = { type: 'interaction', subtype: 'choices', prompt, choices, default: 'n' };
  const { lines, questions } = read(`before\n${message(question)}after\n`);
  expect(lines.map(({ kind, text }) => [kind, text])).toEqual([
    ['output', 'before'],
    ['question', 'Changes:'],
    ['question', '┌─────┬──┐'],
    ['question', '│ 12  │  │'],
    ['question', '└─────┴──┘'],
    ['question', 'Backport the changes? [y/N]:'],
    ['output', 'after'],
  ]);
  expect(questions).toMatchObject([{ lineNumber: 2 }]);
});

it('the output reader masks a secret in a question of several lines', () => {
  const question = { type: 'interaction', subtype: 'input_line', prompt: 'one\nhunter1234 two\nthree' };
  const { texts } = read(message(question), new Masks(['hunter\\d{4}']));
  expect(texts).toEqual(['one', '[masked] two', 'three']);
});

it('the output reader adds one notice for any number of malformed messages, and keeps them as output', () => {
  const { lines } = read(message({ type: 'dance' }).repeat(3));
  expect(lines.map(({ kind }) => kind)).toEqual(['output', 'notice', 'output', 'output']);
  expect(lines[1]?.text).toContain('stop the job');
});

it('the output reader never writes the key to the log', () => {
  const { texts } = read(`key: ${key}\n`);
  expect(texts[0]).toBe('key: [key]');
  expect(texts.join('')).not.toContain(key);
});

it('the output reader splits the text of a sensitive message into sensitive lines', () => {
  const { lines } = read(message({ type: 'line', line: 'a\nb', sensitive: true }));
  expect(lines).toMatchObject([
    { text: 'a', sensitive: true },
    { text: 'b', sensitive: true },
  ]);
});

it('the output reader marks the pieces of a long line, and hides them when the line may be a message', () => {
  const plain = read(`${'x'.repeat(maxLineBytes + 1)}\n`).lines;
  expect(plain.map(({ continues, sensitive }) => [continues, sensitive])).toEqual([
    [true, false],
    [false, false],
  ]);
  const hidden = read(`{${'x'.repeat(maxMessageBytes)}\nnext\n`).lines;
  expect(hidden.slice(0, -1).every(({ sensitive }) => sensitive)).toBe(true);
  expect(hidden.at(-1)).toMatchObject({ text: 'next', sensitive: false });
});

it('the output reader masks known secrets in output, statuses and questions', () => {
  const masks = new Masks(['hunter\\d']);
  const question = { type: 'interaction', subtype: 'input_line', prompt: 'Use hunter2?' };
  const { texts, reports } = read(
    `hunter2\n${message({ type: 'status', status: 'with hunter2' })}${message(question)}`,
    masks,
  );
  expect(texts.join('\n')).not.toContain('hunter2');
  expect(reports).toEqual([{ status: 'with [masked]', lastStatus: 'with [masked]', progress: null }]);
});

const goOn = { type: 'interaction', subtype: 'choices', prompt: 'Go on?', choices: { Yes: 'y', No: 'n' } };

it.each([
  ['a reset', '\x1b[0m', ['\x1b[0m']],
  ['a title and a bell', '\x1b]0;title\x07\x07', ['\x1b]0;title\x07\x07']],
  ['a meter with carriage returns', '\r10%\r20%\r', ['\r10%\r20%']],
  ['a carriage return and a reset', 'half\r\x1b[0m', ['half\r\x1b[0m']],
])('the output reader asks a question whose message follows %s on its line', (_name, before, output) => {
  const { questions, lines } = read(`${before}${message(goOn)}`);
  expect(questions).toHaveLength(1);
  expect(lines.filter(({ kind }) => kind === 'output').map(({ text }) => text)).toEqual(output);
  expect(lines.filter(({ kind }) => kind === 'notice')).toEqual([]);
});

it('the output reader reads messages whose lines end with a carriage return and a newline', () => {
  expect(read(message(goOn).replace('\n', '\r\n')).questions).toHaveLength(1);
});

it('the output reader reads two messages that only a carriage return separates', () => {
  expect(read(`${message(goOn).trimEnd()}\r${message(goOn)}`).questions).toHaveLength(2);
});

it('the output reader adds a notice when the key is in a line that is not a message', () => {
  const { questions, lines } = read(`words ${message(goOn)}`);
  expect(questions).toEqual([]);
  expect(lines.map(({ kind }) => kind)).toEqual(['output', 'notice']);
});

it('U19 the output reader keeps one of many malformed progress messages and counts the others', () => {
  const { lines } = read(message({ type: 'progress', progress: {} }).repeat(100));
  expect(lines.map(({ kind }) => kind)).toEqual(['output', 'notice', 'notice']);
  expect(lines[2]?.text).toContain('100 progress messages');
});

it('the output reader keeps the order of choices whose labels look like numbers', () => {
  const line = `{"iokey":"${key}","type":"interaction","subtype":"choices","prompt":"Which?","choices":{"b":"1","10":"2","2":"3","a":"4"}}\n`;
  expect(read(line).questions[0]?.question.choices.map(({ label }) => label)).toEqual(['b', '10', '2', 'a']);
});

/** The output of one program so far, as one reader sees it. */
function unfinished(output: string, masks: Masks | null = null) {
  const sink = { log: () => 1 };
  const reader = new OutputReader(key, new JobLog(sink, masks), {
    onReport() {},
    onStatus() {},
    onQuestion() {},
  });
  reader.push(Buffer.from(output), 7);
  return reader.unfinished;
}

it('the output reader shows the beginning of a line before its newline has come', () => {
  expect(unfinished('before\n')).toBeNull();
  expect(unfinished('before\nContinue connecting (yes/no)? ')).toEqual({
    text: 'Continue connecting (yes/no)? ',
    sensitive: false,
    at: 7,
  });
});

it('the output reader shows the rest of a long line of which pieces were stored', () => {
  expect(unfinished(`${'x'.repeat(maxLineBytes)}the end`)?.text).toBe('the end');
  const masked = unfinished(`${'x'.repeat(maxLineBytes)}token-123456 end`, new Masks(['token-\\d+']));
  expect(masked?.text).toMatch(/x\[masked\] end$/);
});

it('the output reader hides the beginning of what may be a message', () => {
  const half = message({ type: 'line', line: 'a secret', sensitive: true }).slice(0, -5);
  for (const before of ['', '\x1b[0m', '10 %\r', '10 %\r\x1b[0m']) {
    const shown = unfinished(before + half);
    expect(shown?.sensitive).toBe(true);
    expect(shown?.text).not.toContain(key);
  }
});

it('the output reader shows no part of the key at the end of an unfinished line', () => {
  expect(unfinished(`SPIDERPIG_IO_KEY=${key.slice(0, 40)}`)?.text).toBe('SPIDERPIG_IO_KEY=');
  expect(unfinished(`SPIDERPIG_IO_KEY=${key}`)).toMatchObject({
    text: 'SPIDERPIG_IO_KEY=[key]',
    sensitive: true,
  });
});

it('the output reader stores no part of the key at the place where a long line is cut', () => {
  for (const shift of [1, 20, 63]) {
    const { texts } = read(`${'x'.repeat(maxLineBytes - shift)}${key}y\n`);
    expect(texts.join('')).toContain('x[key]y');
  }
});

it.each([
  ['control sequences', '\x1b[0m\x07'],
  ['a meter', '\r10 %\r'],
  ['a meter that is longer than a line may be', `${'\rcopied 10 %'.repeat(10_000)}\r`],
])('the output reader asks a question that is longer than a line may be behind %s', (_name, before) => {
  const prompt = `${'a table '.repeat(10_000)}Go on?`;
  const question = { type: 'interaction', subtype: 'choices', prompt, choices: { Yes: 'y' }, default: null };
  const { questions, lines } = read(`${before}${message(question)}after\n`);
  expect(questions).toHaveLength(1);
  expect(lines.filter(({ kind }) => kind === 'notice')).toEqual([]);
  const output = lines.filter(({ kind }) => kind === 'output');
  expect(output.at(-2)?.continues).toBe(false);
  expect(output.at(-1)?.text).toBe('after');
});

it('L4: the output reader cuts the text of a message only between characters', () => {
  const { texts } = read(message({ type: 'line', line: `${'D'.repeat(maxLineBytes - 1)}\u{1f680}rocket` }));
  expect(texts.at(-1)).toBe('\u{1f680}rocket');
});

it('the output reader finds each message behind carriage returns and control sequences, however the output arrives', () => {
  const part = fc.record({
    before: fc.constantFrom('', '\x1b[0m', '\x07', '\r', 'meter 10 %\r', '\x1b[0m\r\x1b[2K', '\x1b]0;t\x07'),
    kind: fc.constantFrom('question', 'line', 'status', 'plain'),
    size: fc.constantFrom(1, 50, 70_000),
    after: fc.constantFrom('', '\r'),
  });
  const outputOf = ({
    before,
    kind,
    size,
    after,
  }: {
    before: string;
    kind: string;
    size: number;
    after: string;
  }) => {
    const words = `${kind}:${'w'.repeat(size)}`;
    const choices = { Yes: 'y' };
    const messages: Record<string, object> = {
      question: { type: 'interaction', subtype: 'choices', prompt: words, choices, default: null },
      line: { type: 'line', line: words, sensitive: false },
      status: { type: 'status', status: words },
    };
    const body = messages[kind];
    return `${before}${body ? message(body).trimEnd() : words}${after}\n`;
  };
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.nat(200_000), { maxLength: 6 }),
      (parts, cuts) => {
        const bytes = Buffer.from(parts.map(outputOf).join(''));
        const { lines, questions, reports } = read(bytes, null, cuts);
        const count = (kind: string): number => parts.filter((each) => each.kind === kind).length;
        expect(questions).toHaveLength(count('question'));
        expect(reports.filter(({ status }) => status != null)).toHaveLength(count('status'));
        const texts = lines.filter(({ kind }) => kind === 'output').map(({ text }) => text);
        const whole = texts.join('\n');
        expect(whole.split('line:w')).toHaveLength(count('line') + 1);
        expect(whole.split('plain:w')).toHaveLength(count('plain') + 1);
        expect(whole).not.toContain(key);
        expect(lines.filter(({ kind }) => kind === 'notice')).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
