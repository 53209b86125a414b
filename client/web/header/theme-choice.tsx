// Owns the choice between the light theme, the dark theme, and that of the system.
import { useId } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { theme, themes } from './theme.ts';

export function ThemeChoice() {
  const id = useId();
  return (
    <fieldset class="menu__themes">
      <legend>{msg('header-menu-appearance')}</legend>
      {themes.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name={id}
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          {msg(`header-menu-theme-${name}`)}
        </label>
      ))}
    </fieldset>
  );
}
