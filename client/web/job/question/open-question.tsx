// Owns the place of the open question: its card, the receipt of an answer, why an answer was not used, and where the focus goes.
import { cdxIconCheck } from '@wikimedia/codex-icons';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type {
  AnswerInteractionMutation as AnswerResult,
  QuestionFragment,
} from '../../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { Message } from '../../parts/message.tsx';
import { isLow, isNarrow } from '../../state/narrow.ts';
import { isPageKey } from '../../state/page-key.ts';
import { useStableCallback } from '../../state/stable-callback.ts';
import { secondInUtc } from '../../state/time.ts';
import type { ErrorLine } from '../parts/error-line.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { AnswerInteractionMutation } from './interaction.graphql.ts';
import { answerInWords } from './interaction.ts';
import { Question } from './question.tsx';

/** How long a receipt stays at least, in milliseconds. While it has the focus, it stays until the focus leaves. */
const receiptDuration = 4_000;

/** The open question of job `jobId`, or the receipt of the answer that was just sent, by this user or by another one. */
export function OpenQuestion({
  jobId,
  interaction,
  interactions = [],
  step = null,
  changes = [],
  errors = [],
  hasFooter = false,
  mayAnswer,
}: {
  jobId: string;
  /** Null while scap asks nothing. */
  interaction: QuestionFragment | null;
  /** The questions of the job with their answers, where they are known. */
  interactions?: readonly QuestionFragment[];
  /** The stage of the job in which it is asked, as text; null: not known. */
  step?: string | null;
  /** The numbers of the job's changes, where they are known. */
  changes?: readonly string[];
  /** The error lines that led to the question, where they are known. */
  errors?: readonly ErrorLine[];
  /** Whether the answers are at the lower edge of a narrow window. There can be only one question on the page then. */
  hasFooter?: boolean;
  /** Null while it is not known yet. */
  mayAnswer: boolean | null;
}) {
  const [notice, setNotice] = useState<string | null>(null);
  const answer = useAnswer(setNotice);
  const { sent, sending, problem } = answer;
  const open = interaction !== null && interaction.id !== sent?.interaction.id ? interaction : null;
  const place = useRef<HTMLDivElement>(null);
  const receipt = useRef<HTMLParagraphElement>(null);
  const [isAway, setAway] = useState(false);
  const other = useOtherAnswer(interaction, interactions, sent?.interaction.id ?? null);
  const words =
    sent === null
      ? other.words
      : msg(
          sending ? 'job-question-sending' : 'job-question-sent',
          answerInWords(sent.interaction, sent.answer),
        );
  const focusCard = useStableCallback((): boolean => {
    const card = place.current?.querySelector<HTMLElement>('.question');
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus();
    return card != null;
  });
  useAnswerKey(focusCard);
  useFocusAfterAnswer({ place, receipt, openId: open?.id ?? null, hasReceipt: words !== null, focusCard });
  const forget = (): void => {
    answer.forget();
    other.forget();
  };
  const isOld = useReceiptEnd(receipt, words !== null && !sending && open === null, forget);
  const foot = hasFooter && open?.kind === 'CHOICES' && open.choices.length <= maxInFooter;
  const many = hasFooter && isNarrow.value && open?.kind === 'CHOICES' && !foot;

  return (
    <div
      class={`open-question${foot ? ' open-question--foot' : ''}${isAway ? ' open-question--away' : ''}`}
      ref={place}
    >
      {notice !== null && (
        <Message tone="warning" onDismiss={() => setNotice(null)}>
          {notice}
        </Message>
      )}
      {open === null && words !== null && (
        <Receipt place={receipt} words={words} isPending={sending} isOld={isOld} onLeave={forget} />
      )}
      {open !== null && (
        <Question
          key={open.id}
          jobId={jobId}
          interaction={open}
          step={step}
          changes={changes}
          errors={errors}
          mayAnswer={mayAnswer}
          problem={problem?.interactionId === open.id ? problem.words : null}
          onAnswer={(code) => void answer.send(open, code)}
          // A text may have been edited since: its own button sends what is in the field.
          onRetry={
            problem?.answer == null || open.kind === 'TEXT'
              ? null
              : () => void answer.send(open, problem.answer ?? '')
          }
        />
      )}
      {open !== null && (
        <AnswerBar
          key={open.id}
          prompt={open.prompt}
          watched={
            foot && isNarrow.value && !isLow.value
              ? '.question__question'
              : many
                ? '.question__choices'
                : '.question'
          }
          answerCount={many ? open.choices.length : null}
          place={place}
          onAway={setAway}
          onAnswer={focusCard}
        />
      )}
    </div>
  );
}

/** @param isOld whether it stays only because it has the focus @param onLeave called when an old one loses the focus */
function Receipt({
  place,
  words,
  isPending,
  isOld,
  onLeave,
}: {
  place: RefObject<HTMLParagraphElement | null>;
  words: string;
  isPending: boolean;
  isOld: boolean;
  onLeave: () => void;
}) {
  return (
    <p
      class={`question__receipt${isOld ? ' question__receipt--old' : ''}`}
      role="status"
      tabIndex={-1}
      ref={place}
      onBlur={() => isOld && onLeave()}
    >
      {!isPending && <Icon icon={cdxIconCheck} />}
      <bdi>{words}</bdi>
    </p>
  );
}

/** More answers would cover too much of a phone: they stay in the card, and the bar leads to them. */
const maxInFooter = 4;

/** What another user answered to the question that was open, as a sentence, until it is forgotten or the next question is open. */
function useOtherAnswer(
  interaction: QuestionFragment | null,
  interactions: readonly QuestionFragment[],
  sentId: string | null,
): { readonly words: string | null; readonly forget: () => void } {
  const before = useRef<QuestionFragment | null>(interaction);
  const [words, setWords] = useState<string | null>(null);
  useLayoutEffect(() => {
    const last = before.current;
    before.current = interaction;
    if (last === null || last.id === interaction?.id || last.id === sentId) return;
    const closed = interactions.find(({ id }) => id === last.id);
    if (interaction !== null || closed === undefined) setWords(null);
    else if (closed.answer === null) setWords(msg('job-question-closed'));
    else {
      const name = harmlessName(closed.answeredBy?.name ?? msg('job-question-answered-by-unknown'));
      setWords(msg('job-question-answered', name, answerInWords(closed, closed.answer)));
    }
  }, [interaction, interactions, sentId]);
  return { words, forget: () => setWords(null) };
}

/** The buttons are gone with their card: the focus must not fall back to the beginning of the page. It goes to the receipt, then to the next card. */
function useFocusAfterAnswer({
  place,
  receipt,
  openId,
  hasReceipt,
  focusCard,
}: {
  place: RefObject<HTMLElement | null>;
  receipt: RefObject<HTMLElement | null>;
  openId: string | null;
  hasReceipt: boolean;
  focusCard: () => boolean;
}): void {
  const hadFocus = useRef(false);
  // While this renders, the focus is still where it was before. Once it is lost, it belongs to what had it last.
  const focused = document.activeElement;
  if (focused !== null && focused !== document.body)
    hadFocus.current = place.current?.contains(focused) ?? false;
  useLayoutEffect(() => {
    if (!hadFocus.current) return;
    if (openId !== null) focusCard();
    else if (hasReceipt) receipt.current?.focus();
  }, [openId, hasReceipt]);
}

/** Calls `end` when the receipt has been shown long enough. While it has the focus, it stays; the result says so. */
function useReceiptEnd(receipt: RefObject<HTMLElement | null>, isShown: boolean, end: () => void): boolean {
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    setOld(false);
    if (!isShown) return;
    const timer = setTimeout(() => {
      if (document.activeElement === receipt.current) setOld(true);
      else end();
    }, receiptDuration);
    return () => clearTimeout(timer);
  }, [isShown]);
  return isOld;
}

/** The key `a` moves the focus to the question from anywhere on the page, except where text is typed. @param focus returns whether there is a question */
function useAnswerKey(focus: () => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'a' && isPageKey(event) && focus()) event.preventDefault();
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
  const [failed, setFailed] = useState<SentAnswer | null>(null);
  /** Whether the last answer was refused: to send it again would change nothing. */
  const refused = useRef(false);
  const request = useMutationRequest(AnswerInteractionMutation, {
    select: (data) => data.answerInteraction,
    failed: (why) => msg('job-question-failed', why),
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
