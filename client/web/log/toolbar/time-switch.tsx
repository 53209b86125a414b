// Owns the buttons for the time format of the whole page. Owns no formatting (time-mode.ts).
import { timeMode, timeModes } from '../../state/time-mode.ts';
import { msg } from '../messages.ts';
import './time-switch.css';

/** Three toggle buttons: time since the start, UTC, local time. */
export function TimeSwitch() {
  const chosen = timeMode.value;
  return (
    <fieldset class="time-switch cdx-toggle-button-group">
      <legend class="visually-hidden">{msg('log-times-label')}</legend>
      {timeModes.map((mode) => (
        <button
          key={mode}
          type="button"
          class={`cdx-toggle-button cdx-toggle-button--framed cdx-toggle-button--size-small cdx-toggle-button--toggled-${
            mode === chosen ? 'on' : 'off'
          }`}
          aria-pressed={mode === chosen}
          title={msg(`log-times-hint-${mode}`)}
          onClick={() => {
            timeMode.value = mode;
          }}
        >
          {msg(`log-times-mode-${mode}`)}
        </button>
      ))}
    </fieldset>
  );
}
