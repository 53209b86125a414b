import { Migration } from '@mikro-orm/migrations';

export class Migration20261130103816_history extends Migration {
  override name = 'Migration20261130103816_history';

  override up(): void | Promise<void> {
    this.addSql(`drop index "job_finished";`);
    this.addSql(
      `create index "job_ended" on "job" ("finished_at", "id", "state", "outcome", "owner_id", "kind", "lane", "queued_at", "started_at", "error_fingerprint", "removed_at") where "removed_at" is null and "finished_at" is not null;`,
    );
    this.addSql(
      `create index "job_ended_as" on "job" ("state", "outcome", "finished_at", "id", "removed_at") where "removed_at" is null and "finished_at" is not null;`,
    );
    this.addSql(
      `create index "job_ended_owner" on "job" ("owner_id", "state", "outcome", "finished_at", "id", "removed_at") where "removed_at" is null and "finished_at" is not null;`,
    );

    this.addSql(
      `create index "job_stage_ended" on "job_stage" ("name", "job_id", "finished_at") where "finished_at" is not null;`,
    );

    this.addSql(
      `create index "interaction_answered" on "interaction" ("key", "job_id", "answered_at") where "answered_at" is not null;`,
    );
    // The jobs with a part of a title. For a frequent part, the planner would compute the trigrams of all titles, which takes ten seconds for 100,000 jobs.
    this.addSql(`create function job_titled(part text, pattern text, most int) returns setof int language sql stable
      set enable_seqscan = off set enable_indexscan = off set search_path from current as $$
      select job_id from job_search where job_trigrams(title) @> job_trigrams(part) and title ilike pattern escape '\\' limit most $$;`);
    // The projects of changes by which jobs are found, as their numbers are.
    this.addSql(`alter table job_search add column projects text[] not null default '{}';`);
    // An update writes new rows, each with an entry for each trigram. To create the indexes again takes a third of the time, and leaves no dead entries in them.
    this.addSql(`drop index job_search_title, job_search_numbers;`);
    this.addSql(
      `update job_search set projects = array(select change ->> 'project' from jsonb_array_elements(job.changes) change where change ->> 'project' is not null)
      from job where job.id = job_search.job_id;`,
    );
    this.addSql(
      `create index job_search_title on job_search using gin (job_trigrams(title)) with (fastupdate = off);`,
    );
    this.addSql(`create index job_search_numbers on job_search using gin (numbers) with (fastupdate = off);`);
    this.addSql(
      `create index job_search_projects on job_search using gin (projects) with (fastupdate = off);`,
    );
    this.addSql(`create or replace function job_search_change() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into job_search (job_id, title, numbers, projects) values (new.id, new.title, array(select change ->> 'number' from jsonb_array_elements(new.changes) change where change ->> 'number' is not null),
        array(select change ->> 'project' from jsonb_array_elements(new.changes) change where change ->> 'project' is not null))
        on conflict (job_id) do update set title = excluded.title, numbers = excluded.numbers, projects = excluded.projects;
      return null;
    end $$;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`create or replace function job_search_change() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into job_search (job_id, title, numbers) values (new.id, new.title, array(select change ->> 'number' from jsonb_array_elements(new.changes) change where change ->> 'number' is not null))
        on conflict (job_id) do update set title = excluded.title, numbers = excluded.numbers;
      return null;
    end $$;`);
    this.addSql(`alter table job_search drop column projects;`);
    this.addSql(`drop function job_titled;`);
    this.addSql(`drop index "interaction_answered";`);

    this.addSql(`drop index "job_ended";`);
    this.addSql(`drop index "job_ended_as";`);
    this.addSql(`drop index "job_ended_owner";`);
    this.addSql(
      `create index "job_finished" on "job" ("finished_at") where "removed_at" is null and "finished_at" is not null;`,
    );

    this.addSql(`drop index "job_stage_ended";`);
  }
}
