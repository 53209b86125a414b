// Owns the receipt of an answer, of this user or of another one: its words, and how long it stays. Owns no question.
import { cdxIconCheck } from '@wikimedia/codex-icons';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { answerInWords } from './interaction.ts';

/** How long a receipt stays at least, in milliseconds. While it has the focus, it stays until the focus leaves. */
const receiptDuration = 4_000;

/** @param isAnswered whether there is an answer: it may be under way, or the question ended without one @param isOld whether it stays only because it has the focus @param onLeave called when an old one loses the focus */
export function Receipt({
  place,
  words,
  isAnswered,
  isOld,
  onLeave,
}: {
  place: RefObject<HTMLParagraphElement | null>;
  words: string;
  isAnswered: boolean;
  isOld: boolean;
  onLeave: () => void;
}) {
  return (
    <p
      class={`question__receipt${isAnswered ? ' question__receipt--answered' : ''}${isOld ? ' question__receipt--old' : ''}`}
      tabIndex={-1}
      ref={place}
      onBlur={() => isOld && onLeave()}
    >
      {isAnswered && <Icon icon={cdxIconCheck} />}
      <bdi>{words}</bdi>
    </p>
  );
}

/** What is said of a question that is no longer open. */
interface OtherAnswer {
  readonly words: string | null;
  readonly isAnswered: boolean;
}

const noAnswer: OtherAnswer = { words: null, isAnswered: false };

/** What another user answered to the question that was open, as a sentence, until it is forgotten or the next question is open. */
export function useOtherAnswer(
  interaction: QuestionFragment | null,
  interactions: readonly QuestionFragment[],
  sentId: string | null,
): OtherAnswer & { readonly forget: () => void } {
  const before = useRef<QuestionFragment | null>(interaction);
  const [other, setOther] = useState<OtherAnswer>(noAnswer);
  useLayoutEffect(() => {
    const last = before.current;
    before.current = interaction;
    if (last === null || last.id === interaction?.id || last.id === sentId) return;
    const closed = interactions.find(({ id }) => id === last.id);
    if (interaction !== null || closed === undefined) setOther(noAnswer);
    else if (closed.answer === null) setOther({ words: msg('job-question-closed'), isAnswered: false });
    else {
      const name = harmlessName(closed.answeredBy?.name ?? msg('job-question-answered-by-unknown'));
      const words = msg('job-question-answered', name, answerInWords(closed, closed.answer));
      setOther({ words, isAnswered: true });
    }
  }, [interaction, interactions, sentId]);
  return { ...other, forget: () => setOther(noAnswer) };
}

/** Calls `end` when the receipt has been shown long enough. While it has the focus, it stays; the result says so. */
export function useReceiptEnd(
  receipt: RefObject<HTMLElement | null>,
  isShown: boolean,
  end: () => void,
): boolean {
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
