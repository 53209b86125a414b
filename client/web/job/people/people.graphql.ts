// Owns the GraphQL documents about who looks at a job and who is responsible for it. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

export const JobWatchersSubscription = graphql(`
  subscription JobWatchers($jobId: ID!) {
    jobWatchers(jobId: $jobId) { user { id name } since }
  }
`);

export const HandOverJobMutation = graphql(`
  mutation HandOverJob($input: HandOverJobInput!) {
    handOverJob(input: $input) {
      __typename
      ... on HandOverJobSuccess { job { ...JobDetail } }
      ... on Refusal { message }
    }
  }
`);
