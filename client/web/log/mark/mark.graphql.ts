// Owns the GraphQL document for the marks of a log. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

/** Marks after the cursor, existing and new ones. */
export const JobLogMarksSubscription = graphql(`
  subscription JobLogMarks($jobId: ID!, $after: Int!) {
    jobLogMarks(jobId: $jobId, after: $after) {
      marks { number at kind text }
      cursor
      complete
    }
  }
`);
