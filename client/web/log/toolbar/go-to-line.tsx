// Owns the field for a line number to jump to. Owns no jump.
import type { RefObject } from 'preact';
import { msg } from '../../i18n/msg.ts';
import './go-to-line.css';

export function GoToLine({
  input,
  onGo,
  onLeave,
}: {
  /** Filled in, so that a key can focus the field. */
  input: RefObject<HTMLInputElement | null>;
  onGo: (line: number) => void;
  /** The focus is to return to the log. */
  onLeave: () => void;
}) {
  return (
    <form
      class="log__goto"
      onSubmit={(event) => {
        event.preventDefault();
        const line = Number(input.current?.value);
        if (!Number.isInteger(line) || line < 1) return;
        onGo(line);
        event.currentTarget.reset();
        onLeave();
      }}
    >
      <input
        ref={input}
        class="cdx-text-input__input"
        type="text"
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={9}
        placeholder={msg('log-go-to')}
        aria-label={msg('log-go-to-label')}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onLeave();
        }}
      />
    </form>
  );
}
