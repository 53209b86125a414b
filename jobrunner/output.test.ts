import { expect, it } from 'vitest';
import type { Question } from '../schema/model/job/interaction.ts';
import type { LogPart } from '../schema/model/log/line.ts';
import { Masks } from '../schema/model/log/mask.ts';
import { JobLog } from './job-log.ts';
import { maxLineBytes, maxMessageBytes } from './line.ts';
import { OutputReader, type Report } from './output.ts';

const key = 'k'.repeat(64);
const message = (members: object): string => `${JSON.stringify({ iokey: key, ...members })}\n`;

/** Reads `output` as one chunk and returns what followed from it. */
function read(output: string, masks: Masks | null = null) {
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
    onQuestion: (question, lineNumber) => questions.push({ question, lineNumber }),
  });
  reader.push(Buffer.from(output), 1);
  reader.end(2);
  return { lines, reports, questions, texts: lines.map(({ text }) => text) };
}

it('writes plain lines and a last line without a newline to the log', () => {
  expect(read('one\ntwo\nthree').texts).toEqual(['one', 'two', 'three']);
});

it('reports a status with a line in the log, and clears the progress with it', () => {
  const { lines, reports } = read(message({ type: 'status', status: 'syncing' }));
  expect(reports).toEqual([{ status: 'syncing', lastStatus: 'syncing', progress: null }]);
  expect(lines).toMatchObject([{ kind: 'status', text: 'syncing' }]);
});

it('clears the status without a line in the log', () => {
  const { lines, reports } = read(message({ type: 'status', status: null }));
  expect(reports).toEqual([{ status: null, progress: null }]);
  expect(lines).toEqual([]);
});

it('announces a question with the number of its line in the log', () => {
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

it('keeps the line breaks and blanks of a question, with a line of the log for each', () => {
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

it('masks a secret in a question of several lines', () => {
  const question = { type: 'interaction', subtype: 'input_line', prompt: 'one\nhunter1234 two\nthree' };
  const { texts } = read(message(question), new Masks(['hunter\\d{4}']));
  expect(texts).toEqual(['one', '[masked] two', 'three']);
});

it('adds one notice for any number of malformed messages, and keeps them as output', () => {
  const { lines } = read(message({ type: 'dance' }).repeat(3));
  expect(lines.map(({ kind }) => kind)).toEqual(['output', 'notice', 'output', 'output']);
  expect(lines[1]?.text).toContain('stop the job');
});

it('never writes the key to the log', () => {
  expect(read(`key: ${key}\n`).texts).toEqual(['key: [key]']);
});

it('splits the text of a sensitive message into sensitive lines', () => {
  const { lines } = read(message({ type: 'line', line: 'a\nb', sensitive: true }));
  expect(lines).toMatchObject([
    { text: 'a', sensitive: true },
    { text: 'b', sensitive: true },
  ]);
});

it('marks the pieces of a long line, and hides them when the line may be a message', () => {
  const plain = read(`${'x'.repeat(maxLineBytes + 1)}\n`).lines;
  expect(plain.map(({ continues, sensitive }) => [continues, sensitive])).toEqual([
    [true, false],
    [false, false],
  ]);
  const hidden = read(`{${'x'.repeat(maxMessageBytes)}\nnext\n`).lines;
  expect(hidden.slice(0, -1).every(({ sensitive }) => sensitive)).toBe(true);
  expect(hidden.at(-1)).toMatchObject({ text: 'next', sensitive: false });
});

it('masks known secrets in output, statuses and questions', () => {
  const masks = new Masks(['hunter\\d']);
  const question = { type: 'interaction', subtype: 'input_line', prompt: 'Use hunter2?' };
  const { texts, reports } = read(
    `hunter2\n${message({ type: 'status', status: 'with hunter2' })}${message(question)}`,
    masks,
  );
  expect(texts.join('\n')).not.toContain('hunter2');
  expect(reports).toEqual([{ status: 'with [masked]', lastStatus: 'with [masked]', progress: null }]);
});
