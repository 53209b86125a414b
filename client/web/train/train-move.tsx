// Owns the preview of a promotion or roll-back: which wikis go from what to what, the exclusions, and the button that starts it. Owns no request
// (train-dialog.tsx).
import { useContext, useId, useMemo, useState } from 'preact/hooks';
import {
  shortVersion,
  summarizeMoves,
  type TrainStation,
  versionsAfter,
  type WikiMove,
} from '../../../schema/text/train.ts';
import { Held } from '../parts/hold.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { msg } from './messages.ts';
import { TrainDialog } from './train-dialog.tsx';
import { goesBack, movesOf, type TrainLine, type TrainStatus } from './train-state.ts';
import './train-move.css';

/** How many wikis the list shows at a time; a search finds the others. */
const maxListed = 60;
const none: ReadonlySet<string> = new Set();

/** @param blockedBy the job that is running or queued; null if none */
export function TrainMove({
  status,
  line,
  target,
  blockedBy,
  mayAct,
  onStarted,
}: {
  status: TrainStatus;
  line: TrainLine;
  target: TrainStation;
  blockedBy: { readonly id: string } | null;
  mayAct: boolean | null;
  onStarted: () => void;
}) {
  const held = useContext(Held);
  const [excluded, setExcluded] = useState(none);
  const [open, setOpen] = useState(false);
  const all = useMemo(() => movesOf(status, line, target, none), [status, line, target]);
  // A wiki that no longer changes can no longer be excluded.
  const left = new Set(all.flatMap(({ wiki }) => (excluded.has(wiki) ? [wiki] : [])));
  const moves = all.filter(({ wiki }) => !left.has(wiki));
  const back = goesBack(line, target);
  const hint = whyNot({ line, target, moves, mayAct, held, blockedBy });
  return (
    <section class="train-move" aria-label={msg('train-preview')}>
      {all.length === 0 ? (
        <p>{msg('train-nothing-moves')}</p>
      ) : (
        <>
          <ul class="train-move__summary">
            {summarizeMoves(moves).map(({ from, to, count }) => (
              <li key={`${from} ${to}`}>{msg('train-moves', count, from, to)}</li>
            ))}
            {left.size > 0 && (
              <li>
                {msg('train-moves-excluded', left.size)}{' '}
                <button
                  type="button"
                  class="cdx-button cdx-button--weight-quiet"
                  onClick={() => setExcluded(none)}
                >
                  {msg('train-moves-include')}
                </button>
              </li>
            )}
          </ul>
          <p class="hint">{afterInWords(status, moves)}</p>
          <Exclusions moves={all} excluded={left} onChange={setExcluded} />
        </>
      )}
      <div class="train-move__start">
        <SendButton
          class={`cdx-button cdx-button--weight-primary cdx-button--action-${back ? 'destructive' : 'progressive'}`}
          blocked={hint !== null}
          onClick={() => setOpen(true)}
        >
          {back ? msg('train-roll-back', target) : msg('train-promote', target)}
        </SendButton>
        {hint !== null && <p class="hint">{hint}</p>}
      </div>
      {open && (
        <TrainDialog
          status={status}
          line={line}
          target={target}
          moves={moves}
          excluded={left}
          onStarted={onStarted}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}

/** `After that: wmf.16 on 726 wikis, wmf.15 on 374 wikis.` */
function afterInWords({ groups }: TrainStatus, moves: readonly WikiMove[]): string {
  const shares = groups.map(({ versions }) => ({ shares: versions }));
  const counts = versionsAfter(shares, moves).map(({ version, count }) =>
    msg('train-after-version', shortVersion(version), count),
  );
  return msg('train-after', counts.join(', '));
}

/** Why the train cannot be moved so, as a sentence; null if it can. */
function whyNot({
  line,
  target,
  moves,
  mayAct,
  held,
  blockedBy,
}: {
  line: TrainLine;
  target: TrainStation;
  moves: readonly WikiMove[];
  mayAct: boolean | null;
  held: string | null;
  blockedBy: { readonly id: string } | null;
}): string | null {
  if (mayAct === null) return msg('app-loading');
  if (!mayAct) return msg('train-may-not');
  if (held !== null) return held;
  if (blockedBy !== null) return msg('train-blocked', blockedBy.id);
  if (line.oldVersion === null) return msg('train-no-old-version');
  if (!line.isCheckedOut && target !== 'start' && target !== 'testwikis') return msg('train-not-checked-out');
  return moves.length === 0 ? msg('train-nothing-moves') : null;
}

/** The wikis that would change, each of which can be left out. */
function Exclusions({
  moves,
  excluded,
  onChange,
}: {
  moves: readonly WikiMove[];
  excluded: ReadonlySet<string>;
  onChange: (excluded: ReadonlySet<string>) => void;
}) {
  const [search, setSearch] = useState('');
  const id = useId();
  const found = moves.filter(({ wiki }) => wiki.includes(search.trim().toLowerCase()));
  const toggle = (wiki: string): void => {
    const next = new Set(excluded);
    if (!next.delete(wiki)) next.add(wiki);
    onChange(next);
  };
  return (
    <details class="train-move__wikis">
      <summary>{msg('train-wikis', moves.length)}</summary>
      <label for={id}>{msg('train-wikis-search')}</label>
      <div class="cdx-text-input">
        <input
          id={id}
          class="cdx-text-input__input"
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <ul class="train-move__list">
        {found.slice(0, maxListed).map(({ wiki, to }) => (
          <li key={wiki}>
            <label class="train-move__wiki">
              <input type="checkbox" checked={!excluded.has(wiki)} onChange={() => toggle(wiki)} />
              <span>{msg('train-wiki', wiki, to)}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length > maxListed && <p class="hint">{msg('train-wikis-more', found.length - maxListed)}</p>}
      {found.length === 0 && <p class="hint">{msg('train-wikis-none')}</p>}
    </details>
  );
}
