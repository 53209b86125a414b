// Owns the GraphQL documents about jobs. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';
import type { JobFilter } from '../../generated/graphql.ts';

/** What the overview shows of a job: in a row of the history, in the queue, or in the card of an active job. */
export const JobSummary = graphql(`
  fragment JobSummary on Job {
    id
    kind
    state
    ended
    lane
    host
    title
    owner { id name }
    responsible { id name }
    changes { number url subject project owner }
    status
    progress { name total inFlight ok failed finished remaining percent done }
    pendingInteraction { ...Question }
    queuedAt
    startedAt
    finishedAt
    outcome
    reason
    lastError { number text }
    retryOfJob { id }
    remaining { name pid since }
    notRespondingSince
    timeLeft { median p90 at late lateAt }
    expectedStartAt
  }
`);

/** What the job's page shows, without the log. */
export const JobDetail = graphql(`
  fragment JobDetail on Job {
    ...JobSummary
    changes { number url subject project branch owner status commitMessage verified }
    interactions(last: 100) { ...Question }
    firstInteraction: interactions(first: 1) { id }
    stops(last: 100) { id mode requestedBy { id name } requestedAt handledAt }
    canRetry
    canRevert
    exitStatus
    exitSignal
    command
    lastStatus
    behindSince
    logLineCount
    sameErrorBefore { id }
    stages { name usual { median p90 } }
    health { watchedUntil }
    errorWatch { state at until text }
  }
`);

/** The job with the last lines of its log, so that both appear at the same time. */
export const JobQuery = graphql(`
  query Job($id: ID!, $lines: Int!) {
    job(id: $id) {
      ...JobDetail
      log(last: $lines) { ...LogPart }
    }
  }
`);

/** Lines requested together with the job: a tall screen, and the rows drawn around it. */
const firstLines = 200;

/** The variables of {@link JobQuery}. */
export const firstOfJob = (id: string) => ({ id, lines: firstLines });

export const JobUpdatesSubscription = graphql(`
  subscription JobUpdates($id: ID!) {
    jobUpdates(id: $id) { ...JobDetail }
  }
`);

export const JobsQuery = graphql(`
  query Jobs($first: Int!, $after: String, $filter: JobFilter) {
    jobs(first: $first, after: $after, filter: $filter, order: ENDED) {
      nodes { ...JobSummary }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** How many jobs a page of the history has. */
export const pageSize = 20;

/** The variables of {@link JobsQuery} for the first page. @param filter null for all jobs */
export const firstJobs = (filter: JobFilter | null) => ({ after: null, filter, first: pageSize });

/** A separate query: the first page does not wait for the count, for which a filter looks at all jobs. */
export const JobCountQuery = graphql(`
  query JobCount($filter: JobFilter) {
    jobs(first: 1, filter: $filter, order: ENDED) { totalCount }
  }
`);

/** Of jobs that have not ended: the first few. */
export const UnendedJobsQuery = graphql(`
  query UnendedJobs($filter: JobFilter) {
    jobs(first: 5, filter: $filter) { nodes { id state ended outcome } totalCount }
  }
`);

export const AnyJobUpdatesSubscription = graphql(`
  subscription AnyJobUpdates {
    jobUpdates { ...JobSummary }
  }
`);

export const StartBackportMutation = graphql(`
  mutation StartBackport($input: StartBackportInput!) {
    startBackport(input: $input) {
      __typename
      ... on StartBackportSuccess { job { id } }
      ... on InvalidChanges { message problems { input message unverifiable } }
      ... on UnknownLane { message }
      ... on GerritUnavailable { message }
      ... on DeploymentsHeld { message }
    }
  }
`);
