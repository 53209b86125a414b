// Owns how a question and its answer read in words. Owns no card and no request.
import type { QuestionFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { harmlessLabel } from '../parts/harmless.ts';

/** The explanation comes first and the question last, with an empty line between them; a prompt can be the question alone. */
export function splitPrompt(prompt: string): { explanation: string; question: string } {
  const lines = prompt.trim().split('\n');
  const gap = lines.findLastIndex((line) => line.trim() === '');
  return {
    explanation: lines.slice(0, Math.max(0, gap)).join('\n').trim(),
    question: lines
      .slice(gap + 1)
      .join('\n')
      .trim(),
  };
}

/** How an answer reads, as in the log: `“Yes” (y)`, or the text between quotes. */
export function answerInWords(interaction: Pick<QuestionFragment, 'choices'>, answer: string): string {
  const choice = interaction.choices.find((each) => each.code === answer);
  if (choice !== undefined)
    return msg('job-question-choice', harmlessLabel(choice.label), harmlessLabel(choice.code));
  return answer === '' ? msg('job-question-empty-answer') : `“${harmlessLabel(answer)}”`;
}
