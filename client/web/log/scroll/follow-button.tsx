// Owns the button over the log that returns to the end, with the number of new lines. Owns no scrolling.
import { cdxIconArrowDown } from '@wikimedia/codex-icons';
import { Icon } from '../../parts/icon.tsx';
import { msg } from '../messages.ts';
import './follow-button.css';

/** @param unread how many lines arrived since the reader left the end */
export function FollowButton({ unread, onFollow }: { unread: number; onFollow: () => void }) {
  return (
    <button
      type="button"
      class="log__new cdx-button cdx-button--action-progressive cdx-button--weight-primary"
      title={msg('log-follow-hint')}
      onClick={onFollow}
    >
      <Icon icon={cdxIconArrowDown} />
      {unread > 0 ? msg('log-new-lines', unread) : msg('log-follow')}
    </button>
  );
}
