// Owns the GraphQL documents that the client for tools sends (client.ts).
import { graphql } from '../generated/gql.ts';

export const ToolQuestion = graphql(`
  fragment ToolQuestion on Interaction {
    id
    kind
    key
    prompt
    choices { label code }
    default
    askedAt
    answer
    answeredBy { id name }
    answeredAt
  }
`);

export const ToolJob = graphql(`
  fragment ToolJob on Job {
    id
    kind
    state
    ended
    outcome
    command
    lane
    host
    title
    owner { id name }
    responsible { id name }
    changes { number url subject project branch }
    status
    progress { name total inFlight ok failed finished remaining percent done }
    pendingInteraction { ...ToolQuestion }
    queuedAt
    startedAt
    finishedAt
    exitStatus
    exitSignal
    reason
    lastStatus
    lastError { number text }
    retryOfJob { id }
    behindSince
    logLineCount
    remaining { name pid since }
    timeLeft { median p90 at late lateAt }
    expectedStartAt
  }
`);

export const ToolStartPreviewQuery = graphql(`
  query ToolStartPreview($search: String!, $first: Int!, $changes: [ID!]!) {
    changes(search: $search, first: $first) {
      nodes { number subject project branch owner status problem warnings }
      unavailable
    }
    changeOrder(changes: $changes) {
      order
      missing { change { number subject project branch } neededBy outdated addable }
      missingCount
      unknown
      cycle
      complete
      unavailable
    }
  }
`);

export const ToolTrainQuery = graphql(`
  query ToolTrain {
    train {
      ...TrainState
      groups { name wikiCount versions { version wikiCount wikis } }
      task { id url version status date }
      blockers { id title status url }
      sources { name readAt problem }
      next { ...TrainState }
    }
  }
`);

export const ToolErrorLogQuery = graphql(`
  query ToolErrorLog(
    $minutes: Int
    $first: Int
    $text: String
    $version: String
    $target: ErrorTarget
    $onlyNew: Boolean
  ) {
    errorLog {
      source { readAt problem failingSince }
      dashboardUrl
      range(minutes: $minutes) {
        from
        to
        total { errors minutes perMinute }
        verdict { kind text basis factor }
        targets { target count }
        messageCount
        newMessageCount
        otherErrors
        messages(first: $first, text: $text, version: $version, target: $target, onlyNew: $onlyNew) {
          id
          text
          isNew
          count
          before
          firstSeenAt
          lastSeenAt
          versions { name count }
          wikis { name count }
          targets { target count }
        }
      }
    }
  }
`);

export const ToolStartTrainMutation = graphql(`
  mutation ToolStartTrain($input: StartTrainInput!) {
    startTrain(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on StartTrainSuccess { job { ...ToolJob } }
      ... on InvalidTrain { problems { code message } }
      ... on TrainChanged { changes }
    }
  }
`);

export const ToolLogBatch = graphql(`
  fragment ToolLogBatch on JobLogBatch {
    lines { number at kind text sensitive continues }
    partial { at text sensitive }
    cursor
    complete
  }
`);

export const ToolQueuedJob = graphql(`
  fragment ToolQueuedJob on Job {
    id
    kind
    state
    title
    owner { id name }
    responsible { id name }
    lane
    status
    pendingInteraction { id prompt }
    queuedAt
    startedAt
    expectedStartAt
  }
`);

export const ToolSystem = graphql(`
  fragment ToolSystem on System {
    version
    simulated
    gerritUrl
    lanes
    hold { id reason by { id name } since endsAt }
    runners { id host lanes online simulated startedAt seenAt }
    activeJobs { ...ToolQueuedJob }
    queuedJobs { ...ToolQueuedJob }
  }
`);

export const ToolViewerQuery = graphql(`
  query ToolViewer {
    viewer { user { id name } role canDeploy }
  }
`);

export const ToolJobQuery = graphql(`
  query ToolJob($id: ID!) {
    job(id: $id) { ...ToolJob }
  }
`);

export const ToolJobsQuery = graphql(`
  query ToolJobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = QUEUED) {
    jobs(first: $first, after: $after, filter: $filter, order: $order) {
      nodes { ...ToolJob }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const ToolLogQuery = graphql(`
  query ToolLog($jobId: ID!, $after: Int, $first: Int, $last: Int) {
    job(id: $jobId) {
      id
      log(after: $after, first: $first, last: $last) { ...ToolLogBatch }
    }
  }
`);

export const ToolInteractionsQuery = graphql(`
  query ToolInteractions($id: ID!, $after: ID) {
    job(id: $id) { id interactions(after: $after, first: 100) { ...ToolQuestion } }
  }
`);

export const ToolSystemQuery = graphql(`
  query ToolSystemState {
    system { ...ToolSystem }
  }
`);

export const ToolHealthQuery = graphql(`
  query ToolHealth {
    system { database { state since message } }
  }
`);

export const ToolRevealMutation = graphql(`
  mutation ToolReveal($input: RevealLinesInput!) {
    revealLines(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on RevealLinesSuccess { lines { number text } }
    }
  }
`);

export const ToolStartBackportMutation = graphql(`
  mutation ToolStartBackport($input: StartBackportInput!) {
    startBackport(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on StartBackportSuccess { job { ...ToolJob } }
      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }
      ... on InvalidChanges { problems { input code message } }
      ... on UnknownLane { lanes }
    }
  }
`);

export const ToolAnswerInteractionMutation = graphql(`
  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {
    answerInteraction(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }
      ... on InteractionAlreadyAnswered { interaction { ...ToolQuestion } }
    }
  }
`);

export const ToolStopJobMutation = graphql(`
  mutation ToolStopJob($input: StopJobInput!) {
    stopJob(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on StopJobSuccess { job { ...ToolJob } }
      ... on JobAlreadyEnded { job { ...ToolJob } }
    }
  }
`);

export const ToolHandOverJobMutation = graphql(`
  mutation ToolHandOverJob($input: HandOverJobInput!) {
    handOverJob(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on HandOverJobSuccess { job { ...ToolJob } }
    }
  }
`);

export const ToolRetryJobMutation = graphql(`
  mutation ToolRetryJob($input: RetryJobInput!) {
    retryJob(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on RetryJobSuccess { job { ...ToolJob } }
      ... on JobNotEnded { job { ...ToolJob } }
      ... on JobNotRetryable { job { ...ToolJob } }
      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }
      ... on InvalidChanges { problems { input code message } }
    }
  }
`);

export const ToolRevertJobMutation = graphql(`
  mutation ToolRevertJob($input: RevertJobInput!) {
    revertJob(input: $input) {
      __typename
      ... on Refusal { code message }
      ... on RevertJobSuccess { job { ...ToolJob } }
      ... on JobNotEnded { job { ...ToolJob } }
      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }
      ... on InvalidChanges { problems { input code message } }
      ... on UnknownLane { lanes }
    }
  }
`);

export const ToolJobUpdatesSubscription = graphql(`
  subscription ToolJobUpdates($id: ID!) {
    jobUpdates(id: $id) { ...ToolJob }
  }
`);

export const ToolAllJobsSubscription = graphql(`
  subscription ToolAllJobs {
    jobUpdates { ...ToolJob }
  }
`);

export const ToolSystemSubscription = graphql(`
  subscription ToolSystemUpdates {
    systemUpdates { ...ToolSystem }
  }
`);

export const ToolJobLogSubscription = graphql(`
  subscription ToolJobLog($jobId: ID!, $after: Int!) {
    jobLog(jobId: $jobId, after: $after) { ...ToolLogBatch }
  }
`);

export const ToolMarksSubscription = graphql(`
  subscription ToolMarks($jobId: ID!, $after: Int!) {
    jobLogMarks(jobId: $jobId, after: $after) {
      marks { number at kind text }
      cursor
      complete
    }
  }
`);

export const ToolSearchSubscription = graphql(`
  subscription ToolSearch($jobId: ID!, $search: LogSearchInput!) {
    jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }
  }
`);
