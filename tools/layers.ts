// Owns the layers: what each folder of the source code is for and what it may import. `npm run check` enforces the table, and docs/architecture.md shows it.

/** A top-level part of the code, with the folders inside. */
export interface Layer {
  /** The folder, relative to the root of the repository. */
  readonly folder: string;
  /** What it owns, for docs/architecture.md. May contain Markdown. */
  readonly owns: string;
  /** The folders inside, with what each owns. A folder that is not listed here may not contain source files. */
  readonly folders?: Readonly<Record<string, string>>;
  /** The other layers that it may import. `anything`: all of them and every package. */
  readonly imports: readonly string[] | 'anything';
  /** The packages that it may import. */
  readonly packages: readonly string[];
  /** Where the code runs. Only code for Node alone may import `node:` modules. Default: `node`. */
  readonly runsIn?: 'node' | 'browser' | 'both';
}

export const layers: readonly Layer[] = [
  {
    folder: 'schema/text',
    owns: 'pure functions that the page, the terminal and the server share',
    imports: [],
    packages: ['get-east-asian-width'],
    runsIn: 'both',
  },
  {
    folder: 'schema/model',
    owns: 'what things are: entities, transitions, domain errors, log storage, doorbell, migrations',
    folders: {
      account: 'users, sessions, tokens, second factors, bans, the audit log',
      job: 'jobs, questions, stops, holds',
      'job/kind': 'the kinds of jobs, one module for each',
      backup: 'backups of the database, and restoring them',
      log: 'log lines in chunks, marks, masks, search, compaction',
      notification: 'events, webhooks and their deliveries, subscriptions for Web Push, escalation',
      runner: 'jobrunners, lanes, supervisors: presence, leases, loss, identity of processes',
      statistics: 'the figures of ended jobs, and the usual times that follow from them',
      store: 'the database: connections, doorbell, locks, migrations, health',
      migration: 'the list of migrations and how they run',
      'migration/postgresql': 'released migrations of PostgreSQL',
      'migration/sqlite': 'released migrations of SQLite',
    },
    imports: ['schema/text'],
    packages: [
      '@mikro-orm/core',
      '@mikro-orm/migrations',
      '@mikro-orm/postgresql',
      '@mikro-orm/sql',
      '@mikro-orm/sqlite',
      'better-sqlite3',
      'kysely',
      '@simplewebauthn/server',
      'otpauth',
      'pg',
      'unhomoglyph',
    ],
  },
  {
    folder: 'schema/process',
    owns: 'how a process starts and exits, and its configuration',
    imports: ['schema/model', 'schema/text'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
      'prom-client',
    ],
  },
  {
    folder: 'schema/graphql',
    owns: 'the API: one Pothos module for each noun, and the printed `schema.graphql`. Resolvers use the server only through `context.ts`',
    folders: {
      account: 'users, sessions, tokens, second factors, the audit log',
      job: 'jobs, their changes and questions, and the mutations that start, move and stop them',
      notification: 'webhooks, subscriptions for Web Push',
      train: 'the MediaWiki train, and the mutation that moves it',
      'error-log': 'errors of production, and what they say about a job',
    },
    imports: ['schema/model', 'schema/text'],
    packages: [
      '@graphql-tools/utils',
      '@pothos/core',
      '@pothos/plugin-errors',
      '@pothos/plugin-scope-auth',
      'graphql',
    ],
  },
  {
    folder: 'server',
    owns: 'HTTP, WebSocket, event streams, sign-in, Gerrit client, static files, metrics. It implements the interfaces of `schema/graphql/context.ts`',
    folders: {
      account: 'users, tokens, downloads and the audit log, for resolvers',
      doctor: 'the findings of `spiderpig doctor`',
      gerrit: 'the client of Gerrit, and requests to other services',
      graphql: 'execution of operations: limits, trusted documents, batching, GraphiQL',
      http: 'sockets, requests and responses: origin, base path, headers, static files',
      job: 'jobs, questions, stops, holds and statistics, for resolvers',
      live: 'subscriptions and open connections',
      log: 'delivery, download, search and marks of logs',
      'sign-in': 'sessions, the identity provider, second factors',
      monitoring: 'the answers of `/readyz` and `/metrics`',
      plain: 'pages for browsers without scripts, to read only',
      push: 'sending events to browsers, also while no page is open',
      webhook: 'sending events to webhooks',
      train: 'the state of the train: staging directory, Gerrit, task, blockers',
      'error-log': 'errors of production: searching for them, counting them, comparing them',
    },
    imports: ['schema/graphql', 'schema/model', 'schema/process', 'schema/text'],
    packages: [
      '@graphql-yoga/render-graphiql',
      '@mikro-orm/sql',
      'graphql',
      'graphql-ws',
      'graphql-yoga',
      'jose',
      'openid-client',
      'p-limit',
      'pino',
      'prom-client',
      'web-push',
      'ws',
    ],
  },
  {
    folder: 'jobrunner',
    owns: 'claiming and supervising jobs, the child process, the protocol, removal of old jobs',
    folders: {
      loop: 'what the jobrunner does again and again: claiming, checking supervisors, compaction, clean-up',
      output: 'the output of scap: lines, and the messages among them',
      process: 'the processes of a job: how scap is started, its environment, signals, control groups',
      supervisor: 'the running of one job from start to end',
    },
    imports: ['schema/model', 'schema/process', 'schema/text'],
    packages: ['execa', 'pino', 'prom-client'],
  },
  {
    folder: 'jobrunner/simulator',
    owns: 'programs that take the place of scap and Gerrit',
    folders: {
      'error-log': 'the simulated OpenSearch with errors of production',
      gerrit: 'the simulated Gerrit',
      scap: 'the simulated scap',
      train: 'the simulated staging directory and the services about the train',
    },
    imports: [],
    packages: [],
  },
  {
    folder: 'client/generated',
    owns: 'typed documents, written by `npm run codegen`',
    imports: [],
    packages: ['@graphql-typed-document-node/core'],
    runsIn: 'both',
  },
  {
    folder: 'client/core',
    owns: 'what the page, the terminal and the package share: idempotency keys, kinds of failures, fragments',
    imports: ['client/generated'],
    packages: [],
    runsIn: 'both',
  },
  {
    folder: 'client/subscription',
    owns: 'the one policy for resuming a subscription: cursor, back-off, jitter',
    imports: [],
    packages: [],
    runsIn: 'both',
  },
  {
    folder: 'client/web',
    owns: 'the web client',
    folders: {
      account: 'the page with which users manage their sessions, tokens and second factor',
      admin: 'the page of administrators: holds, people, tokens, webhooks, the audit log',
      connection: 'transports to the server, and their choice',
      health: 'errors of production: beside a job, after it, and the page of the error log',
      header: 'what stands above every page',
      i18n: 'the message catalogue and its reader',
      job: 'the page of one job and its cards',
      'job/ending': 'what the page says about an ended job, and its report',
      'job/parts': 'components that several folders of the job use',
      'job/people': 'who looks at a job, and who is responsible for it',
      'job/question': 'the questions of a job and their answers',
      'job/queue': 'lanes, what blocks a job, moving it in the queue',
      'job/restart': 'retry and revert',
      'job/replay': 'the replay of an ended job',
      'job/stage': 'the stages of a deployment',
      'job/stop': 'stopping and cancelling a job',
      log: 'the log of a job: composition, lines from the server, selection, revealing',
      'log/line': 'one line of a log and its row: text, colours, links',
      'log/mark': 'the marks of a log and its sections',
      'log/scroll': 'which rows are drawn, and where',
      'log/search': 'searching a log, and its matches',
      'log/timeline': 'the timeline above a log',
      'log/toolbar': 'the buttons and fields above a log',
      overview: 'the first page: start form, running jobs, history',
      'overview/change':
        'choosing changes: the field with its suggestions, the chosen changes and their warnings',
      parts: 'components that several pages use',
      state: 'signals and hooks that several pages use: time, visibility, storage, paginated lists',
      statistics: 'the pages of statistics: figures, tables, CSV',
      'sign-in': 'the pages of a browser that is not signed in',
      train: 'the page of the MediaWiki train',
    },
    imports: ['client/core', 'client/generated', 'client/subscription', 'schema/text'],
    packages: [
      '@preact/preset-vite',
      '@preact/signals',
      '@simplewebauthn/browser',
      '@urql/core',
      '@urql/preact',
      '@wikimedia/codex',
      '@wikimedia/codex-design-tokens',
      '@wikimedia/codex-icons',
      'banana-i18n',
      'graphql',
      'graphql-ws',
      'preact',
      'uqr',
      'vite',
      'wonka',
    ],
    runsIn: 'browser',
  },
  {
    folder: 'client/sdk',
    owns: 'the typed client for tools',
    imports: ['client/core', 'client/generated', 'client/subscription', 'schema/text'],
    packages: ['@graphql-typed-document-node/core', 'graphql', 'graphql-ws', 'ws'],
  },
  {
    folder: 'client/cli',
    owns: 'the terminal client',
    imports: ['client/core', 'client/generated', 'client/sdk', 'client/subscription', 'schema/text'],
    packages: ['graphql-ws', 'ws'],
  },
  {
    folder: 'bin',
    owns: 'the `spiderpig` command',
    folders: { commands: 'one file for each command' },
    imports: ['client/cli', 'jobrunner', 'schema/model', 'schema/process', 'schema/text'],
    packages: [],
  },
  {
    folder: 'examples',
    owns: 'programs of tool authors, which use only what the package publishes',
    imports: [],
    packages: ['spiderpig'],
  },
  {
    folder: 'tests',
    owns: 'tests of several layers at once, and what tests share',
    folders: {
      component: 'stand-ins for component tests',
      crash: 'jobs under random faults',
      fuzz: 'random operations and requests',
      journeys: 'the page in a real browser',
      programs: 'programs in the place of scap that do one thing each',
      race: 'simultaneous answers and claims',
      soak: 'many clients for minutes, with lost connections',
      support: 'databases, servers, browsers and networks for tests',
    },
    imports: 'anything',
    packages: [],
  },
  {
    folder: 'bench',
    owns: 'measurements',
    folders: {
      page: 'measurements of the page in a browser',
      programs: 'programs in the place of scap',
      report: 'statistics of measurements, and how they are printed',
    },
    imports: 'anything',
    packages: [],
  },
  {
    folder: 'tools',
    owns: 'what developers and CI run: build, checks, screenshots',
    folders: { check: 'the checks of `npm run check`' },
    imports: 'anything',
    packages: [],
  },
];

/** Source files outside of any layer. They may import anything. */
export const rootFiles: readonly string[] = ['codegen.ts', 'vitest.config.ts'];

/** Files of the browser's layer that run in Node. */
export const nodeFiles: readonly string[] = ['client/web/vite.config.ts'];
