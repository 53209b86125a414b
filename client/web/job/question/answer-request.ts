// Owns how an answer is sent, and what is said when it was not used. Owns no card (question.tsx).
import { useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type {
  AnswerInteractionMutation as AnswerResult,
  QuestionFragment,
} from '../../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { secondInUtc } from '../../state/time.ts';
import { AnswerInteractionMutation } from './interaction.graphql.ts';
import { answerInWords } from './interaction.ts';

interface SentAnswer {
  readonly interaction: QuestionFragment;
  readonly answer: string;
}

/** Sends answers. `sent` is the one that is being sent or was accepted; `problem` belongs to the last one that was not. */
export function useAnswer(onNotice: (notice: string | null) => void) {
  const [sent, setSent] = useState<SentAnswer | null>(null);
  const [failed, setFailed] = useState<SentAnswer | null>(null);
  /** Whether the last answer was refused: to send it again would change nothing. */
  const refused = useRef(false);
  const request = useMutationRequest(AnswerInteractionMutation, {
    select: (data) => data.answerInteraction,
    failed: (why) => msg('job-question-failed', why),
    // Only the first answer is used.
    isRepeatable: true,
    onRefusal: (refusal) => {
      refused.current = true;
      // The user can try another answer in this card.
      if (refusal.__typename === 'AnswerNotAccepted') return refusal.message;
      onNotice(refusalInWords(refusal));
      return null;
    },
  });
  const send = async (interaction: QuestionFragment, answer: string): Promise<void> => {
    if (request.sending) return;
    setSent({ interaction, answer });
    setFailed(null);
    refused.current = false;
    onNotice(null);
    const success = await request.send({ input: { interactionId: interaction.id, answer } });
    if (success !== null) return;
    setSent(null);
    setFailed({ interaction, answer });
  };
  const problem =
    failed === null || request.problem === null
      ? null
      : {
          interactionId: failed.interaction.id,
          words: request.problem,
          answer: refused.current ? null : failed.answer,
        };
  return { sent, sending: request.sending, problem, send, forget: () => setSent(null) };
}

function refusalInWords(refusal: RefusalOf<AnswerResult['answerInteraction']>): string {
  return refusal.__typename === 'InteractionAlreadyAnswered' ? answeredByMessage(refusal) : refusal.message;
}

/** Who answered first, with what, and when. */
function answeredByMessage({
  message,
  interaction,
}: {
  message: string;
  interaction: QuestionFragment;
}): string {
  const { answeredBy, answeredAt, answer } = interaction;
  if (answeredBy === null || answeredAt === null || answer === null) return message;
  return msg(
    'job-question-already-answered',
    harmlessName(answeredBy.name),
    answerInWords(interaction, answer),
    secondInUtc(Date.parse(answeredAt)),
  );
}
