// Owns the document about the marks of a job's log. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

/** The lines by which one finds one's way: those after the cursor that exist, then those that come. */
export const JobLogMarksSubscription = graphql(`
  subscription JobLogMarks($jobId: ID!, $after: Int!) {
    jobLogMarks(jobId: $jobId, after: $after) {
      marks { number at kind text }
      cursor
      complete
    }
  }
`);
