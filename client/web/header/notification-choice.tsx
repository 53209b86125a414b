// Owns the choice for which jobs the browser shows notifications. Owns no notification (notification.ts).
import { useId, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { canNotify, chooseReach, reach, reaches } from './notification.ts';

export function NotificationChoice() {
  const id = useId();
  const [denied, setDenied] = useState(false);
  if (!canNotify()) return null;
  return (
    <fieldset class="menu__themes">
      <legend>{msg('header-notify')}</legend>
      {reaches.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name={id}
            checked={reach.value === name}
            onChange={() => void chooseReach(name).then((granted) => setDenied(!granted))}
          />
          {msg(`header-notify-${name}`)}
        </label>
      ))}
      {denied && (
        <p class="hint" role="status">
          {msg('header-notify-denied')}
        </p>
      )}
    </fieldset>
  );
}
