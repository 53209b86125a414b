// Owns the field in which changes become chips: typing, pasting, removing. Owns no list of changes, and no search (change-combobox.ts).
import { cdxIconExpand } from '@wikimedia/codex-icons';
import { useId, useState } from 'preact/hooks';
import { splitChangeInputs } from '../../../../schema/text/change-input.ts';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { useChangeCombobox } from './change-combobox.ts';
import { type ChangeInput, namesChange } from './change-input.ts';
import { ChangeMenu, optionId, PendingMenu, searchInWords } from './change-menu.tsx';
import type { FoundChange } from './change-search.ts';
import { Chip } from './chip.tsx';
import './chip-input.css';

export interface ChipInputProps {
  readonly chips: readonly ChangeInput[];
  readonly typed: string;
  readonly disabled: boolean;
  readonly describedBy: string;
  readonly field: { current: HTMLInputElement | null };
  /** What restricts the information about a chip; null if nothing. */
  readonly noteOf: (chip: ChangeInput) => string | null;
  readonly onTyped: (value: string) => void;
  /** Makes chips of what was typed. */
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  /** Turns the last chip back into typed text. */
  readonly onEditLast: () => void;
  /** Adds pasted text that names at least one change. */
  readonly onPaste: (pasted: string) => void;
  /** Adds a change from the menu, in place of what was typed. */
  readonly onChoose: (change: FoundChange) => void;
}

/** The changes as chips, and the field for the next one. Enter, comma, semicolon and space add what was typed; words are searched. */
export function ChipInput(props: ChipInputProps) {
  const { chips, typed, disabled, field } = props;
  const [focused, setFocused] = useState(false);
  const menuId = useId();
  const combobox = useChangeCombobox(typed, props.onChoose);
  const { menu, active } = focused ? combobox : { menu: null, active: -1 };
  const classes = [
    'cdx-chip-input',
    ...(focused ? ['cdx-chip-input--focused'] : []),
    ...(disabled ? ['cdx-chip-input--disabled'] : []),
    ...(chips.some((chip) => chip.problem !== null) ? ['cdx-chip-input--status-error'] : []),
  ].join(' ');
  return (
    // The box of Codex cuts off what is larger than it.
    <div class="chip-input">
      <div class={classes}>
        <div class="cdx-chip-input__chips">
          {chips.map((chip, index) => (
            <Chip
              // Not the place, which changes with the order of deployment: the focus would be lost.
              key={`${chip.input} ${timesBefore(chips, index)}`}
              chip={chip}
              note={props.noteOf(chip)}
              disabled={disabled}
              onRemove={() => {
                props.onRemove(index);
                field.current?.focus();
              }}
            />
          ))}
          <Field
            {...props}
            menuId={menuId}
            open={menu !== null}
            active={active}
            onFocused={(now) => {
              setFocused(now);
              if (!now) combobox.close();
            }}
            onKey={combobox.onKey}
          />
          {!disabled && typed === '' && (
            <button
              type="button"
              class="chip-input__browse cdx-button cdx-button--size-small cdx-button--weight-quiet"
              onClick={() => {
                field.current?.focus();
                combobox.browse();
              }}
            >
              <Icon icon={cdxIconExpand} />
              <span class="chip-input__words">{msg('overview-search-browse')}</span>
            </button>
          )}
        </div>
      </div>
      {menu !== null && <ChangeMenu id={menuId} search={menu} active={active} onChoose={props.onChoose} />}
      {focused && combobox.isLooking && menu === null && <PendingMenu />}
      <span class="visually-hidden" role="status">
        {focused && searchInWords(menu, combobox.isLooking)}
      </span>
    </div>
  );
}

/** How many earlier chips have the same text. */
const timesBefore = (chips: readonly ChangeInput[], index: number): number =>
  chips.slice(0, index).filter(({ input }) => input === chips[index]?.input).length;

function Field({
  chips,
  typed,
  disabled,
  describedBy,
  field,
  menuId,
  open,
  active,
  onTyped,
  onAdd,
  onEditLast,
  onPaste,
  onFocused,
  onKey,
}: ChipInputProps & {
  readonly menuId: string;
  readonly open: boolean;
  readonly active: number;
  readonly onFocused: (focused: boolean) => void;
  readonly onKey: (key: string) => boolean;
}) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // Enter never submits the form: pressing it once too often must not deploy anything.
    if (event.key === 'Enter') event.preventDefault();
    if (onKey(event.key)) event.preventDefault();
    else if (event.key === 'Enter') onAdd();
    else if (event.key === 'Backspace' && typed === '' && chips.length > 0) {
      event.preventDefault();
      onEditLast();
    }
  };
  return (
    <>
      <label class="visually-hidden" for={id}>
        {msg('overview-start-label')}
      </label>
      <input
        ref={field}
        id={id}
        class="cdx-chip-input__input"
        type="text"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        aria-activedescendant={open && active >= 0 ? optionId(menuId, active) : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={chips.length === 0 ? msg('overview-start-placeholder') : msg('overview-start-more')}
        value={typed}
        disabled={disabled}
        aria-describedby={describedBy}
        onFocus={() => onFocused(true)}
        onBlur={() => {
          onFocused(false);
          // Words stay in the field: they are a search, not a change.
          if (splitChangeInputs(typed).some(namesChange)) onAdd();
        }}
        onInput={(event) => onTyped(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text') ?? '';
          if (!splitChangeInputs(pasted).some(namesChange)) return;
          event.preventDefault();
          onPaste(pasted);
          onTyped('');
        }}
      />
    </>
  );
}
