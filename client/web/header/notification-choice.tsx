// Owns the choice for which jobs the browser shows notifications, and whether it plays a sound. Owns no notification (notification.ts).
import { useId, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Status } from '../parts/status.tsx';
import { canNotify, chooseReach, isReachLapsed, isSecure, push, reach, reaches } from './notification.ts';
import { chooseSound, soundChosen } from './sound.ts';

export function NotificationChoice() {
  const id = useId();
  const [denied, setDenied] = useState(false);
  // The permission was withdrawn since: none are shown, also if the user chose some.
  const isLapsed = isReachLapsed();
  return (
    <fieldset class="menu__themes">
      <legend>{msg('header-notify')}</legend>
      {canNotify() ? (
        reaches.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name={id}
              checked={(isLapsed ? 'none' : reach.value) === name}
              onChange={() => void chooseReach(name).then((granted) => setDenied(!granted))}
            />
            {msg(`header-notify-${name}`)}
          </label>
        ))
      ) : (
        <p class="hint">{msg(isSecure() ? 'header-notify-missing' : 'header-notify-insecure')}</p>
      )}
      {(denied || isLapsed) && (
        <Status class="hint">{msg(denied ? 'header-notify-denied' : 'header-notify-lapsed')}</Status>
      )}
      {reach.value !== 'none' && !isLapsed && push.value !== null && (
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
