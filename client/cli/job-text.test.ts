import { expect, it } from 'vitest';
import { questionText } from './job-text.ts';

const question = (...codes: string[]) => ({
  kind: codes.length === 0 ? ('TEXT' as const) : ('CHOICES' as const),
  prompt: 'What now?',
  choices: codes.map((code) => ({ label: `Choice ${code}`, code })),
  default: null,
});
const lastRow = (text: string) => text.trimEnd().split('\n').at(-1);

it.each([
  [['r', 'i', 'b', 'x'], 'type r, i, b or x, and press Enter'],
  [['y', 'n'], 'type y or n, and press Enter'],
  [['a'], 'type a, and press Enter'],
  [[], 'type the text, and press Enter'],
])('a question with the choices %j says at its prompt what to type', (codes, how) => {
  const text = questionText({ id: '7' }, question(...codes), { atPrompt: true });
  expect(lastRow(text)).toBe(`? To answer: ${how}`);
});

it.each([
  [['y', 'n'], 'spiderpig answer 7 CODE'],
  [[], 'spiderpig answer 7 TEXT'],
])(
  'a question with the choices %j names the command that answers it where no prompt follows',
  (codes, how) => {
    expect(lastRow(questionText({ id: '7' }, question(...codes)))).toBe(`? To answer: ${how}`);
  },
);
