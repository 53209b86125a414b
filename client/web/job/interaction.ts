// Owns how a question and its answer are written in words. Owns no card and no request.

import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';

/** Splits a prompt at its last empty line: the explanation comes before it, the question after it. Without one, all is the question. */
export function splitPrompt(prompt: string): { explanation: string; question: string } {
  const lines = prompt.trim().split('\n');
  const separator = lines.findLastIndex((line) => line.trim() === '');
  return {
    explanation: lines.slice(0, Math.max(0, separator)).join('\n').trim(),
    question: lines
      .slice(separator + 1)
      .join('\n')
      .trim(),
  };
}

/** An answer as the log writes it: `“Yes” (y)` for a choice, the quoted text otherwise. */
export function answerInWords(interaction: Pick<QuestionFragment, 'choices'>, answer: string): string {
  const choice = interaction.choices.find((each) => each.code === answer);
  if (choice !== undefined)
    return msg('job-question-choice', harmlessLabel(choice.label), harmlessLabel(choice.code));
  return answer === '' ? msg('job-question-empty-answer') : `“${harmlessLabel(answer)}”`;
}
