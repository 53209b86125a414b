// Owns the place of the open question: its card, the receipt of an answer, why an answer was not used, and where the focus goes.
import { useEffect, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type {
  AnswerInteractionMutation as AnswerResult,
  QuestionFragment,
} from '../../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { Message } from '../../parts/message.tsx';
import { useStableCallback } from '../../state/stable-callback.ts';
import { secondInUtc } from '../../state/time.ts';
import type { ErrorLine } from '../parts/error-line.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { AnswerInteractionMutation } from './interaction.graphql.ts';
import { answerInWords } from './interaction.ts';
import { Question } from './question.tsx';

/** How long a receipt stays at least, in milliseconds. While it has the focus, it stays until the focus leaves. */
const receiptDuration = 4_000;

/** The open question of job `jobId`, or the receipt of the answer that was just sent. */
export function OpenQuestion({
  jobId,
  interaction,
  errors = [],
  mayAnswer,
}: {
  jobId: string;
  /** Null while scap asks nothing. */
  interaction: QuestionFragment | null;
  /** The error lines that led to the question, where they are known. */
  errors?: readonly ErrorLine[];
  /** Null while it is not known yet. */
  mayAnswer: boolean | null;
}) {
  const [notice, setNotice] = useState<string | null>(null);
  const { sent, sending, problem, send, forget } = useAnswer(setNotice);
  const receipt = useRef<HTMLParagraphElement>(null);
  /** Whether the receipt has been shown long enough, and stays only because it has the focus. */
  const [isOld, setOld] = useState(false);
  const open = interaction !== null && interaction.id !== sent?.interaction.id ? interaction : null;
  const place = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  const focusCard = useStableCallback((): boolean => {
    const card = place.current?.querySelector<HTMLElement>('.question');
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus();
    return card != null;
  });
  useAnswerKey(focusCard);

  // The buttons are gone with the card: the focus must not fall back to the beginning of the page.
  useEffect(() => {
    if (sent !== null && hadFocus.current) receipt.current?.focus();
  }, [sent]);
  useEffect(() => {
    if (open === null || !hadFocus.current) return;
    focusCard();
    hadFocus.current = false;
  }, [open?.id]);
  useEffect(() => {
    setOld(false);
    if (sent === null || sending || open !== null) return;
    const timer = setTimeout(() => {
      if (document.activeElement === receipt.current) setOld(true);
      else forget();
    }, receiptDuration);
    return () => clearTimeout(timer);
  }, [sent, sending, open]);

  return (
    <div class="open-question" ref={place}>
      {notice !== null && (
        <Message tone="warning" onDismiss={() => setNotice(null)}>
          {notice}
        </Message>
      )}
      {open === null && sent !== null && (
        <p
          class={`question__receipt${isOld ? ' question__receipt--old' : ''}`}
          role="status"
          tabIndex={-1}
          ref={receipt}
          onBlur={() => isOld && forget()}
        >
          {msg(
            sending ? 'job-question-sending' : 'job-question-sent',
            answerInWords(sent.interaction, sent.answer),
          )}
        </p>
      )}
      {open !== null && (
        <Question
          key={open.id}
          jobId={jobId}
          interaction={open}
          errors={errors}
          mayAnswer={mayAnswer}
          problem={problem?.interactionId === open.id ? problem.words : null}
          onAnswer={(answer) => {
            hadFocus.current = place.current?.contains(document.activeElement) ?? false;
            void send(open, answer);
          }}
        />
      )}
      {open !== null && <AnswerBar key={open.id} prompt={open.prompt} card={place} onAnswer={focusCard} />}
    </div>
  );
}

/** The key `a` moves the focus to the question from anywhere on the page, except where text is typed. @param focus returns whether there is a question */
function useAnswerKey(focus: () => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'a' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, dialog') !== null
      )
        return;
      if (focus()) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [focus]);
}

interface SentAnswer {
  readonly interaction: QuestionFragment;
  readonly answer: string;
}

/** Sends answers. `sent` is the one that is being sent or was accepted; `problem` belongs to the last one that was not. */
function useAnswer(onNotice: (notice: string | null) => void) {
  const [sent, setSent] = useState<SentAnswer | null>(null);
  const [failedId, setFailedId] = useState<string | null>(null);
  const request = useMutationRequest(AnswerInteractionMutation, {
    select: (data) => data.answerInteraction,
    failed: (why) => msg('job-question-failed', why),
    onRefusal: (refusal) => {
      // The user can try another answer in this card.
      if (refusal.__typename === 'AnswerNotAccepted') return refusal.message;
      onNotice(refusalInWords(refusal));
      return null;
    },
  });
  const send = async (interaction: QuestionFragment, answer: string): Promise<void> => {
    if (request.sending) return;
    setSent({ interaction, answer });
    setFailedId(null);
    onNotice(null);
    const success = await request.send({ input: { interactionId: interaction.id, answer } });
    if (success !== null) return;
    setSent(null);
    setFailedId(interaction.id);
  };
  const problem =
    failedId === null || request.problem === null
      ? null
      : { interactionId: failedId, words: request.problem };
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
