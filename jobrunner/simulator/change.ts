// Owns the sample changes: what the simulated Gerrit serves, and which path of scap each of them selects. Not how either does it.
import { createHash } from 'node:crypto';

/** Which path the simulated scap takes when the change is deployed. A question is named by its number in docs/simulator.md. */
export type Behaviour =
  | 'ordinary'
  /** Takes ten times as long. */
  | 'slow'
  /** Prints 100,000 lines. */
  | 'prolific'
  /** Its commit message is printed by a hook. */
  | 'hostile'
  /** Question 2. */
  | 'l10n'
  /** Question 3. */
  | 'dependency-warning'
  | 'dependency-cycle'
  /** Question 5. */
  | 'new-patch-set'
  /** Questions 6 and 7. */
  | 'extra-commits'
  /** Question 8. */
  | 'release-repository'
  /** Question 9. */
  | 'test-servers-fail'
  /** Question 11, for the canaries. */
  | 'canaries-fail'
  /** Question 11, for production. */
  | 'production-fails'
  /** Question 12. */
  | 'stage-fails'
  /** Questions 12 and 13. */
  | 'rollback-fails'
  /** Nothing is synced. */
  | 'beta-only'
  /** Gerrit cannot merge it. */
  | 'not-mergeable'
  /** Code-Review -2. */
  | 'vetoed'
  /** Verified -1 after the approval. */
  | 'build-fails';

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
  /** The Change-Ids of its `Depends-On:` footers that name sample changes. */
  readonly dependsOn?: readonly string[];
  /** The most extreme vote on Code-Review. Absent: 2 for a merged change, else none. */
  readonly codeReview?: -2 | -1 | 1 | 2;
  readonly owner: Account;
  readonly status: ChangeStatus;
  readonly created: Date;
  readonly updated: Date;
  readonly workInProgress: boolean;
  readonly behaviour: Behaviour;
  /** Which path it selects, as README.md and docs/simulator.md describe it. Markdown. */
  readonly shows: string;
}

const wmf12 = 'wmf/1.45.0-wmf.12';
const wmf13 = 'wmf/1.45.0-wmf.13';

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
  readonly workInProgress?: boolean;
  readonly behaviour?: Behaviour;
  readonly shows: string;
  /** The number of the parent change, which must come earlier in the list. */
  readonly on?: number;
  /** The numbers of the changes that its `Depends-On:` footers name. */
  readonly dependsOn?: readonly number[];
  readonly codeReview?: SampleChange['codeReview'];
}

const drafts: readonly Draft[] = [
  {
    number: 1102340,
    shows: 'deploys successfully and asks two questions (4, 10)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Watchlist: Do not lose the namespace filter when paging',
    body: 'The pager rebuilt its query from the defaults, so page two showed every\nnamespace again. Keep what the first page was asked for.',
    bug: 'T412077',
    owner: amina,
    updated: '2026-11-19T09:12:33Z',
    patchSet: 2,
    codeReview: 2,
  },
  {
    number: 1102341,
    shows: 'a configuration change (branch `master`): deploys successfully',
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
    shows: 'a change of an extension: deploys successfully',
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
    shows: 'the first of a relation chain',
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
    shows: 'the second of the chain: refused unless `1102343` is deployed with it',
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
    shows: 'the third of the chain: refused unless the first two are deployed with it',
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
    shows: 'is abandoned: refused before any question',
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
    shows: 'is merged already: deploys, and can be reverted; a revert asks for a reason as text (R)',
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
    shows: 'the canary checks fail once (11); after a roll-back scap wants an acknowledgement (14)',
    project: 'mediawiki/extensions/Cite',
    branch: wmf12,
    subject: 'Look up reference previews by their new key',
    body: 'The old key is read as well for as long as the caches live.',
    bug: 'T412150',
    owner: priya,
    updated: '2026-11-16T08:03:19Z',
    behaviour: 'canaries-fail',
  },
  {
    number: 1102349,
    shows: 'takes ten times as long: about five minutes',
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
    shows: 'prints a hundred thousand lines',
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
    shows: 'has a commit message with markup and control characters, which must be shown harmlessly',
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
    behaviour: 'hostile',
    updated: '2026-11-16T05:15:59Z',
  },
  {
    number: 1102352,
    shows: 'its version is staged but not live (1)',
    project: 'mediawiki/core',
    branch: wmf13,
    subject: 'Check the title before the redirect',
    body: 'The check came after the redirect, so it never ran.',
    bug: 'T412410',
    owner: amina,
    updated: '2026-11-15T20:59:00Z',
  },
  {
    number: 1102353,
    shows: 'rebuilds the localisation cache, which is slow (2)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Update the messages of the watchlist',
    body: 'Touches languages/i18n, so the localisation cache is rebuilt.',
    bug: 'T412411',
    owner: tomas,
    updated: '2026-11-15T20:44:00Z',
    behaviour: 'l10n',
  },
  {
    number: 1102354,
    shows: 'has a dependency that an older version lacks (3)',
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Use the new option of Echo on testwiki',
    body: 'Depends-On: I5f0c2a9d41b7e83c6d90a2f41e7b8c3d6a5f9e02',
    bug: 'T412412',
    owner: priya,
    updated: '2026-11-15T20:29:00Z',
    behaviour: 'dependency-warning',
  },
  {
    number: 1102355,
    shows: 'gets a new patch set while scap waits for the merge (5)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Escape the name of the tag',
    body: 'The author uploads another patch set while scap waits for the merge.',
    bug: 'T412413',
    owner: jonas,
    updated: '2026-11-15T19:59:00Z',
    behaviour: 'new-patch-set',
  },
  {
    number: 1102356,
    shows: 'other commits would be deployed too (6, 7)',
    project: 'mediawiki/extensions/Echo',
    branch: wmf12,
    subject: 'Load the badge after the page',
    body: 'Others have merged a commit that nobody has deployed.',
    bug: 'T412414',
    owner: priya,
    updated: '2026-11-15T19:44:00Z',
    behaviour: 'extra-commits',
  },
  {
    number: 1102357,
    shows: 'the release repository cannot be updated (8)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Read the size of the thumbnail once',
    body: 'The images are built from a repository that cannot be updated.',
    bug: 'T412415',
    owner: amina,
    updated: '2026-11-15T19:29:00Z',
    behaviour: 'release-repository',
  },
  {
    number: 1102358,
    shows: 'the test server checks fail once (9)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Show the edit notice above the editor',
    body: 'The page Special:BlankPage answers with status 500 on the test servers.',
    bug: 'T412416',
    owner: tomas,
    updated: '2026-11-15T18:59:00Z',
    behaviour: 'test-servers-fail',
  },
  {
    number: 1102359,
    shows: 'the error rate in production is too high once (11)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Purge the page after a protection',
    body: 'Errors show only under the load of production.',
    bug: 'T412417',
    owner: jonas,
    updated: '2026-11-15T18:44:00Z',
    behaviour: 'production-fails',
  },
  {
    number: 1102360,
    shows: 'a Kubernetes stage fails once (12)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Keep the order of the categories',
    body: 'A pod of the canaries does not become ready in time.',
    bug: 'T412418',
    owner: amina,
    updated: '2026-11-15T18:29:00Z',
    behaviour: 'stage-fails',
  },
  {
    number: 1102361,
    shows: 'a Kubernetes stage fails (12), and then its roll-back, once (13)',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Cache the skin per user',
    body: 'Neither the deployment to production nor the first roll-back succeeds.',
    bug: 'T412419',
    owner: tomas,
    updated: '2026-11-15T17:59:00Z',
    behaviour: 'rollback-fails',
  },
  {
    number: 1102362,
    shows: 'is for the beta cluster alone: scap syncs nothing and exits 0',
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Turn on the new parser in the beta cluster',
    body: 'Touches files of the beta cluster alone.',
    bug: 'T412420',
    owner: priya,
    updated: '2026-11-15T17:44:00Z',
    behaviour: 'beta-only',
  },
  {
    number: 1102363,
    shows: 'Gerrit cannot merge it: scap ends while it waits',
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Sort the list of wikis',
    body: 'Conflicts with a change that was merged this morning.',
    bug: 'T412421',
    owner: jonas,
    updated: '2026-11-15T17:29:00Z',
    behaviour: 'not-mergeable',
  },
  {
    number: 1102364,
    shows: 'has a Code-Review -2: scap ends while it waits',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Drop the old hook',
    body: 'A reviewer objects.',
    codeReview: -2,
    bug: 'T412422',
    owner: tomas,
    updated: '2026-11-15T16:59:00Z',
    behaviour: 'vetoed',
  },
  {
    number: 1102365,
    shows: 'its tests fail: scap ends while it waits',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Test the old hook',
    body: 'The tests fail.',
    bug: 'T412423',
    owner: tomas,
    updated: '2026-11-15T16:44:00Z',
    behaviour: 'build-fails',
  },
  {
    number: 1102366,
    shows: 'is work in progress: refused before any question',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Try another index',
    body: 'Not finished.',
    bug: 'T412424',
    owner: amina,
    updated: '2026-11-15T16:29:00Z',
    workInProgress: true,
  },
  {
    number: 1102367,
    shows: 'has a dependency cycle: refused before any question',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Break the cycle',
    body: 'Depends on a change that depends on this one.',
    dependsOn: [1102370],
    bug: 'T412425',
    owner: jonas,
    updated: '2026-11-15T15:59:00Z',
    behaviour: 'dependency-cycle',
  },
  {
    number: 1102368,
    shows: 'its branch is not deployable: refused before any question',
    project: 'mediawiki/extensions/Echo',
    branch: 'master',
    subject: 'Reword the help',
    body: 'Targets a branch that is never deployed.',
    bug: 'T412426',
    owner: priya,
    updated: '2026-11-15T15:44:00Z',
  },
  {
    number: 1102369,
    shows: 'names `1102342` in a `Depends-On:` footer: refused unless that is deployed with it',
    project: 'operations/mediawiki-config',
    branch: 'master',
    subject: 'Turn on the notifications about thank-yous on testwiki',
    body: 'Useful only with the change of Echo.',
    dependsOn: [1102342],
    bug: 'T409918',
    owner: priya,
    updated: '2026-11-15T15:29:00Z',
  },
  {
    number: 1102370,
    shows: 'completes the dependency cycle of `1102367`',
    project: 'mediawiki/core',
    branch: wmf12,
    subject: 'Complete the cycle',
    body: 'Depends on a change that depends on this one.',
    dependsOn: [1102367],
    bug: 'T412425',
    owner: jonas,
    updated: '2026-11-15T14:59:00Z',
    behaviour: 'dependency-cycle',
  },
];

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const changeIdOf = (number: number): string => `I${sha1(`change ${number}`)}`;

function complete(list: readonly Draft[]): SampleChange[] {
  const finished: SampleChange[] = [];
  for (const draft of list) {
    const changeId = changeIdOf(draft.number);
    const dependsOn = (draft.dependsOn ?? []).map(changeIdOf);
    const footers = [
      `Bug: ${draft.bug}`,
      ...dependsOn.map((id) => `Depends-On: ${id}`),
      `Change-Id: ${changeId}`,
    ];
    const below = finished.find((other) => other.number === draft.on);
    const updated = new Date(draft.updated);
    finished.push({
      number: draft.number,
      project: draft.project,
      branch: draft.branch,
      subject: draft.subject,
      commitMessage: `${draft.subject}\n\n${draft.body}\n\n${footers.join('\n')}\n`,
      changeId,
      revision: sha1(`revision ${draft.number} ${draft.patchSet ?? 1}`),
      patchSet: draft.patchSet ?? 1,
      parent: below?.revision ?? sha1(`tip ${draft.project} ${draft.branch}`),
      dependsOn,
      ...(draft.codeReview === undefined ? {} : { codeReview: draft.codeReview }),
      owner: draft.owner,
      status: draft.status ?? 'NEW',
      created: new Date(updated.getTime() - 26 * 3_600_000),
      updated,
      workInProgress: draft.workInProgress ?? false,
      behaviour: draft.behaviour ?? 'ordinary',
      shows: draft.shows,
    });
  }
  return finished;
}

/** All sample changes, by ascending number. */
export const sampleChanges: readonly SampleChange[] = complete(drafts);

/** How much higher the number of a revert is. */
const revertOffset = 1_000_000;

/** The revert of a change, as `scap backport --revert` uploads it. It takes the same path as the change itself. */
export function revertOf(change: SampleChange): SampleChange {
  const subject = `Revert "${change.subject}"`;
  const changeId = `I${sha1(`revert ${change.number}`)}`;
  return {
    ...change,
    number: change.number + revertOffset,
    subject,
    changeId,
    commitMessage: `${subject}\n\nThis reverts commit ${change.revision}.\n\nChange-Id: ${changeId}\n`,
    revision: sha1(`revision of the revert ${change.number}`),
    parent: change.revision,
    dependsOn: [],
    patchSet: 1,
    status: 'NEW',
  };
}

/** The sample change with that number or the revert of one, or undefined. */
export function findSampleChange(number: number): SampleChange | undefined {
  const reverted = sampleChanges.find((change) => change.number === number - revertOffset);
  return reverted ? revertOf(reverted) : sampleChanges.find((change) => change.number === number);
}

/** The sample changes below a change in its relation chain, and those that `Depends-On:` footers name, of these too; each once. */
export function dependenciesOf(change: SampleChange): SampleChange[] {
  const found = new Set<SampleChange>();
  const next = [change];
  for (let each = next.pop(); each; each = next.pop())
    for (const other of sampleChanges) {
      const isNamed = other.revision === each.parent || each.dependsOn?.includes(other.changeId) === true;
      if (!isNamed || other === change || found.has(other)) continue;
      found.add(other);
      next.push(other);
    }
  return [...found];
}
