// Owns how the text of a question is divided: what explains it, and what is asked. Pure. Not which question it is (question-key.ts).

/** The text of a question, divided for display. */
export interface QuestionText {
  /** What is asked: one or a few lines, never empty unless the whole prompt is. */
  readonly question: string;
  /** What stands before or after it; empty if there is nothing else. */
  readonly explanation: string;
  /** Whether the explanation is a table, a listing or a diff, which is only legible unwrapped and in a monospace font. */
  readonly aligned: boolean;
}

/** Box-drawing characters, and the `+---+` and `|` borders of ASCII tables. */
const box = /[\u2500-\u257f]|^\s*\+[-=+]{3,}\s*$|^\s*\|.*\|\s*$/m;
/** Two columns or more: text, at least two blanks, text. */
const columns = /\S {2,}\S.* {2,}\S|\t\S.*\t\S/;
/** The longest line that is shown as a question whole, in UTF-16 units; a longer one is divided into sentences. */
const longestQuestion = 80;

/**
 * Divides the prompt of a question. What is asked is the last line if it ends in `?` or `:`, otherwise the text after the last blank
 * line, otherwise the whole prompt. Of a long last line it is the last sentence.
 */
export function questionText(prompt: string): QuestionText {
  const lines = prompt
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  const [question, before] = divide(lines);
  while (before.length > 0 && before.at(-1) === '') before.pop();
  while (before.length > 0 && before[0] === '') before.shift();
  const explanation = before.join('\n');
  return { question, explanation, aligned: isAligned(before) };
}

function divide(lines: readonly string[]): [question: string, before: string[]] {
  const last = lines.at(-1) ?? '';
  if (/[?:]$/.test(last)) {
    const sentence = last.length > longestQuestion ? lastSentence(last) : 0;
    const rest = last.slice(0, sentence).trimEnd();
    const question = last.slice(sentence).trim();
    // A lone `?` belongs to the line before it.
    if (question.length === 1 && lines.length > 1) {
      return divideAtBlankLine(lines);
    }
    return [question, [...lines.slice(0, -1), ...(rest === '' ? [] : [rest])]];
  }
  return divideAtBlankLine(lines);
}

function divideAtBlankLine(lines: readonly string[]): [question: string, before: string[]] {
  const at = lines.lastIndexOf('');
  return [
    lines
      .slice(at + 1)
      .join('\n')
      .trim(),
    at < 0 ? [] : lines.slice(0, at),
  ];
}

/** Where the last sentence of a line begins. */
function lastSentence(line: string): number {
  let start = 0;
  for (const { index, 0: end } of line.matchAll(/[.!?] +(?=\p{Lu})/gu)) start = index + end.length;
  return start;
}

/** One line of columns may be chance; two are a table. */
const isAligned = (lines: readonly string[]): boolean =>
  box.test(lines.join('\n')) || lines.filter((line) => columns.test(line)).length >= 2;
