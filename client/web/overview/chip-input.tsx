// Owns the field in which changes become chips: typing, pasting, removing, what the keys do. Owns no list of changes.
import { cdxIconClose } from '@wikimedia/codex-icons';
import { useId, useRef, useState } from 'preact/hooks';
import { splitChangeInputs } from '../../../schema/text/change-input.ts';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import type { ChangeInput } from './change-input.ts';
import './chip-input.css';

/** The changes as chips, and the field for the next one. Enter, comma, semicolon and space add what was typed. */
export function ChipInput({
  chips,
  typed,
  disabled,
  describedBy,
  onTyped,
  onAdd,
  onRemove,
  onEditLast,
  onPaste,
}: {
  chips: readonly ChangeInput[];
  typed: string;
  disabled: boolean;
  describedBy: string;
  onTyped: (value: string) => void;
  /** Makes chips of what was typed. */
  onAdd: () => void;
  onRemove: (index: number) => void;
  /** Turns the last chip back into typed text. */
  onEditLast: () => void;
  /** Adds pasted text that names at least one change. */
  onPaste: (pasted: string) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [focused, setFocused] = useState(false);
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    // Enter never submits the form: pressing it once too often must not deploy anything.
    if (event.key === 'Enter') {
      event.preventDefault();
      onAdd();
    } else if (event.key === 'Backspace' && typed === '' && chips.length > 0) {
      event.preventDefault();
      onEditLast();
    }
  };
  const classes = [
    'cdx-chip-input',
    ...(focused ? ['cdx-chip-input--focused'] : []),
    ...(disabled ? ['cdx-chip-input--disabled'] : []),
    ...(chips.some((chip) => chip.problem !== null) ? ['cdx-chip-input--status-error'] : []),
  ].join(' ');
  return (
    <div class={classes}>
      <div class="cdx-chip-input__chips">
        {chips.map((chip, index) => (
          <Chip
            key={`${index} ${chip.input}`}
            chip={chip}
            disabled={disabled}
            onRemove={() => {
              onRemove(index);
              field.current?.focus();
            }}
          />
        ))}
        <label class="visually-hidden" for={id}>
          {msg('overview-start-label')}
        </label>
        <input
          ref={field}
          id={id}
          class="cdx-chip-input__input"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={chips.length === 0 ? msg('overview-start-placeholder') : msg('overview-start-more')}
          value={typed}
          disabled={disabled}
          aria-describedby={describedBy}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            onAdd();
          }}
          onInput={(event) => onTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData('text') ?? '';
            if (splitChangeInputs(pasted).length === 0) return;
            event.preventDefault();
            onPaste(pasted);
            onTyped('');
          }}
        />
      </div>
    </div>
  );
}

function Chip({ chip, disabled, onRemove }: { chip: ChangeInput; disabled: boolean; onRemove: () => void }) {
  const name = shortened(chip.number ?? chip.input);
  return (
    <span
      class={chip.problem === null ? 'cdx-input-chip' : 'cdx-input-chip input-chip--invalid'}
      title={chip.problem ?? chip.input}
    >
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
