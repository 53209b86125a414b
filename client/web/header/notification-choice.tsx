// Owns the choice for which jobs the browser shows notifications, and whether it plays a sound. Owns no notification (notification.ts).
import { useId, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Status } from '../parts/status.tsx';
import { canNotify, chooseReach, isSecure, push, reach, reaches } from './notification.ts';
import { chooseSound, soundChosen } from './sound.ts';

export function NotificationChoice() {
  const id = useId();
  const [denied, setDenied] = useState(false);
  return (
    <fieldset class="menu__themes">
      <legend>{msg('header-notify')}</legend>
      {canNotify() ? (
        reaches.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name={id}
              checked={reach.value === name}
              onChange={() => void chooseReach(name).then((granted) => setDenied(!granted))}
            />
            {msg(`header-notify-${name}`)}
          </label>
        ))
      ) : (
        <p class="hint">{msg(isSecure() ? 'header-notify-missing' : 'header-notify-insecure')}</p>
      )}
      {denied && <Status class="hint">{msg('header-notify-denied')}</Status>}
      {reach.value !== 'none' && push.value !== null && (
        <Status class="hint">{msg(push.value ? 'header-notify-push' : 'header-notify-no-push')}</Status>
      )}
      <label>
        <input
          type="checkbox"
          checked={soundChosen.value}
          onChange={(event) => chooseSound(event.currentTarget.checked)}
        />
        {msg('header-notify-sound')}
      </label>
    </fieldset>
  );
}
