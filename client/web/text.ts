// Owns every word that the page shows by itself. Owns no logic: what varies is passed in.
import type {
  AnswerDelivery,
  AuditAction,
  JobKind,
  JobState,
  LogLineKind,
  Role,
  SignInWay,
  StopMode,
  TokenScope,
} from '../generated/graphql.ts';

const states: Readonly<Record<JobState, string>> = {
  QUEUED: 'queued',
  STARTING: 'starting',
  RUNNING: 'running',
  WAITING: 'waits for an answer',
  STOPPING: 'stopping',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  STOPPED: 'stopped',
  LOST: 'lost',
  CANCELLED: 'cancelled',
};
const kinds: Readonly<Record<JobKind, string>> = { BACKPORT: 'Backport', REVERT: 'Revert' };
const roles: Readonly<Record<Role, string>> = {
  VIEWER: 'viewer: sees everything, starts nothing',
  DEPLOYER: 'deployer: starts, answers, stops',
  ADMIN: 'administrator',
};
const ways: Readonly<Record<SignInWay, string>> = {
  LINK: 'link of the deployment host',
  PROVIDER: 'identity provider',
};
const scopes: Readonly<Record<TokenScope, string>> = { READ: 'read', DEPLOY: 'deploy' };
const rows: Readonly<Record<LogLineKind, string>> = {
  OUTPUT: '',
  QUESTION: 'Question',
  ANSWER: 'Answer',
  STOP: 'Stop',
  STATUS: 'Status',
  EXIT: 'End',
  NOTICE: 'Notice',
};
const deliveries: Readonly<Record<AnswerDelivery, string>> = {
  PENDING: 'not with scap yet',
  DELIVERED: 'with scap',
  FAILED: 'did not reach scap',
  UNKNOWN: 'may or may not have reached scap',
};

const modes: Readonly<Record<StopMode, string>> = {
  INTERRUPT: 'interrupt',
  TERMINATE: 'terminate',
  KILL: 'kill',
};

/** By the words of the server, see server/sign-in/provider-sign-in.ts. */
const signInProblems: Readonly<Record<string, string>> = {
  attempt:
    'This sign-in was finished already, took longer than ten minutes, or began in another browser. Begin again.',
  denied:
    'The identity provider did not let you in, or you did not want to. Begin again if that was a mistake.',
  refused:
    'The identity provider refused to tell SpiderPig who you are. An operator must look: the log of the server says why.',
  answer:
    'What the identity provider answered cannot be trusted, so nobody was signed in. Begin again; if it stays so, an operator must look: the log of the server says why.',
  name: 'Your user name at the identity provider is none that SpiderPig can use. Ask an operator: the log of the server has the name.',
  unavailable:
    'The identity provider does not answer. Try again in a moment, or use a link of the deployment host.',
  busy: 'Too many people are signing in at this moment. Wait some minutes, then begin again.',
  database: 'The database of SpiderPig is in trouble, so nobody can sign in. Try again in a moment.',
  none: 'This SpiderPig has no identity provider. Use a link of the deployment host.',
};
const shortRoles: Readonly<Record<Role, string>> = {
  VIEWER: 'viewer',
  DEPLOYER: 'deployer',
  ADMIN: 'admin',
};
const auditActions: Readonly<Record<AuditAction, string>> = {
  LINK_MADE: 'sign-in link made',
  SIGN_IN: 'sign-in',
  SIGN_IN_REFUSED: 'sign-in refused',
  SECOND_FACTOR: 'second factor',
  SECOND_FACTOR_REFUSED: 'second factor refused',
  SECOND_FACTOR_CHANGED: 'second factor changed',
  SIGN_OUT: 'sign-out',
  SIGN_OUT_OF_ALL: 'sign-out of all',
  START: 'start',
  ANSWER: 'answer',
  STOP: 'stop',
  RETRY: 'retry',
  LOSE: 'job closed as lost',
  REVEAL: 'sensitive lines shown',
  HOLD: 'hold',
  RELEASE: 'release',
  BAN: 'ban',
  UNBAN: 'ban ended',
  TOKEN_MADE: 'token made',
  TOKEN_REVOKED: 'token revoked',
  OTHER: 'something else',
};
/** As they are offered as a filter. */
const auditOrder = [
  'LINK_MADE',
  'SIGN_IN',
  'SIGN_IN_REFUSED',
  'SECOND_FACTOR',
  'SECOND_FACTOR_REFUSED',
  'SECOND_FACTOR_CHANGED',
  'SIGN_OUT',
  'SIGN_OUT_OF_ALL',
  'START',
  'ANSWER',
  'STOP',
  'RETRY',
  'LOSE',
  'REVEAL',
  'HOLD',
  'RELEASE',
  'BAN',
  'UNBAN',
  'TOKEN_MADE',
  'TOKEN_REVOKED',
] as const satisfies readonly AuditAction[];

export const text = {
  product: 'SpiderPig',
  skipToContent: 'Skip to the content',
  loading: 'Loading…',
  separator: ' · ',

  title: {
    page: (name: string) => `${name} – SpiderPig`,
    overview: 'SpiderPig',
    waits: (job: string) => `❓ job ${job} waits – SpiderPig`,
    job: (job: string, state: string) => `job ${job} ${state} – SpiderPig`,
    signIn: 'Sign in',
    notFound: 'Not found',
    admin: 'Administration',
  },

  connection: {
    connecting: 'connecting…',
    live: 'live',
    reconnecting: 'reconnecting…',
    stale: (since: string) => `stale since ${since}, reconnecting…`,
    never: 'no connection yet, trying again…',
    signedOut: 'signed out',
    overSocket: 'Connected by WebSocket: what you see is what is.',
    overEvents:
      'Connected by server-sent events, since a WebSocket could not be opened: what you see is what is.',
    polling: 'live, asking again and again',
    overPolling:
      'Something between here and the server, a proxy perhaps, holds back what the server sends. So the page asks again and again: what you see can be a second old. It goes on trying for a better connection.',
    lost: 'The connection is lost; the page tries again by itself. What it shows may be old.',
  },

  runner: {
    none: 'no runner',
    noneHint:
      'No jobrunner has been heard of. Jobs stay queued until one runs: start it with `spiderpig jobrunner`.',
    unservedLane: (lane: string) =>
      `No jobrunner serves lane ${lane}: this waits until one runs. Start it with \`spiderpig jobrunner --lanes ${lane}\` on its deployment host.`,
    silentHost: (host: string) =>
      `No jobrunner on ${host} answers. If the host is up, the deployment goes on there, and what you see may be old. If the host never comes back, an operator can close the job: \`spiderpig lose\`.`,
    idle: 'runner idle',
    running: (job: string) => `job ${job} running`,
    waits: (job: string) => `job ${job} waits`,
    forAnswer: 'for an answer',
    stopping: (job: string) => `job ${job} stopping`,
    label: 'Jobrunner',
  },

  database: {
    silent:
      'The database does not answer. Running deployments go on and wait with what they print; it is recorded once the database is back.',
    since: (when: string) => `Since ${when}.`,
  },

  menu: {
    label: (name: string) => `Menu of ${name}`,
    nobody: 'Menu',
    theme: 'Appearance',
    themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
    account: 'Your account',
    admin: 'Administration',
    signOut: 'Sign out',
    signOutFailed: 'The server could not be reached, so the session there may live on until it expires.',
    version: (version: string) => `SpiderPig ${version}`,
  },

  role: (role: Role): string => roles[role] ?? role,

  hold: {
    words: (name: string, since: string, until: string | null, reason: string) =>
      `Deployments are held by ${name} since ${since}, ${until === null ? 'until they are released' : `until ${until}`}: “${reason}”`,
    queue: 'Deployments are held: these jobs wait, and start by themselves in their order afterwards.',
    queued: (held: string) => `${held} This job waits, and starts by itself afterwards.`,
  },

  /** What only somebody with more rights may do. */
  mayNot: {
    stop: 'To stop a job you need the role of a deployer.',
    cancel: 'To cancel a job you need the role of a deployer.',
    retry: 'To retry a job you need the role of a deployer.',
  },

  admin: {
    heading: 'Administration',
    notAdmin: (role: string) =>
      `This page needs the role of an admin; you are a ${role}. Somebody on the deployment host can give it: spiderpig login --role admin.`,
    roles: (role: Role): string => shortRoles[role] ?? String(role).toLowerCase(),
    leave: 'Do nothing',
    working: 'Working…',
    find: 'Show',
    more: 'More',
    never: 'never',
    failed: (why: string) => `Not done: ${why}`,
    loadFailed: (why: string) => `The list could not be loaded: ${why}`,
    needReason: 'Say why.',
    needEnd: 'The end must be a time in the future.',

    holdHeading: 'Hold deployments',
    holdHelp:
      'While deployments are held nobody starts one, and queued jobs wait. What runs goes on, and can be answered and stopped.',
    holdReason: 'Reason, for everybody to read',
    holdPlaceholder: 'Database switchover',
    holdEnd: 'It ends',
    holdEnds: { open: 'when it is released', minutes: 'after some minutes', moment: 'at a time (UTC)' },
    holdMinutes: 'Minutes until it ends',
    holdMoment: 'When it ends, in UTC',
    hold: 'Hold deployments',
    holdFailed: (why: string) => `Not held: ${why}`,
    release: 'Release deployments',
    releaseAsk: 'Release deployments?',
    releaseFollows: 'Queued jobs are started in their order, the first one at once.',
    releaseFailed: (why: string) => `Not released: ${why}`,

    people: {
      heading: 'People',
      find: 'Part of a name',
      empty: 'Nobody was here yet.',
      noneFound: 'Nobody is called so.',
      self: '(you)',
      noRole: 'none',
      columns: {
        name: 'Name',
        role: 'Role, as last known',
        sessions: 'Sessions',
        seen: 'Last seen',
        actions: 'Actions',
      },
      banned: 'Banned',
      bannedBy: (name: string | null, reason: string) => `by ${name ?? 'an admin'}: “${reason}”`,
      ban: 'Ban…',
      banLabel: (name: string) => `Ban ${name}`,
      banAsk: (name: string) => `Ban ${name}?`,
      banReason: 'Reason, which they are told',
      banFollows:
        'They are signed out at once, and can neither sign in nor use their tokens until the ban is ended. Their jobs go on.',
      notSelf: 'You cannot ban yourself.',
      unban: 'End the ban…',
      unbanLabel: (name: string) => `End the ban of ${name}`,
      unbanAsk: (name: string) => `End the ban of ${name}?`,
      unbanFollows: 'Their tokens, and sessions that have not expired, count again.',
      end: 'Sign out…',
      endLabel: (name: string) => `Sign out ${name}`,
      endAsk: (name: string) => `Sign out ${name} everywhere?`,
      endFollows: 'All their browsers are signed out at once. Their tokens stay, and they may sign in anew.',
      noSessions: 'No browser of theirs is signed in.',
      endAll: 'Sign everybody out…',
      endAllAsk: 'Sign everybody out?',
      endAllFollows:
        'All browsers are signed out at once, and sign-in links that were not used yet open nothing. Tokens stay. Jobs go on.',
      keepOwn: 'but not this browser',
    },

    tokens: {
      heading: 'API tokens',
      empty: 'There is no token that counts. On the deployment host: spiderpig token create.',
      columns: {
        name: 'Token',
        user: 'Acts for',
        scope: 'Scope',
        made: 'Made',
        expires: 'Ends',
        used: 'Last used',
      },
      deploy: 'deploy',
      read: 'read',
      revoke: 'Revoke…',
      revokeLabel: (token: string, name: string) => `Revoke token ${token} of ${name}`,
      revokeAsk: (token: string, name: string) => `Revoke token ${token} of ${name}?`,
      revokeFollows: 'The tool that uses it is refused from now on. This cannot be taken back.',
    },

    audit: {
      heading: 'Audit log',
      filter: 'Filter the audit log',
      order: auditOrder,
      action: (action: AuditAction): string =>
        auditActions[action] ?? String(action).toLowerCase().replaceAll('_', ' '),
      any: 'all',
      since: 'Since (UTC)',
      reset: 'All entries',
      wrong: 'The job must be a number.',
      export: 'Export',
      exportHint: 'All entries that the filter shows, as JSON lines',
      empty: 'No entry is like this.',
      nobody: 'nobody known',
      unknown: 'not known',
      columns: {
        at: 'Time',
        user: 'Who',
        action: 'Did',
        job: 'Job',
        detail: 'What exactly',
        channel: 'Through',
      },
    },
  },

  simulated: 'Simulated: nothing real is deployed.',
  simulatedAll: 'A simulated scap and a simulated Gerrit are used.',
  simulatedRunner: 'The jobrunner uses a simulated scap.',

  start: {
    heading: 'Start a backport',
    label: 'Changes',
    help: 'Numbers or Gerrit URLs. Enter, comma or space adds one, Backspace takes the last one back.',
    placeholder: 'Change number or URL',
    more: 'One more…',
    remove: (change: string) => `Remove ${change}`,
    lane: 'Lane',
    chooseLane: 'Choose…',
    needLane: 'Choose a lane.',
    revert: 'Revert these changes',
    revertHelp: 'Makes a revert of each in Gerrit and deploys that. scap asks for the reason.',
    button: 'Start',
    queueButton: (job: string) => `Queue behind job ${job}`,
    starting: 'Starting…',
    samples: 'Sample changes',
    needChange: 'Add at least one change.',
    mendChanges: 'Mend or remove the changes marked in red.',
    unverifiedButton: 'Start unverified',
    unverifiedHint: 'What these changes are can not be shown or checked before scap looks at them itself.',
    mayNotStart: 'You can watch here. To start a deployment you need the role of a deployer.',
    failed: (why: string) => `Not started: ${why} Nothing was lost; press the button again.`,
    problem: (input: string, message: string) => `${input}: ${message}`,
  },

  changes: {
    heading: 'Changes',
    notANumber: 'not a change number or a Gerrit URL.',
    leadingZero: 'a change number does not begin with 0.',
    tooLong: 'a change number has at most ten digits.',
    changeId: 'that is a Change-Id; take the number of the change instead.',
    addressWithoutNumber: 'no change number in this URL.',
    duplicate: (number: string) => `change ${number} is in the list already.`,
    unverified: 'Gerrit was not asked about this change',
    message: 'Commit message',
  },

  overview: {
    running: 'Running',
    queued: 'Queued',
    queuePosition: (place: number) => `${place}.`,
    history: 'History',
  },

  history: {
    columns: {
      job: 'Job',
      state: 'State',
      title: 'Changes',
      lane: 'Lane',
      owner: 'Owner',
      time: 'Queued',
      duration: 'Took',
    },
    more: 'Earlier jobs',
    count: (shown: number, total: number) => `${shown} of ${total}`,
    emptyHeading: 'Nothing has been deployed here yet',
    empty:
      'Type the number of a change above and press Start. You will see scap work, and answer its questions, here.',
    emptySimulated:
      'Nothing real can break here. Pick a change or two, press Start, and answer what scap asks:',
    sampleAdd: (number: string) => `Add change ${number}`,
    failed: (why: string) => `The history could not be loaded: ${why}`,
    again: 'Try again',
  },

  job: {
    name: (id: string) => `job ${id}`,
    headingNumber: (id: string) => `Job ${id}:`,
    heading: (id: string, title: string) => `Job ${id}: ${title}`,
    overview: 'Overview',
    kind: (kind: JobKind): string => kinds[kind] ?? kind,
    state: (state: JobState): string => states[state] ?? String(state).toLowerCase(),
    by: (name: string) => `by ${name}`,
    inLane: (lane: string) => `in lane ${lane}`,
    lane: 'Lane',
    host: 'Host',
    details: 'Details',
    owner: 'Owner',
    queuedAt: 'Queued',
    startedAt: 'Started',
    finishedAt: 'Ended',
    took: 'Took',
    running: 'Running for',
    exit: 'Exit status',
    exitStatus: (status: number) => `scap ended with status ${status}`,
    signal: 'Ended by signal',
    exitSignal: (signal: string) => `scap was ended by ${signal}`,
    retryOf: 'Retry of',
    retry: (id: string) => `Retry job ${id}`,
    retrying: 'Starting again…',
    retryFailed: (why: string) => `Not retried: ${why}`,
    cancel: (id: string) => `Cancel job ${id}`,
    cancelShort: 'Cancel',
    cancelling: 'Cancelling…',
    cancelFailed: (why: string) => `Not cancelled: ${why}`,
    queuedHint: 'It starts by itself when the jobs before it have ended.',
    open: (id: string) => `Open job ${id}`,
    loadFailed: (why: string) => `The job could not be loaded: ${why}`,
  },

  progress: {
    label: (name: string) => `Progress: ${name}`,
    percent: (percent: number) => `${percent} %`,
    counts: (ok: number, total: number) => `${ok} of ${total} done`,
    inFlight: (count: number) => `${count} in flight`,
    failed: (count: number) => `${count} failed`,
    left: (count: number) => `${count} left`,
  },

  question: {
    heading: 'Question',
    choices: 'Answers to the question',
    waiting: (span: string) => `Waiting for an answer for ${span}`,
    announce: (job: string, question: string) => `Job ${job} asks: ${question}`,
    defaultChoice: 'The default of scap',
    answerLabel: 'Your answer',
    answerHelp: 'One line. An empty answer is allowed, and stands for the default where there is one.',
    send: 'Send answer',
    sent: (answer: string) => `Answer sent: ${answer}`,
    sending: (answer: string) => `Sending ${answer}…`,
    choice: (label: string, code: string) => `“${label}” (${code})`,
    emptyAnswer: 'empty answer',
    mayNotAnswer: 'To answer you need the role of a deployer.',
    alreadyAnswered: (name: string, answer: string, when: string) =>
      `${name} was quicker and answered ${answer} at ${when}. Your answer was not used.`,
    failed: (why: string) => `The answer was not sent: ${why} Try again.`,
    dismiss: 'Close this message',
    answersHeading: 'Asked and answered',
    unanswered: 'not answered',
    open: 'waits for an answer',
    answeredAfter: 'answered after',
    delivery: (delivery: AnswerDelivery) => deliveries[delivery] ?? String(delivery).toLowerCase(),
    asked: 'asked',
    somebody: 'somebody',
  },

  stop: {
    button: (id: string) => `Stop job ${id}`,
    harderButton: (id: string) => `Stop job ${id} harder`,
    heading: (id: string) => `Stop job ${id}?`,
    harderHeading: (id: string) => `Job ${id} is stopping already`,
    interruptBody:
      'scap is interrupted, as by Ctrl-C. It cleans up, may roll back the test servers, and may still ask a question here. What has reached production stays there.',
    harderBody: 'scap was interrupted and is cleaning up. Waiting is the safest thing to do.',
    terminate: 'Terminate',
    terminateBody: 'Asks every process of the job to end now. Clean-up may be cut short.',
    kill: 'Kill',
    killBody:
      'Ends every process of the job at once, without clean-up. The deployment stays half done: look after it by hand.',
    keep: 'Keep running',
    wait: 'Wait',
    confirm: (id: string) => `Stop job ${id}`,
    failed: (why: string) => `Not stopped: ${why}`,
    mode: (mode: StopMode): string => modes[mode] ?? String(mode).toLowerCase(),
    requested: (name: string, mode: string) => `${name} asked to ${mode} it`,
    listHeading: 'Stops',
  },

  log: {
    heading: 'Log',
    row: (kind: LogLineKind): string => rows[kind] ?? String(kind).toLowerCase(),
    hidden: (count: number) => (count === 1 ? '1 sensitive line hidden' : `${count} sensitive lines hidden`),
    sensitive: 'sensitive',
    follow: 'Follow',
    following: 'Following',
    newLines: (count: number) => (count === 1 ? '1 new line – follow' : `${count} new lines – follow`),
    followHint: 'f or End follows again',
    toTop: 'To the first line',
    toEnd: 'To the last line',
    goTo: 'Go to line',
    goToLabel: 'Number of the line to go to',
    nextQuestion: 'Next question',
    nextError: 'Next error',
    keysButton: 'Keys of the log',
    keysHeading: 'Keys of the log',
    keysHint: 'They work once the log has the focus: click into it, or reach it with Tab.',
    keysClose: 'Close',
    keys: [
      [['f', 'End'], 'Follow the end'],
      [['Home'], 'First line'],
      [['g'], 'Go to a line'],
      [['q', 'Q'], 'Next, previous question'],
      [['e', 'E'], 'Next, previous error'],
      [['PageUp', 'PageDown', '↑', '↓'], 'Scroll'],
      [['/', 'Ctrl F'], 'Search; Enter and Shift Enter go through the matches'],
      [['n', 'N'], 'Next, previous match'],
      [['c'], 'Copy the selected lines'],
      [['Esc'], 'Select nothing'],
      [['?'], 'This list'],
    ],
    /** What a screen reader is told now and then. */
    progress: (fresh: number, length: number) =>
      `${fresh === 1 ? '1 new line' : `${fresh} new lines`}, ${length} in all`,
    ended: (length: number) => `scap prints no more: ${length === 1 ? '1 line' : `${length} lines`} in all`,
    pastEnd: (line: number, length: number) =>
      `There is no line ${line} (yet): the log has ${length === 1 ? '1 line' : `${length} lines`}.`,
    selection: (count: number) => (count === 1 ? '1 line selected' : `${count} lines selected`),
    extend: 'To another line',
    extendHint: 'The next line whose number is tapped is the other end, as with Shift',
    copy: 'Copy',
    copyLabel: 'Copy the selected lines',
    copyLink: 'Copy link',
    copyLinkLabel: 'Copy link to the selected lines',
    copied: 'Copied',
    copyFailed: (why: string) => `Not copied: ${why}`,
    copyRefused: 'the browser does not allow it.',
    copyTooLong: (most: number) => `that is more than ${most} lines. Take the download.`,
    selectNothing: 'Select nothing',
    copyHeader: (job: string, from: number, to: number) =>
      from === to ? `Job ${job}, line ${from}` : `Job ${job}, lines ${from}–${to}`,
    copyTimes: (from: string, to: string) => (from === to ? `, ${from}` : `, ${from} to ${to}`),
    reveal: 'Show',
    revealLabel: (from: number, to: number) =>
      from === to ? `Show sensitive line ${from}` : `Show sensitive lines ${from} to ${to}`,
    mayNotReveal: 'to see sensitive lines you need the role of a deployer',
    revealHeading: 'Show sensitive lines?',
    revealBody:
      'They may hold secrets. It is recorded, under your name, which lines you were shown and when. They are hidden again when you leave or reload this page. You are asked once for each visit.',
    revealConfirm: 'Show, and record it',
    revealKeep: 'Keep hidden',
    revealFailed: (why: string) => `The lines were not shown: ${why}`,
    fold: (title: string, folded: boolean) => `${folded ? 'Unfold' : 'Fold'} ${title}`,
    folded: (count: number) => (count === 1 ? '1 line folded' : `${count} lines folded`),
    raw: 'Download',
    rawLabel: 'Download the whole log as text',
    plain: 'plain',
    plainLabel: 'Download without colours',
    lines: (count: number) => (count === 1 ? '1 line' : `${count} lines`),
    end: 'End of the log',
    empty: 'No line yet. They appear here as scap prints them.',
    emptyQueued: 'The log begins when the job starts.',
    emptyEnded: 'This job printed nothing.',
    clipped: (count: number) => ` … ${count} more characters, see the download`,
    failed: (why: string) => `The log could not be loaded: ${why}`,
    behind: (since: string) =>
      `Recording is behind since ${since}: the database does not take what scap prints. Nothing is lost; scap waits.`,
  },

  times: {
    label: 'Times',
    modes: { relative: '+0:00', utc: 'UTC', local: 'Local' },
    hints: {
      relative: 'Times since the start of the job',
      utc: 'Times in UTC',
      local: 'Times of your clock',
    },
  },

  timeline: {
    heading: 'Timeline',
    help: 'Arrow keys go from one part to the next, Enter shows it in the log.',
    part: (name: string, at: string, took: string) => `${name}, ${at}, ${took}`,
    running: (took: string) => `${took} so far`,
    several: (count: number) => `${count} short phases`,
    asked: (question: string) => `Question: ${question}`,
    answeredBy: (name: string) => `answered by ${name}`,
    unanswered: 'not answered',
    waits: 'waits for an answer',
    waiting: (span: string) => `?${span}`,
    shortened: (took: string) => `${took} (drawn shorter than that)`,
    questions: (count: number) => (count === 1 ? '1 question' : `${count} questions`),
    stop: (name: string) => `Stop by ${name}`,
    stops: (count: number) => `${count} stops`,
    error: (line: string) => `Error: ${line}`,
    errors: (count: number) => `${count} errors`,
  },

  search: {
    label: 'Search the log',
    placeholder: 'Search…',
    matchCase: 'Match case',
    matchCaseShort: 'Aa',
    regex: 'Regular expression',
    regexShort: '.*',
    next: 'Next match',
    previous: 'Previous match',
    clear: 'Clear the search',
    place: (place: number, count: string) => `${place.toLocaleString('en')} of ${count}`,
    count: (count: number) => (count === 1 ? '1 match' : `${count.toLocaleString('en')} matches`),
    none: 'No match',
    noneYet: 'No match yet',
    progress: (percent: number) => `${percent} % searched`,
    tooLong: (most: number) => `At most ${most} characters.`,
    waiting: 'The database does not answer: the search goes on by itself once it does.',
    noRegex: 'This is not a regular expression.',
    failed: (why: string) => `The search failed: ${why}`,
  },

  rail: {
    label: 'Matches, questions and errors in the whole log',
  },

  signIn: {
    heading: 'Sign in',
    working: 'Signing in…',
    intro: 'Who may sign in on the deployment host may sign in here. On that host, run',
    command: 'spiderpig login',
    after: 'and open the link that it prints. The link works once, and only for a short while.',
    refused: 'This link does not work any more: it was used, or it has expired.',
    failed:
      'The server could not be reached. Is it running, and is your tunnel up? Reload the page to try again; the link is not spent.',
    signedOut: 'You are signed out.',
    provider: (name: string) => `Sign in with ${name}`,
    unavailable: (name: string) =>
      `${name} does not answer SpiderPig at the moment. The page looks again by itself; meanwhile a link of the deployment host works.`,
    byLink: 'With a link of the deployment host',
    stillIn: 'You are signed in all the same.',
    problem: (word: string): string =>
      // Anybody can write a word into an address, also one that every object has.
      (Object.hasOwn(signInProblems, word) ? signInProblems[word] : undefined) ??
      'Signing in did not work. Begin again.',
    /** Why somebody who was in is not any more; null: nobody knows. */
    end: (end: 'ended' | 'expired' | null) =>
      end === 'ended'
        ? 'You are signed out: this session was ended, by you in another browser or by an administrator.'
        : end === 'expired'
          ? 'You are signed out: this session was not used for twelve hours, or was a week old.'
          : 'You are signed out.',
  },

  noGroup: {
    heading: 'You may not see anything here yet',
    before: 'You are signed in as',
    after: ', but in none of the groups that may use SpiderPig.',
    needed: 'These groups may:',
    roles: [
      { role: 'viewer', words: 'See everything' },
      { role: 'deployer', words: 'Deploy' },
      { role: 'admin', words: 'Administer' },
    ] as const,
    ask: 'Ask whoever runs SpiderPig to put you into one of them.',
    afterwards: 'Once you are in one of them, sign out and sign in again.',
  },

  outdated: {
    words:
      'SpiderPig was upgraded since this page was loaded. Some things do not work until it is loaded anew.',
    reload: 'Reload the page',
  },

  secondFactor: {
    heading: 'One more step',
    before: 'You have signed in as',
    after: '. Now show that you can get to the deployment host.',
    run: 'On the deployment host, run',
    copy: 'Copy the command',
    authenticator: 'Or type the code that your authenticator shows now.',
    label: 'Code',
    send: 'Go on',
    sending: 'Checking…',
    otherName:
      'The code works once and for two minutes. The command says whom it is for: that must be your name here. If you are called otherwise on that host, it takes --user with the name you have here.',
    refused: 'This code was not right.',
    failed:
      'The server could not be reached, or had trouble. The code is not spent as far as we know: try again.',
    allTries: 5,
    triesLeft: (count: number) => (count === 1 ? 'One try is left.' : `${count} tries are left.`),
    locked: (until: string) =>
      `Too many codes were wrong: none is looked at before ${until}. If those were not yours, tell an administrator.`,
    lockedFor: (left: string) => `${left} to go.`,
  },

  banned: {
    heading: 'You are kept out',
    before: 'The account',
    after: ' may not use SpiderPig at the moment.',
    reason: 'The reason that was given:',
    ask: 'An administrator of SpiderPig can change that.',
  },

  copy: {
    button: 'Copy',
    copied: 'Copied',
    failed: 'Select it and copy',
  },

  account: {
    heading: 'Your account',
    failed: (why: string) => `Your account could not be loaded: ${why}`,
    again: 'Try again',
    name: 'Name',
    role: 'Role',
    groups: 'Groups',
    noGroups: 'none',
    factor: 'Second factor',
    factorAgo: 'shown',
    ago: 'ago',
    factorOfHost: 'not needed: this session was opened from the deployment host',
    factorNever: 'not shown in this session',
  },

  sessions: {
    heading: 'Sessions',
    intro: 'The browsers in which you are signed in. One that you do not know is somebody else’s: end it.',
    columns: {
      browser: 'Browser',
      address: 'From',
      way: 'Signed in by',
      createdAt: 'Since',
      lastUsedAt: 'Last used',
      action: 'Action',
    },
    browser: (name: string, system: string | null) => (system === null ? name : `${name} on ${system}`),
    unknown: 'unknown',
    current: 'this one',
    way: (way: SignInWay): string => ways[way] ?? String(way).toLowerCase(),
    half: 'The second factor was not shown. If this is not you, somebody knows your password.',
    end: 'End it',
    endLabel: (name: string) => `End it: the session in ${name}`,
    endHeading: 'End this session?',
    endBody: 'That browser is signed out at once. What it has open is closed.',
    endConfirm: 'End the session',
    endOthers: 'End all others',
    endOthersHeading: 'End all other sessions?',
    endOthersBody: (count: number) =>
      `${count === 1 ? 'One browser is' : `${count} browsers are`} signed out at once. You stay signed in here. Tokens stay as they are.`,
    endOthersConfirm: 'End all others',
    failed: (why: string) => `Not ended: ${why}`,
    onlyThis: 'There is no other.',
  },

  tokens: {
    heading: 'Tokens',
    intro:
      'With a token a tool acts in your name. It can do no more than you, and never administers. Whoever has it needs nothing else: keep it like a password.',
    none: 'You have none.',
    columns: {
      name: 'Name',
      scope: 'Scope',
      createdAt: 'Made',
      expiresAt: 'Ends',
      lastUsedAt: 'Last used',
      action: 'Action',
    },
    scope: (scope: TokenScope): string => scopes[scope] ?? String(scope).toLowerCase(),
    never: 'never',
    end: 'End it',
    endLabel: (name: string) => `End it: the token ${name}`,
    endHeading: (name: string) => `End the token “${name}”?`,
    endBody: 'Whatever uses it stops working at once. It cannot be taken back; you can make another one.',
    endConfirm: 'End the token',
    failed: (why: string) => `Not ended: ${why}`,
    makeHeading: 'Make a token',
    nameLabel: 'What is it for?',
    scopeLabel: 'It may',
    scopeWords: { READ: 'read: see what a viewer sees', DEPLOY: 'deploy: start, answer, stop' },
    scopeHint: 'To make one that deploys you need the role of a deployer.',
    daysLabel: 'It ends after',
    days: (days: number) => (days === 1 ? 'one day' : days === 365 ? 'a year' : `${days} days`),
    make: 'Make the token',
    making: 'Making it…',
    makeFailed: (why: string) => `Not made: ${why}`,
    made: (name: string) => `The token “${name}” is made. Copy it now: it is shown this once.`,
    copy: 'Copy the token',
    done: 'I have it',
  },

  authenticator: {
    heading: 'Authenticator',
    intro:
      'An app that shows a new code every half minute. Its codes count in place of those that spiderpig otp prints on the deployment host.',
    has: 'You have one. Its codes count as your second factor.',
    add: 'Add an authenticator',
    adding: 'Adding…',
    scan: 'Scan this picture with the app, or type the secret into it. Then type the first code that it shows.',
    qrLabel: 'QR code of the secret that stands beside it',
    secret: 'Secret',
    copy: 'Copy the secret',
    code: 'First code',
    confirm: 'Confirm',
    cancel: 'Cancel',
    added: 'The authenticator is added.',
    removed: 'The authenticator is removed.',
    remove: 'Remove it',
    removeHeading: 'Remove the authenticator?',
    removeBody: 'Its codes do not count any more. Codes of the deployment host do.',
    removeConfirm: 'Remove it',
    failed: (why: string) => `That did not work: ${why}`,
    fresh:
      'Changing this takes a fresh second factor. Run spiderpig otp on the deployment host and type its code, or one of your authenticator.',
  },

  notFound: {
    heading: 'There is nothing here',
    page: 'No page has this address.',
    job: (id: string) => `There is no job ${id}.`,
    back: 'Go to the overview',
  },

  /** Null: they are kept for ever. */
  retention: (days: number | null, jobs: number | null): string | null => {
    const byAge =
      days === null ? [] : [days === 1 ? 'one day after they ended' : `${days} days after they ended`];
    const byCount =
      jobs === null ? [] : [jobs === 1 ? 'once a newer one has ended' : `once ${jobs} newer ones have ended`];
    const when = [...byAge, ...byCount].join(', or ');
    return when === '' ? null : `Jobs are removed ${when}.`;
  },

  error: {
    network: 'the server could not be reached.',
    outdated: 'this page is of another version than SpiderPig. Reload it.',
    signedOut: 'you are signed out.',
    unknown: 'something unexpected happened on the server.',
  },
} as const;
