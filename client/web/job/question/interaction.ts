// Owns how a question and its answer are written as text. Owns no card and no request.
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { answerEffect } from '../../../../schema/text/question-key.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';

/** What the answers of a known question lead to, a sentence for each that ends or undoes the deployment. @param key of the question, see question-key.ts */
export function answerEffects(key: string | null, choices: QuestionFragment['choices']): string[] {
  return choices.flatMap(({ code, label }) => {
    const effect = answerEffect(key, code);
    return effect === null ? [] : [msg(`job-question-effect-${effect}`, harmlessLabel(label))];
  });
}

/** What an empty answer to a text question means: scap's default, which may be given only in the prompt. Null if none exists. */
export function suggestedAnswer({
  default: given,
  prompt,
}: Pick<QuestionFragment, 'default' | 'prompt'>): string | null {
  if (given !== null && given !== '') return given;
  const lastLine = prompt.trimEnd().slice(prompt.trimEnd().lastIndexOf('\n') + 1);
  return (
    /\(default: ([^()]{1,500})\)\W*$/i.exec(lastLine)?.[1] ??
    /\[([^[\]]{1,500})\]\W*$/.exec(lastLine)?.[1] ??
    null
  );
}

/** An answer as the log writes it: `“Yes” (y)` for a choice, the quoted text otherwise. */
export function answerInWords(interaction: Pick<QuestionFragment, 'choices'>, answer: string): string {
  const choice = interaction.choices.find((each) => each.code === answer);
  if (choice !== undefined)
    return msg('job-question-choice', harmlessLabel(choice.label), harmlessLabel(choice.code));
  return answer === '' ? msg('job-question-empty-answer') : `“${harmlessLabel(answer)}”`;
}
