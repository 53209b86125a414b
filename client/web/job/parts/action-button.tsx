// Owns the button that acts on a job: with an icon, a reason why it is disabled, and the problem of the last request. Owns no request.
import type { Icon as CodexIcon } from '@wikimedia/codex-icons';
import { useId } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { Message } from '../../parts/message.tsx';
import { SendButton } from '../../parts/send-button.tsx';

/**
 * A button with an icon, and below it the problem of the last request.
 * @param accessibleName what screen readers say, where `label` needs its surroundings to be understood
 * @param disabledReason why the button is disabled, as a title and for screen readers; null if it is enabled
 */
export function ActionButton({
  icon,
  label,
  accessibleName,
  destructive = false,
  quiet = false,
  disabledReason,
  sending = false,
  problem = null,
  onClick,
}: {
  icon: CodexIcon;
  label: string;
  accessibleName?: string;
  destructive?: boolean;
  /** Without a frame, beside something that matters more. */
  quiet?: boolean;
  disabledReason: string | null;
  sending?: boolean;
  problem?: string | null;
  onClick: () => void;
}) {
  const reasonId = useId();
  return (
    <>
      <SendButton
        class={`cdx-button${destructive ? ' cdx-button--action-destructive' : ''}${quiet ? ' cdx-button--weight-quiet' : ''}`}
        aria-label={accessibleName}
        aria-describedby={disabledReason === null ? undefined : reasonId}
        title={disabledReason ?? undefined}
        sending={sending}
        working={null}
        blocked={disabledReason !== null}
        onClick={onClick}
      >
        <Icon icon={icon} />
        {label}
      </SendButton>
      {disabledReason !== null && (
        <span class="visually-hidden" id={reasonId}>
          {disabledReason}
        </span>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}
