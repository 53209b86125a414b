// Owns filling a database with many ended jobs and audit entries by SQL. Not what is measured with them (growth.ts).
import pg from 'pg';
import type { Database } from '../../schema/model/store/database.ts';

/** Of so many jobs one is lost, and one audit entry has a rare action. */
const rare = 5_000;

/** The rows with the numbers after `from`, up to `to`, and how the dialect writes their values. */
interface Rows {
  readonly series: string;
  readonly changes: string;
  readonly word: string;
}

/** The statements that insert jobs and audit entries. Pure. */
const inserts = ({ series, changes, word }: Rows, owner: number): readonly string[] => [
  `insert into job (kind, state, outcome, lane, changes, title, owner_id, queued_at, started_at, finished_at, compacted_at, revision)
   ${series} select 'backport', case when n % ${rare} = 0 then 'lost' else 'succeeded' end,
     case when n % ${rare} = 0 then 'lost' else 'deployed' end, 'default', ${changes}, 'Change the sidebar ' || ${word},
     ${owner}, n, n, n, 1, 3 from s`,
  `insert into audit_entry (at, user_id, action, job_id, detail)
   ${series} select n, ${owner}, case when n % ${rare} = 0 then 'hold' else 'start' end, n, 'bench' from s`,
];

/** Adds ended jobs and audit entries with the numbers after `from`, up to `to`, and computes the statistics of the planner. */
export async function fillJobs(db: Database, owner: number, from: number, to: number): Promise<void> {
  if (db.dialect === 'postgresql') return await fillPostgreSql(db.url, owner, from, to);
  const statements = inserts(
    {
      series: `with recursive s(n) as (select ${from + 1} union all select n + 1 from s where n < ${to})`,
      changes:
        "json_array(json_object('number', cast(1000000 + n as text), 'commitMessage', replace(hex(zeroblob(300)), '0', 'm')))",
      word: 'lower(hex(n * 2654435761 % 4294967296))',
    },
    owner,
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
async function fillPostgreSql(url: string, owner: number, from: number, to: number): Promise<void> {
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
          changes:
            "jsonb_build_array(jsonb_build_object('number', (1000000 + n)::text, 'commitMessage', repeat('m', 600)))",
          word: 'md5(n::text)',
        },
        owner,
      ),
      `insert into job_search select id, title, array[changes -> 0 ->> 'number'] from job where queued_at > ${from}`,
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
