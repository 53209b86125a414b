import { Migration } from '@mikro-orm/migrations';

export class Migration20261130103813_history extends Migration {
  override name = 'Migration20261130103813_history';

  override up(): void | Promise<void> {
    this.addSql(`drop index \`job_finished\`;`);
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
    // The projects of changes by which jobs are found: parsing the changes of all jobs takes a second for 100,000.
    this.addSql(
      `create table job_project (project text not null, job_id integer not null, primary key (project, job_id)) without rowid;`,
    );
    this.addSql(
      `insert or ignore into job_project select json_extract(c.value, '$.project'), job.id from job, json_each(job.changes) c where json_extract(c.value, '$.project') is not null;`,
    );
    this.addSql(`create trigger job_project_insert after insert on job begin
      insert or ignore into job_project select json_extract(c.value, '$.project'), new.id from json_each(new.changes) c where json_extract(c.value, '$.project') is not null;
    end;`);
    this.addSql(`create trigger job_project_update after update of changes on job begin
      delete from job_project where job_id = old.id and project in (select json_extract(c.value, '$.project') from json_each(old.changes) c);
      insert or ignore into job_project select json_extract(c.value, '$.project'), new.id from json_each(new.changes) c where json_extract(c.value, '$.project') is not null;
    end;`);
    this.addSql(`create trigger job_project_delete after delete on job begin
      delete from job_project where job_id = old.id and project in (select json_extract(c.value, '$.project') from json_each(old.changes) c);
    end;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger job_project_insert;`);
    this.addSql(`drop trigger job_project_update;`);
    this.addSql(`drop trigger job_project_delete;`);
    this.addSql(`drop table job_project;`);
    this.addSql(`drop index \`interaction_answered\`;`);

    this.addSql(`drop index \`job_ended\`;`);
    this.addSql(`drop index \`job_ended_as\`;`);
    this.addSql(`drop index \`job_ended_owner\`;`);
    this.addSql(
      `create index "job_finished" on "job" ("finished_at") where "removed_at" is null and "finished_at" is not null;`,
    );

    this.addSql(`drop index \`job_stage_ended\`;`);
  }
}
