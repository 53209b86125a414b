// Owns the bar at the bottom edge that leads to the open question while its card is out of view. Owns no answer.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import { msg } from '../../i18n/msg.ts';
import './answer-bar.css';

/** @param card the element that contains the card @param onAnswer moves the focus into the card */
export function AnswerBar({
  prompt,
  card,
  onAnswer,
}: {
  prompt: string;
  card: RefObject<HTMLElement | null>;
  onAnswer: () => void;
}) {
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    if (card.current === null) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? true));
    observer.observe(card.current);
    return () => observer.disconnect();
  }, [card]);
  if (seen) return null;
  return (
    <div class="answer-bar">
      <bdi class="answer-bar__question">{harmlessLabel(questionText(prompt).question)}</bdi>
      <button type="button" class="cdx-button" onClick={onAnswer}>
        {msg('job-question-go')}
      </button>
    </div>
  );
}
