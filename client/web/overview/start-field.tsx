// Owns the fields of the start form besides the changes: the lane, and whether to revert. Owns no draft.
import { useId } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';

export function LaneSelect({
  lanes,
  lane,
  disabled,
  onChange,
}: {
  lanes: readonly string[];
  lane: string | null;
  disabled: boolean;
  onChange: (lane: string | null) => void;
}) {
  const id = useId();
  return (
    <div class="start-form__lane">
      <label class="cdx-label__label" for={id}>
        {msg('overview-start-lane')}
      </label>
      <select
        id={id}
        class="cdx-select"
        value={lane ?? ''}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      >
        {lane === null && <option value="">{msg('overview-start-choose-lane')}</option>}
        {lanes.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  );
}

export function RevertCheckbox({
  checked,
  disabled,
  onChange,
}: {
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="cdx-checkbox start-form__revert">
      <div class="cdx-checkbox__wrapper">
        <input
          id={id}
          class="cdx-checkbox__input"
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span class="cdx-checkbox__icon" />
        <div class="cdx-checkbox__label cdx-label">
          <label class="cdx-label__label" for={id}>
            <span class="cdx-label__label__text">{msg('overview-start-revert')}</span>
          </label>
          <span class="cdx-label__description" id={`${id}-help`}>
            {msg('overview-start-revert-help')}
          </span>
        </div>
      </div>
    </div>
  );
}
