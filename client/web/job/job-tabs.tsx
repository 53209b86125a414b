// Owns the tabs of a job's page on a phone, where the log, the changes and the facts are not beside each other. Owns none of these parts. job-page.css hides those that are not chosen.
import { useState } from 'preact/hooks';
import { enumMsg, msg } from '../i18n/msg.ts';
import { useFollowedLines } from '../log/line/followed-lines.ts';
import { isNarrow } from '../state/narrow.ts';
import './job-tabs.css';

const tabs = ['log', 'changes', 'facts'] as const;
export type JobTab = (typeof tabs)[number];

/** The chosen tab. A link to a line of the log, such as those of the stages, chooses the log. */
export function useJobTab(): [JobTab, (tab: JobTab) => void] {
  const [tab, setTab] = useState<JobTab>('log');
  useFollowedLines(
    (lines) => {
      if (lines !== null) setTab('log');
    },
    () => setTab('log'),
  );
  return [tab, setTab];
}

const tabId = (tab: JobTab): string => `job-tab-${tab}`;
const panelId = (tab: JobTab): string => `job-part-${tab}`;

/** The attributes of the part that belongs to a tab. In a wide window all parts are visible, and none is a panel of a tab. */
export const panelOf = (tab: JobTab, chosen: JobTab) => ({
  id: panelId(tab),
  ...(isNarrow.value ? ({ role: 'tabpanel', 'aria-labelledby': tabId(tab) } as const) : {}),
  'data-behind': tab === chosen ? undefined : '',
});

/** Renders nothing in a wide window. */
export function JobTabs({
  chosen,
  changeCount,
  onChoose,
}: {
  chosen: JobTab;
  changeCount: number;
  onChoose: (tab: JobTab) => void;
}) {
  if (!isNarrow.value) return null;
  const shown = tabs.filter((tab) => tab !== 'changes' || changeCount > 0);
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
    const at = shown.indexOf(chosen);
    const right = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at + right,
      ArrowLeft: at - right,
      Home: 0,
      End: shown.length - 1,
    };
    const to = Object.hasOwn(targets, event.key) ? shown[targets[event.key] ?? 0] : undefined;
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
    event.currentTarget.querySelector<HTMLElement>(`#${tabId(to)}`)?.focus();
  };
  return (
    <div class="job-tabs" role="tablist" aria-label={msg('job-tabs')} onKeyDown={onKeyDown}>
      {shown.map((tab) => (
        <button
          key={tab}
          id={tabId(tab)}
          type="button"
          role="tab"
          class="job-tabs__tab"
          aria-selected={tab === chosen}
          aria-controls={panelId(tab)}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => onChoose(tab)}
        >
          {tab === 'changes' ? msg('job-tab-changes', changeCount) : enumMsg('job-tab', tab)}
        </button>
      ))}
    </div>
  );
}
