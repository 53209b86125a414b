// Owns the placeholder for hidden sensitive lines, with the button that reveals them. Owns no request (reveal.ts).
import { cdxIconEye, cdxIconEyeClosed } from '@wikimedia/codex-icons';
import { Icon } from '../../parts/icon.tsx';
import { msg } from '../messages.ts';
import type { RowSetting } from './row-setting.ts';
import './hidden-line.css';

/** Stands for the hidden lines from `from` to `to`, both included. */
export function HiddenLines({
  from,
  to,
  setting: { mayReveal, onReveal },
}: {
  from: number;
  to: number;
  setting: RowSetting;
}) {
  return (
    <span class="log__text">
      <Icon icon={cdxIconEyeClosed} size="x-small" />
      {msg('log-hidden', to - from + 1)}
      {onReveal !== null && (
        <button
          type="button"
          class="log__show cdx-button cdx-button--size-small cdx-button--weight-quiet"
          disabled={mayReveal !== true}
          title={mayReveal === false ? msg('log-may-not-reveal') : undefined}
          aria-label={
            mayReveal === false
              ? `${msg('log-reveal-label', from, to, to - from + 1)}: ${msg('log-may-not-reveal')}`
              : msg('log-reveal-label', from, to, to - from + 1)
          }
          onClick={() => onReveal(from, to)}
        >
          <Icon icon={cdxIconEye} size="x-small" />
          {msg('log-reveal')}
        </button>
      )}
    </span>
  );
}
