// Owns the card of the open question: what scap asks, sending the answer, and the result. Owns no job.
import { cdxIconHelpNoticeFilled } from '@wikimedia/codex-icons';
import { useEffect, useId, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { AnswerInteractionMutation as AnswerResult, QuestionFragment } from '../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../connection/mutation.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { useSpan } from '../parts/moment.tsx';
import { secondInUtc } from '../parts/time.ts';
import { ChoiceAnswer } from './choice-answer.tsx';
import { AnswerInteractionMutation } from './interaction.graphql.ts';
import { answerInWords, splitPrompt } from './interaction.ts';
import { TextAnswer } from './text-answer.tsx';
import './question.css';

/** Why an answer was not used. The parent shows it, since the card disappears with its question. */
export interface AnswerNotice {
  readonly tone: 'warning' | 'error';
  readonly message: string;
}

/** The card of the open question. Give it `key={interaction.id}`: its state belongs to one question. */
export function Question({
  jobId,
  interaction,
  mayAnswer,
  onNotice,
}: {
  jobId: string;
  interaction: QuestionFragment;
  /** Null while it is not known yet. */
  mayAnswer: boolean | null;
  onNotice: (notice: AnswerNotice | null) => void;
}) {
  const { answer, sending, problem, send } = useAnswer(interaction.id, onNotice);
  const { explanation, question } = splitPrompt(interaction.prompt);
  const waiting = useSpan(interaction.askedAt, null);
  const headingId = useId();
  const mayNotId = useId();
  const AnswerForm = interaction.kind === 'TEXT' ? TextAnswer : ChoiceAnswer;

  return (
    <section class="question" aria-labelledby={headingId}>
      <header class="question__header">
        <Icon icon={cdxIconHelpNoticeFilled} size="medium" />
        <h2 class="question__heading" id={headingId}>
          {msg('job-question-heading')}
        </h2>
        <span class="question__waiting">{msg('job-question-waiting', waiting)}</span>
      </header>
      {explanation !== '' && (
        <p class="question__explanation scrolls">
          <ForeignText>{explanation}</ForeignText>
        </p>
      )}
      <p class="question__question">
        <ForeignText>{question}</ForeignText>
      </p>
      {answer === null ? (
        <AnswerForm
          interaction={interaction}
          mayAnswer={mayAnswer}
          mayNotId={mayNotId}
          onAnswer={(code) => void send(code)}
        />
      ) : (
        <p class="question__sent" role="status">
          {msg(sending ? 'job-question-sending' : 'job-question-sent', answerInWords(interaction, answer))}
        </p>
      )}
      {mayAnswer === false && (
        <p class="hint" id={mayNotId}>
          {msg('job-question-may-not-answer')}
        </p>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
      <span class="visually-hidden" aria-live="assertive">
        <Announcement words={msg('job-question-announce', jobId, harmlessLabel(question))} />
      </span>
    </section>
  );
}

/** Sends one answer. `answer` is the one that is being sent or was accepted; null: the user can answer. */
function useAnswer(interactionId: string, onNotice: (notice: AnswerNotice | null) => void) {
  const [answer, setAnswer] = useState<string | null>(null);
  const request = useMutationRequest(AnswerInteractionMutation, {
    select: (data) => data.answerInteraction,
    failed: (why) => msg('job-question-failed', why),
    onRefusal: (refusal) => {
      // The user can try another answer in this card.
      if (refusal.__typename === 'AnswerNotAccepted') return refusal.message;
      onNotice({ tone: 'warning', message: refusalInWords(refusal) });
      return null;
    },
  });
  const send = async (code: string): Promise<void> => {
    if (answer !== null) return;
    setAnswer(code);
    onNotice(null);
    const success = await request.send({ input: { interactionId, answer: code } });
    if (success === null) setAnswer(null);
  };
  return { answer, sending: request.sending, problem: request.problem, send };
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
    harmlessLabel(answeredBy.name),
    answerInWords(interaction, answer),
    secondInUtc(Date.parse(answeredAt)),
  );
}

/** Text for a live region. It is inserted after the region itself, because screen readers announce only changes. */
function Announcement({ words }: { words: string }) {
  const [announced, setAnnounced] = useState('');
  useEffect(() => setAnnounced(words), [words]);
  return <>{announced}</>;
}
