// Owns filling a database with many ended jobs and audit entries by SQL. Not what is measured with them (growth.ts).
import pg from 'pg';
import type { Database } from '../../schema/model/store/database.ts';

/** Of so many jobs one is lost, and one audit entry has a rare action. The same holds for each other rare property of {@link rareJobs}. */
const rare = 5_000;

/** A rare and a common value of each property by which jobs are found. */
export const rareJobs = {
  kind: ['train', 'backport'],
  outcome: ['lost', 'deployed'],
  project: ['rare/project', 'mediawiki/core'],
  word: ['seldom', 'sidebar'],
  stage: ['canaries', 'production'],
  question: ['train.task', 'backport.confirm'],
  error: ['an error that is rare', 'an error'],
  startHour: [54, 72],
} as const;

/** Who owns the jobs: one in 5,000 belongs to `rare`. `parts`: whether they have stages and answers. */
export interface Filling {
  readonly owner: number;
  readonly rare?: number;
  readonly parts?: boolean;
}

/** The rows with the numbers after `from`, up to `to`, and how the dialect writes their values. `changes`: of a project. */
interface Rows {
  readonly series: string;
  readonly changes: (project: string) => string;
  readonly word: string;
}

/** A value that one job in 5,000 has, and the value of the others, as SQL. The properties are rare in different jobs. */
const oneOf = ([seldom, common]: readonly [string | number, string | number], which: number): string =>
  `case when n % ${rare} = ${which} then ${sqlOf(seldom)} else ${sqlOf(common)} end`;
const sqlOf = (value: string | number): string => (typeof value === 'number' ? String(value) : `'${value}'`);

/** The statements that insert jobs and audit entries, and with `parts` their stages and questions. One job in ten failed. */
const inserts = (
  { series, changes, word }: Rows,
  { owner, rare: rareOwner = owner, parts = false }: Filling,
): readonly string[] => [
  `insert into job (kind, state, outcome, lane, changes, title, owner_id, queued_at, started_at, finished_at, compacted_at, error_fingerprint, revision)
   ${series} select ${oneOf(rareJobs.kind, 1)},
     case when n % ${rare} = 0 then 'lost' when n % 10 = 3 then 'failed' else 'succeeded' end,
     case when n % ${rare} = 0 then 'lost' when n % 10 = 3 then 'failed' else 'deployed' end,
     'default', ${changes(oneOf(rareJobs.project, 5))}, 'Change the ' || ${oneOf(rareJobs.word, 6)} || ' ' || ${word},
     ${oneOf([rareOwner, owner], 2)}, n, (case when n % ${rare} = 4 then 150 else n % 100 end) * 3600000, n, 1,
     case when n % 10 = 3 then ${oneOf(rareJobs.error, 13)} end, 3 from s`,
  `insert into audit_entry (at, user_id, action, job_id, detail)
   ${series} select n, ${owner}, case when n % ${rare} = 0 then 'hold' else 'start' end, n, 'bench' from s`,
  ...(parts
    ? [
        `insert into job_stage (job_id, name, started_at, finished_at, waited) ${series} select n, 'check', n, n, 0 from s`,
        `insert into job_stage (job_id, name, started_at, finished_at, waited)
         ${series} select n, ${oneOf(rareJobs.stage, 7)}, n, n, 0 from s`,
        `insert into interaction (job_id, kind, key, prompt, choices, asked_at, answer, answered_at, answered_by_id)
         ${series} select n, 'text', ${oneOf(rareJobs.question, 8)}, 'Question?', '[]', n, 'y', n, ${owner} from s`,
      ]
    : []),
];

/** Adds ended jobs and audit entries with the numbers after `from`, up to `to`, and computes the statistics of the planner. */
export async function fillJobs(db: Database, filling: Filling, from: number, to: number): Promise<void> {
  if (db.dialect === 'postgresql') return await fillPostgreSql(db.url, filling, from, to);
  const statements = inserts(
    {
      series: `with recursive s(n) as (select ${from + 1} union all select n + 1 from s where n < ${to})`,
      changes: (project) =>
        `json_array(json_object('number', cast(1000000 + n as text), 'project', ${project}, 'commitMessage', replace(hex(zeroblob(300)), '0', 'm')))`,
      word: 'lower(hex(n * 2654435761 % 4294967296))',
    },
    filling,
  );
  await db.write([], async (em) => {
    for (const statement of statements) await db.execute(statement, [], em);
  });
  await db.execute('analyze', []);
}

/**
 * On a separate connection, which may be silent for longer than those of {@link Database}, and without triggers: what they would add is added in one step,
 * and the indexes of the search are built afterwards. That is many times as fast.
 */
async function fillPostgreSql(url: string, filling: Filling, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; definition: string }>(
      "select indexname as name, indexdef as definition from pg_indexes where tablename = 'job_search' and indexdef like '%USING gin%'",
    );
    for (const statement of [
      "set session_replication_role = replica; set maintenance_work_mem = '512MB'; set synchronous_commit = off",
      ...rows.map(({ name }) => `drop index ${name}`),
      ...inserts(
        {
          series: `with s as (select n from generate_series(${from + 1}, ${to}) n)`,
          changes: (project) =>
            `jsonb_build_array(jsonb_build_object('number', (1000000 + n)::text, 'project', ${project}, 'commitMessage', repeat('m', 600)))`,
          word: 'md5(n::text)',
        },
        filling,
      ),
      `insert into job_search (job_id, title, numbers) select id, title, array[changes -> 0 ->> 'number'] from job where queued_at > ${from}`,
      `insert into job_project select changes -> 0 ->> 'project', id from job where queued_at > ${from} order by 1, 2`,
      `insert into job_count select owner_id, kind, state, outcome, count(*), count(*) from job where queued_at > ${from} group by 1, 2, 3, 4`,
      ...rows.map(({ definition }) => definition),
      // Autovacuum does it within a minute.
      'vacuum (analyze)',
    ])
      await client.query(statement);
  } finally {
    await client.end();
  }
}
