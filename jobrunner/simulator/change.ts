// Owns the sample changes that the simulated scap deploys and the simulated Gerrit serves. Not how either does it.
//
// | number  | project                           | purpose                                                           |
// |---------|-----------------------------------|-------------------------------------------------------------------|
// | 1102340 | mediawiki/core                    | an ordinary backport                                              |
// | 1102341 | operations/mediawiki-config       | an ordinary configuration change (branch master)                  |
// | 1102342 | mediawiki/extensions/Echo         | an ordinary backport of an extension                              |
// | 1102343 | mediawiki/extensions/VisualEditor | first of a relation chain                                         |
// | 1102344 | mediawiki/extensions/VisualEditor | second: refused unless 1102343 is deployed with it                |
// | 1102345 | mediawiki/extensions/VisualEditor | third: refused unless the first two are deployed with it          |
// | 1102346 | mediawiki/core                    | abandoned: scap refuses it                                        |
// | 1102347 | operations/mediawiki-config       | already merged: scap asks for one more confirmation               |
// | 1102348 | mediawiki/extensions/Cite         | fails: the canaries break, everything is rolled back, status 1    |
// | 1102349 | mediawiki/core                    | slow: ten times as long, about three minutes                      |
// | 1102350 | mediawiki/core                    | prints 100,000 lines during the production sync                   |
// | 1102351 | mediawiki/extensions/Gadgets      | hostile text in subject, commit message and owner                 |
import { createHash } from 'node:crypto';

/** How the simulated scap behaves when the change is deployed. */
export type Behaviour = 'ordinary' | 'fails' | 'slow' | 'prolific';

/** The status of a change, as Gerrit spells it. */
export type ChangeStatus = 'NEW' | 'MERGED' | 'ABANDONED';

/** A Gerrit account. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** One sample change, with everything that Gerrit and scap say about it. */
export interface SampleChange {
  readonly number: number;
  readonly project: string;
  readonly branch: string;
  readonly subject: string;
  /** The whole message: subject, body, `Bug:` and `Change-Id:` footers, with a newline at its end. */
  readonly commitMessage: string;
  /** `I` and 40 hexadecimal digits. */
  readonly changeId: string;
  /** The commit hash of the current patch set: 40 hexadecimal digits. */
  readonly revision: string;
  /** The current patch set's number, from 1. */
  readonly patchSet: number;
  /** The parent commit: the revision of another change in a relation chain, else the tip of the branch. */
  readonly parent: string;
  readonly owner: Account;
  readonly status: ChangeStatus;
  readonly created: Date;
  readonly updated: Date;
  readonly behaviour: Behaviour;
}

const wmf12 = 'wmf/1.45.0-wmf.12';

const amina: Account = { id: 5301, name: 'Amina Okafor', email: 'amina.okafor@example.org' };
const jonas: Account = { id: 5417, name: 'Jonas Weidner', email: 'jonas.weidner@example.org' };
const priya: Account = { id: 5522, name: 'Priya Raman', email: 'priya.raman@example.org' };
const tomas: Account = { id: 5608, name: 'Tomáš Dvořák', email: 'tomas.dvorak@example.org' };
const mallory: Account = {
  id: 6666,
  name: 'Mallory <script>alert(1)</script> \u202erotcod',
  email: 'mallory@example.org',
};

interface Draft {
  readonly number: number;
  readonly project: string;
  readonly branch: string;
  readonly subject: string;
  readonly body: string;
  readonly bug: string;
  readonly owner: Account;
  readonly updated: string;
  readonly patchSet?: number;
  readonly status?: ChangeStatus;
  readonly behaviour?: Behaviour;
  /** The number of the parent change, which must come earlier in the list. */
  readonly on?: number;
}

const drafts: readonly Draft[] = [
  {
    number: 1102340,
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Watchlist: Do not lose the namespace filter when paging',
    body: 'The pager rebuilt its query from the defaults, so page two showed every\nnamespace again. Keep what the first page was asked for.',
    bug: 'T412077',
    owner: amina,
    updated: '2026-11-19T09:12:33Z',
    patchSet: 2,
  },
  {
    number: 1102341,
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Enable the new table of contents on tenwiki and testwiki',
    body: 'Agreed with both communities; every other wiki follows next week.',
    bug: 'T411530',
    owner: jonas,
    updated: '2026-11-19T08:40:02Z',
  },
  {
    number: 1102342,
    project: 'mediawiki/extensions/Echo',
    branch: wmf12,
    subject: 'Notify once when a thank-you arrives twice',
    body: 'A double click sent two notifications. The second one within a minute\nis dropped now.\n\n(cherry picked from commit 5f0c2a9d41b7e83c6d90a2f41e7b8c3d6a5f9e02)',
    bug: 'T409918',
    owner: priya,
    updated: '2026-11-19T08:05:47Z',
  },
  {
    number: 1102343,
    project: 'mediawiki/extensions/VisualEditor',
    branch: wmf12,
    subject: 'Move the paste rules into a class of their own',
    body: 'No change of behaviour; the next change needs them in one place.',
    bug: 'T412204',
    owner: tomas,
    updated: '2026-11-18T12:00:10Z',
    patchSet: 4,
  },
  {
    number: 1102344,
    project: 'mediawiki/extensions/VisualEditor',
    branch: wmf12,
    subject: 'Keep table captions when pasting from a spreadsheet',
    body: 'The caption was taken for a stray paragraph and thrown away.',
    bug: 'T412204',
    owner: tomas,
    updated: '2026-11-18T12:00:11Z',
    patchSet: 4,
    on: 1102343,
  },
  {
    number: 1102345,
    project: 'mediawiki/extensions/VisualEditor',
    branch: wmf12,
    subject: 'Test that pasted captions survive a round trip',
    body: 'Fails without the change before this one.',
    bug: 'T412204',
    owner: tomas,
    updated: '2026-11-18T12:00:12Z',
    patchSet: 3,
    on: 1102344,
  },
  {
    number: 1102346,
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Revert "Cache parsed signatures for a day"',
    body: 'Not needed after all: the cache was not the cause.',
    bug: 'T411986',
    owner: jonas,
    updated: '2026-11-17T16:21:55Z',
    status: 'ABANDONED',
  },
  {
    number: 1102347,
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Raise the account creation limit for an edit-a-thon',
    body: 'Forty people in one room in Porto on 21 November, one address.',
    bug: 'T412311',
    owner: amina,
    updated: '2026-11-18T08:03:19Z',
    status: 'MERGED',
  },
  {
    number: 1102348,
    project: 'mediawiki/extensions/Cite',
    branch: wmf12,
    subject: 'Look up reference previews by their new key',
    body: 'The old key is read as well for as long as the caches live.',
    bug: 'T412150',
    owner: priya,
    updated: '2026-11-16T08:03:19Z',
    behaviour: 'fails',
  },
  {
    number: 1102349,
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Rebuild the messages of every language',
    body: 'All 430 of them, so the caches on every host are rebuilt too. Be patient.',
    bug: 'T408841',
    owner: tomas,
    updated: '2026-11-16T07:30:00Z',
    behaviour: 'slow',
  },
  {
    number: 1102350,
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Log each step of the localisation cache rebuild',
    body: 'For as long as we look for the missing messages. A hundred thousand lines\na deployment; to be reverted.',
    bug: 'T412290',
    owner: jonas,
    updated: '2026-11-16T06:44:31Z',
    behaviour: 'prolific',
  },
  {
    number: 1102351,
    project: 'mediawiki/extensions/Gadgets',
    branch: wmf12,
    subject: '<img src=x onerror=alert(1)> Show \u202egadget\u202c names \u200bas \u001b[31mtext\u001b[0m',
    body: [
      'A commit message can hold anything: </pre><script>alert(2)</script>,',
      'a link \u001b]8;;javascript:alert(3)\u0007click me\u001b]8;;\u0007, a bidi override \u202etxt.exe\u202c,',
      'a carriage return over this\rHIDDEN, \u001b[2J\u001b[H a cleared screen,',
      '{"type": "interaction", "subtype": "choices", "prompt": "Delete everything?", "choices": {"Yes": "y"}}',
      'and "quotes" & ampersands &amp; \\u0041 that are not escapes.',
    ].join('\n'),
    bug: 'T412399',
    owner: mallory,
    updated: '2026-11-16T05:15:59Z',
  },
];

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

function complete(list: readonly Draft[]): SampleChange[] {
  const finished: SampleChange[] = [];
  for (const draft of list) {
    const changeId = `I${sha1(`change ${draft.number}`)}`;
    const below = finished.find((other) => other.number === draft.on);
    const updated = new Date(draft.updated);
    finished.push({
      number: draft.number,
      project: draft.project,
      branch: draft.branch,
      subject: draft.subject,
      commitMessage: `${draft.subject}\n\n${draft.body}\n\nBug: ${draft.bug}\nChange-Id: ${changeId}\n`,
      changeId,
      revision: sha1(`revision ${draft.number} ${draft.patchSet ?? 1}`),
      patchSet: draft.patchSet ?? 1,
      parent: below?.revision ?? sha1(`tip ${draft.project} ${draft.branch}`),
      owner: draft.owner,
      status: draft.status ?? 'NEW',
      created: new Date(updated.getTime() - 26 * 3_600_000),
      updated,
      behaviour: draft.behaviour ?? 'ordinary',
    });
  }
  return finished;
}

/** All sample changes, by ascending number. */
export const sampleChanges: readonly SampleChange[] = complete(drafts);

/** The sample change with that number, or undefined. */
export function findSampleChange(number: number): SampleChange | undefined {
  return sampleChanges.find((change) => change.number === number);
}

/** The parent change, or undefined when the parent is the tip of the branch. */
export function parentOf(change: SampleChange): SampleChange | undefined {
  return sampleChanges.find((other) => other.revision === change.parent);
}
