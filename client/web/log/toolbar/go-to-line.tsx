// Owns the field for a line number to jump to. Owns no jump.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { msg } from '../messages.ts';
import './go-to-line.css';

export function GoToLine({
  focusRequest,
  onGo,
  onLeave,
}: {
  /** The field gets the focus when this is greater than 0 and when it changes. */
  focusRequest: number;
  onGo: (line: number) => void;
  /** The focus is to return to the log. */
  onLeave: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  // Before the next key: people type the number immediately.
  useLayoutEffect(() => {
    if (focusRequest > 0) input.current?.focus();
  }, [focusRequest]);
  return (
    <form
      class="log__goto"
      onSubmit={(event) => {
        event.preventDefault();
        const line = Number(input.current?.value);
        if (!Number.isInteger(line) || line < 1) return;
        onGo(line);
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
          // The menu around it would give the focus to its button.
          event.stopPropagation();
          onLeave();
        }}
      />
    </form>
  );
}
