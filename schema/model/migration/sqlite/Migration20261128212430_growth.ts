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

    this.addSql(`create index \`audit_entry_action\` on \`audit_entry\` (\`action\`, \`id\`);`);
    this.addSql(`create index \`audit_entry_user\` on \`audit_entry\` (\`user_id\`, \`id\`);`);
    this.addSql(`create index \`audit_entry_at\` on \`audit_entry\` (\`at\`);`);
    this.addSql(
      `create index "audit_entry_job" on "audit_entry" ("job_id", "id") where "job_id" is not null;`,
    );

    // How many jobs there are of each owner, kind, state and outcome, and how many have ever ended: counting the jobs themselves takes longer with each job.
    this.addSql(
      `create table job_count (owner_id integer not null, kind text not null, state text not null, outcome text not null, total integer not null, ended integer not null, primary key (owner_id, kind, state, outcome)) without rowid;`,
    );
    this.addSql(`insert into job_count select owner_id, kind, state, coalesce(outcome, ''), sum(removed_at is null), sum(state in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled'))
      from job group by 1, 2, 3, 4;`);
    this.addSql(`create trigger job_count_insert after insert on job when new.removed_at is null begin
      insert into job_count (owner_id, kind, state, outcome, total, ended) values (new.owner_id, new.kind, new.state, coalesce(new.outcome, ''), 1, new.state in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled'))
      on conflict do update set total = total + excluded.total, ended = ended + excluded.ended;
    end;`);
    this.addSql(`create trigger job_count_update after update of owner_id, kind, state, outcome, removed_at on job
      when old.owner_id <> new.owner_id or old.kind <> new.kind or old.state <> new.state or old.outcome is not new.outcome or (old.removed_at is null) <> (new.removed_at is null) begin
      insert into job_count (owner_id, kind, state, outcome, total, ended) values (old.owner_id, old.kind, old.state, coalesce(old.outcome, ''), -(old.removed_at is null), 0)
      on conflict do update set total = total + excluded.total, ended = ended + excluded.ended;
      insert into job_count (owner_id, kind, state, outcome, total, ended) values (new.owner_id, new.kind, new.state, coalesce(new.outcome, ''), new.removed_at is null, new.state in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled') and old.state not in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled'))
      on conflict do update set total = total + excluded.total, ended = ended + excluded.ended;
    end;`);
    this.addSql(`create trigger job_count_delete after delete on job when old.removed_at is null begin
      insert into job_count (owner_id, kind, state, outcome, total, ended) values (old.owner_id, old.kind, old.state, coalesce(old.outcome, ''), -1, 0)
      on conflict do update set total = total + excluded.total, ended = ended + excluded.ended;
    end;`);
    // The parts of titles and the numbers of changes by which jobs are found.
    this.addSql(`create virtual table job_title using fts5(title, tokenize='trigram');`);
    this.addSql(`insert into job_title (rowid, title) select id, title from job;`);
    this.addSql(
      `create table job_number (number text not null, job_id integer not null, primary key (number, job_id)) without rowid;`,
    );
    this.addSql(
      `insert or ignore into job_number select json_extract(c.value, '$.number'), job.id from job, json_each(job.changes) c where json_extract(c.value, '$.number') is not null;`,
    );
    this.addSql(`create trigger job_search_insert after insert on job begin
      insert into job_title (rowid, title) values (new.id, new.title);
      insert or ignore into job_number select json_extract(c.value, '$.number'), new.id from json_each(new.changes) c where json_extract(c.value, '$.number') is not null;
    end;`);
    this.addSql(`create trigger job_search_update after update of title, changes on job begin
      update job_title set title = new.title where rowid = new.id;
      delete from job_number where job_id = old.id and number in (select json_extract(c.value, '$.number') from json_each(old.changes) c);
      insert or ignore into job_number select json_extract(c.value, '$.number'), new.id from json_each(new.changes) c where json_extract(c.value, '$.number') is not null;
    end;`);
    this.addSql(`create trigger job_search_delete after delete on job begin
      delete from job_title where rowid = old.id;
      delete from job_number where job_id = old.id and number in (select json_extract(c.value, '$.number') from json_each(old.changes) c);
    end;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger job_count_insert;`);
    this.addSql(`drop trigger job_count_update;`);
    this.addSql(`drop trigger job_count_delete;`);
    this.addSql(`drop trigger job_search_insert;`);
    this.addSql(`drop trigger job_search_update;`);
    this.addSql(`drop trigger job_search_delete;`);
    this.addSql(`drop table job_count;`);
    this.addSql(`drop table job_title;`);
    this.addSql(`drop table job_number;`);

    this.addSql(`drop index \`audit_entry_action\`;`);
    this.addSql(`drop index \`audit_entry_user\`;`);
    this.addSql(`drop index \`audit_entry_at\`;`);
    this.addSql(`drop index \`audit_entry_job\`;`);

    this.addSql(`drop index \`job_listed\`;`);
    this.addSql(`drop index \`job_listed_owner\`;`);
    this.addSql(`drop index \`job_withdrawn\`;`);
    this.addSql(`drop index \`job_finished\`;`);
    this.addSql(`drop index \`job_uncompacted\`;`);
  }
}
