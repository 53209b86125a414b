// Owns one change in the field as a chip, with the button that removes it.
import { cdxIconClock, cdxIconClose } from '@wikimedia/codex-icons';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import type { ChangeInput } from './change-input.ts';

export function Chip({
  chip,
  note,
  disabled,
  onRemove,
}: {
  chip: ChangeInput;
  /** What restricts the information about the change; null if nothing. */
  note: string | null;
  disabled: boolean;
  onRemove: () => void;
}) {
  const name = shortened(chip.number ?? chip.input);
  return (
    <span
      class={chip.problem === null ? 'cdx-input-chip' : 'cdx-input-chip input-chip--invalid'}
      title={chip.problem ?? note ?? chip.input}
    >
      {note !== null && (
        <>
          <Icon icon={cdxIconClock} size="x-small" />
          <span class="visually-hidden">{note}</span>
        </>
      )}
      <bdi class="cdx-input-chip__text">{name}</bdi>
      <button
        type="button"
        class="cdx-button cdx-button--weight-quiet cdx-button--icon-only cdx-input-chip__button"
        aria-label={msg('overview-start-remove', name)}
        disabled={disabled}
        onClick={onRemove}
      >
        <Icon icon={cdxIconClose} size="x-small" />
      </button>
    </span>
  );
}

/** At most 48 characters of an input, for the page. */
export function shortened(input: string): string {
  return input.length <= 48 ? input : `${input.slice(0, 47)}…`;
}
