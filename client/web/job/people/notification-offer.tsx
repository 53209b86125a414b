// Owns the offer to notify the user of their job, on its page, until they have chosen. Owns no choice (header/notification-choice.tsx).
import { useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { canNotify, chooseReach, hasChosenReach, reach } from '../../header/notification.ts';
import { msg } from '../../i18n/msg.ts';
import { SendButton } from '../../parts/send-button.tsx';
import { Status } from '../../parts/status.tsx';
import './notification-offer.css';

/** Browsers ask for permission only after a press, so notifications of one's own jobs cannot simply be on. @param viewer the name of the user; null while it is not known yet */
export function NotificationOffer({
  job: { ended, responsible },
  viewer,
}: {
  job: Pick<JobDetailFragment, 'ended' | 'responsible'>;
  viewer: string | null;
}) {
  const [isAsking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<'on' | 'denied' | null>(null);
  // Until the user chooses otherwise in the menu.
  if (outcome !== null && (outcome === 'on') === (reach.value !== 'none'))
    return <Status class="hint">{msg(outcome === 'on' ? 'job-notify-on' : 'header-notify-denied')}</Status>;
  const concerns = !ended && responsible.name === viewer;
  // The menu says why a browser that refuses shows none.
  if (!concerns || hasChosenReach.value || !canNotify() || Notification.permission === 'denied') return null;
  const accept = async (): Promise<void> => {
    setAsking(true);
    setOutcome((await chooseReach('own')) ? 'on' : 'denied');
  };
  return (
    <p class="notification-offer">
      <SendButton class="cdx-button cdx-button--size-small" sending={isAsking} onClick={() => void accept()}>
        {msg('job-notify')}
      </SendButton>
      <button
        type="button"
        class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
        onClick={() => void chooseReach('none')}
      >
        {msg('job-notify-no')}
      </button>
    </p>
  );
}
