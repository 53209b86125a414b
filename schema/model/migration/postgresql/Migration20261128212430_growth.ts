import { Migration } from '@mikro-orm/migrations';

export class Migration20261128212430_growth extends Migration {
  override name = 'Migration20261128212430_growth';

  override up(): void | Promise<void> {
    this.addSql(`create index "job_listed" on "job" ("state", "outcome", "id") where "removed_at" is null;`);
    this.addSql(
      `create index "job_listed_owner" on "job" ("owner_id", "state", "outcome", "id") where "removed_at" is null;`,
    );
    this.addSql(`create index "job_withdrawn" on "job" ("id") where "removed_at" is not null;`);
    this.addSql(
      `create index "job_finished" on "job" ("finished_at") where "removed_at" is null and "finished_at" is not null;`,
    );
    this.addSql(
      `create index "job_uncompacted" on "job" ("finished_at") where "compacted_at" is null and "removed_at" is null and "finished_at" is not null;`,
    );

    this.addSql(`drop index "audit_entry_user_id_index";`);
    this.addSql(`create index "audit_entry_action" on "audit_entry" ("action", "id");`);
    this.addSql(`create index "audit_entry_user" on "audit_entry" ("user_id", "id");`);
    this.addSql(`create index "audit_entry_at" on "audit_entry" ("at");`);
    this.addSql(
      `create index "audit_entry_job" on "audit_entry" ("job_id", "id") where "job_id" is not null;`,
    );

    // How many jobs there are of each owner, kind, state and outcome, and how many have ever ended: counting the jobs themselves takes longer with
    // each job. Each change adds rows, because a shared row would be locked until the commit of the transaction that changes it; foldJobCounts adds them up.
    this.addSql(
      `create table job_count (owner_id int not null, kind text not null, state text not null, outcome text not null, total bigint not null, ended bigint not null);`,
    );
    this.addSql(`insert into job_count select owner_id, kind, state, coalesce(outcome, ''), count(*) filter (where removed_at is null), count(*) filter (where state in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled'))
      from job group by 1, 2, 3, 4;`);
    this.addSql(`create function job_count_change() returns trigger language plpgsql set search_path from current as $$
    begin
      if tg_op = 'UPDATE' and (old.owner_id, old.kind, old.state, coalesce(old.outcome, ''), old.removed_at is null) = (new.owner_id, new.kind, new.state, coalesce(new.outcome, ''), new.removed_at is null) then return null; end if;
      if tg_op <> 'INSERT' and old.removed_at is null then
        insert into job_count values (old.owner_id, old.kind, old.state, coalesce(old.outcome, ''), -1, 0);
      end if;
      if tg_op <> 'DELETE' then
        insert into job_count values (new.owner_id, new.kind, new.state, coalesce(new.outcome, ''), (new.removed_at is null)::int,
          (new.state in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled') and (tg_op = 'INSERT' or old.state not in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled')))::int);
      end if;
      return null;
    end $$;`);
    this.addSql(
      `create trigger job_count_change after insert or delete or update of owner_id, kind, state, outcome, removed_at on job for each row execute function job_count_change();`,
    );
    // The parts of titles and the numbers of changes by which jobs are found. Not pg_trgm: an extension needs a privilege, and the package with it.
    this.addSql(`create function job_trigrams(value text) returns text[] language sql immutable strict parallel safe as $$
      select coalesce(array_agg(distinct substr(lower(value), n, 3)), '{}') from generate_series(1, length(lower(value)) - 2) n $$;`);
    this.addSql(
      `create table job_search (job_id int primary key references job (id) on delete cascade, title text not null, numbers text[] not null);`,
    );
    this.addSql(
      `insert into job_search select id, title, array(select change ->> 'number' from jsonb_array_elements(changes) change where change ->> 'number' is not null) from job;`,
    );
    this.addSql(
      `create index job_search_title on job_search using gin (job_trigrams(title)) with (fastupdate = off);`,
    );
    this.addSql(`create index job_search_numbers on job_search using gin (numbers) with (fastupdate = off);`);
    this.addSql(`create function job_search_change() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into job_search values (new.id, new.title, array(select change ->> 'number' from jsonb_array_elements(new.changes) change where change ->> 'number' is not null))
        on conflict (job_id) do update set title = excluded.title, numbers = excluded.numbers;
      return null;
    end $$;`);
    this.addSql(
      `create trigger job_search_change after insert or update of title, changes on job for each row execute function job_search_change();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger job_count_change on job;`);
    this.addSql(`drop trigger job_search_change on job;`);
    this.addSql(`drop function job_count_change;`);
    this.addSql(`drop function job_search_change;`);
    this.addSql(`drop table job_count;`);
    this.addSql(`drop table job_search;`);
    this.addSql(`drop function job_trigrams;`);

    this.addSql(`drop index "audit_entry_action";`);
    this.addSql(`drop index "audit_entry_user";`);
    this.addSql(`drop index "audit_entry_at";`);
    this.addSql(`drop index "audit_entry_job";`);
    this.addSql(`create index "audit_entry_user_id_index" on "audit_entry" ("user_id");`);

    this.addSql(`drop index "job_listed";`);
    this.addSql(`drop index "job_listed_owner";`);
    this.addSql(`drop index "job_withdrawn";`);
    this.addSql(`drop index "job_finished";`);
    this.addSql(`drop index "job_uncompacted";`);
  }
}
