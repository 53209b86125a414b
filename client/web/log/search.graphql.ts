// Owns the document about searching a job's log. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

/** Searches from the first line to the last, and on as lines come; ending the subscription ends the search. */
export const JobLogSearchSubscription = graphql(`
  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {
    jobLogSearch(jobId: $jobId, search: $search) {
      lineNumbers
      count
      cursor
      complete
    }
  }
`);
