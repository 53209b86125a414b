// Owns which key does what in the log. Owns no action (view.tsx) and no list of keys for people (help.tsx).

/** What keys in the log can do. */
export interface LogKeyActions {
  readonly follow: () => void;
  readonly jumpToStart: () => void;
  readonly goToLine: () => void;
  readonly toggleWrapping: () => void;
  /** Null if long lines are wrapped, and nothing scrolls sideways. */
  readonly toEdge: ((edge: 'start' | 'end') => void) | null;
  readonly jumpToMark: (kind: 'QUESTION' | 'ERROR', forwards: boolean) => void;
  /** Null if nothing is selected, and the key is for the page. */
  readonly copySelection: (() => void) | null;
  readonly clearSelection: () => void;
  readonly showHelp: () => void;
  /** Ctrl-F or Cmd-F. Returns whether it was handled; otherwise the browser's own search opens. */
  readonly find: () => boolean;
  /** Any other key. Returns whether it was handled. */
  readonly other: (event: KeyboardEvent) => boolean;
}

/** Handles a key that was pressed in the log; not in a field or a dialog inside of it. */
export function handleLogKey(event: KeyboardEvent, actions: LogKeyActions): void {
  if (event.defaultPrevented || event.altKey) return;
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === 'f' && actions.find()) event.preventDefault();
    return;
  }
  if (target instanceof HTMLElement && target.closest('dialog') !== null) return;
  const { toEdge } = event.shiftKey ? actions : { toEdge: null };
  const keys: Readonly<Record<string, () => void>> = {
    f: actions.follow,
    End: toEdge === null ? actions.follow : () => toEdge('end'),
    Home: toEdge === null ? actions.jumpToStart : () => toEdge('start'),
    g: actions.goToLine,
    w: actions.toggleWrapping,
    q: () => actions.jumpToMark('QUESTION', true),
    Q: () => actions.jumpToMark('QUESTION', false),
    e: () => actions.jumpToMark('ERROR', true),
    E: () => actions.jumpToMark('ERROR', false),
    ...(actions.copySelection !== null && { c: actions.copySelection }),
    Escape: actions.clearSelection,
    '?': actions.showHelp,
  };
  const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (action !== undefined) {
    event.preventDefault();
    action();
  } else if (actions.other(event)) event.preventDefault();
}
