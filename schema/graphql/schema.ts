// Owns the schema, assembled from the modules of all nouns. Defines no type itself.
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { metered } from './meter.ts';
import './user.ts';
import './session.ts';
import './token.ts';
import './second-factor.ts';
import './person.ts';
import './hold.ts';
import './audit.ts';
import './change.ts';
import './log.ts';
import './interaction.ts';
import './stop.ts';
import './job.ts';
import './job-run.ts';
import './job-part.ts';
import './job-refusal.ts';
import './job-list.ts';
import './start-job.ts';
import './retry-job.ts';
import './revert-job.ts';
import './move-job.ts';
import './runner.ts';
import './health.ts';
import './system.ts';

export const schema: GraphQLSchema = metered(builder.toSchema());
