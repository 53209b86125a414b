import { Migration } from '@mikro-orm/migrations';

/** Indexes of jobs, and of what belongs to them, by name. */
const indexes: Readonly<Record<string, string>> = {
  job_ended: `"job" ("finished_at", "id", "state", "outcome", "owner_id", "kind", "lane", "queued_at", "started_at", "error_fingerprint", "removed_at") where "removed_at" is null and "finished_at" is not null`,
  job_ended_as: `"job" ("state", "outcome", "finished_at", "id", "removed_at") where "removed_at" is null and "finished_at" is not null`,
  job_ended_owner: `"job" ("owner_id", "state", "outcome", "finished_at", "id", "removed_at") where "removed_at" is null and "finished_at" is not null`,
  job_kind: `"job" ("kind", "id") where "removed_at" is null`,
  job_stage_ended: `"job_stage" ("name", "job_id", "finished_at") where "finished_at" is not null`,
  interaction_answered: `"interaction" ("key", "job_id", "answered_at") where "answered_at" is not null`,
  job_search_short: `job_search using gin (job_short_parts(title)) with (fastupdate = off)`,
};

/** An expression for the parts of a length of `value`, and what remains at its end. Each term skips one more character at the beginning. */
const partsOf = (length: number): string =>
  Array.from(
    { length },
    (_, skipped) =>
      `string_to_array(regexp_replace(substr(lower(value), ${skipped + 1}), '(${'.'.repeat(length)})', E'\\\\1\\x01', 'g'), E'\\x01')`,
  ).join(' || ');

/** A function that selects jobs by a part of their titles. Settings, because for a frequent part the planner would compute the parts of all titles. */
const jobsTitled = (
  name: string,
  condition: string,
): string => `create or replace function ${name}(part text, pattern text, most int) returns setof int language sql stable
  set enable_seqscan = off set enable_indexscan = off set search_path from current as $$
  select job_id from job_search where ${condition} and title ilike pattern escape '\\' limit most $$;`;

/** How many jobs are locked, for some milliseconds, while their projects are read. */
const batch = 500;

/**
 * Makes what lists of jobs are found by. It runs online: each statement is a transaction, none locks jobs for long, and all can be repeated after an
 * interruption. A database may have a part of it from an earlier form of the migration `history`.
 */
export class Migration20261130143715_search extends Migration {
  override name = 'Migration20261130143715_search';

  override up(): void {
    this.#addProjects();
    this.#addParts();
    this.#addIndexes();
  }

  /** The projects of changes by which jobs are found. A job keeps its row while it is read, so that no project of a deleted job is added. */
  #addProjects(): void {
    this.addSql(
      `create table if not exists job_project (project text not null, job_id int not null, primary key (project, job_id));`,
    );
    this.addSql(`create or replace function job_project_change() returns trigger language plpgsql set search_path from current as $$
    begin
      if tg_op <> 'INSERT' then
        delete from job_project where job_id = old.id and project in (select change ->> 'project' from jsonb_array_elements(old.changes) change);
      end if;
      if tg_op <> 'DELETE' then
        insert into job_project select change ->> 'project', new.id from jsonb_array_elements(new.changes) change where change ->> 'project' is not null on conflict do nothing;
      end if;
      return null;
    end $$;`);
    this.addSql(
      `create or replace trigger job_project_change after insert or delete or update of changes on job for each row execute function job_project_change();`,
    );
    this.addSql(`do $$ declare last int := (select coalesce(max(id), 0) from job); begin
      for before in 0..last by ${batch} loop
        insert into job_project select change ->> 'project', job.id
          from (select id, changes from job where id > before and id <= before + ${batch} for share) job, jsonb_array_elements(job.changes) change
          where change ->> 'project' is not null on conflict do nothing;
        commit;
      end loop;
    end $$;`);
    this.addSql(`create or replace function job_search_change() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into job_search (job_id, title, numbers) values (new.id, new.title, array(select change ->> 'number' from jsonb_array_elements(new.changes) change where change ->> 'number' is not null))
        on conflict (job_id) do update set title = excluded.title, numbers = excluded.numbers;
      return null;
    end $$;`);
    this.addSql(`alter table job_search drop column if exists projects;`);
  }

  /** The parts of titles. Expressions that PostgreSQL inlines are computed in a quarter of the time of a query. Entries of an index from before remain valid. */
  #addParts(): void {
    this.addSql(
      `create or replace function job_trigrams(value text) returns text[] language sql immutable parallel safe as $$ select ${partsOf(3)} $$;`,
    );
    this.addSql(
      `create or replace function job_short_parts(value text) returns text[] language sql immutable parallel safe as $$ select string_to_array(lower(value), null) || ${partsOf(2)} $$;`,
    );
    this.addSql(
      jobsTitled(
        'job_titled',
        'job_trigrams(title) @> array(select found from unnest(job_trigrams(part)) found where length(found) = 3)',
      ),
    );
    this.addSql(jobsTitled('job_titled_short', 'job_short_parts(title) @> array[lower(part)]'));
  }

  #addIndexes(): void {
    // An interruption of "create index concurrently" leaves an index that is not used.
    const names = Object.keys(indexes).map((name) => `'${name}'`);
    this.addSql(`do $$ declare found regclass; begin
      for found in select indexrelid from pg_index where not indisvalid and indexrelid in (select to_regclass(name) from unnest(array[${names.join(', ')}]) name) loop
        execute 'drop index ' || found;
      end loop;
    end $$;`);
    for (const [name, definition] of Object.entries(indexes))
      this.addSql(`create index concurrently if not exists ${name} on ${definition};`);
    this.addSql(`drop index concurrently if exists job_finished;`);
  }

  override down(): void {
    this.addSql(
      `create index "job_finished" on "job" ("finished_at") where "removed_at" is null and "finished_at" is not null;`,
    );
    for (const name of Object.keys(indexes)) this.addSql(`drop index ${name};`);
    this.addSql(`drop function job_titled_short;`);
    this.addSql(`drop function job_titled;`);
    this.addSql(`drop function job_short_parts;`);
    this.addSql(`drop table job_project;`);
    this.addSql(`drop trigger job_project_change on job;`);
    this.addSql(`drop function job_project_change;`);
  }
}
