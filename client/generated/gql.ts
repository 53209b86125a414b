/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n": typeof types.ToolQuestionFragmentDoc,
    "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    behindSince\n    logLineCount\n  }\n": typeof types.ToolJobFragmentDoc,
    "\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n": typeof types.ToolViewerDocument,
    "\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n": typeof types.ToolJobDocument,
    "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.ToolJobsDocument,
    "\n  query ToolLog($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n": typeof types.ToolLogDocument,
    "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message lanes }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.ToolStartBackportDocument,
    "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { message interaction { ...ToolQuestion } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": typeof types.ToolAnswerInteractionDocument,
    "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { message job { ...ToolJob } }\n      ... on JobNotFound { message }\n    }\n  }\n": typeof types.ToolStopJobDocument,
    "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message job { ...ToolJob } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.ToolRetryJobDocument,
    "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n": typeof types.ToolJobUpdatesDocument,
    "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n": typeof types.ToolJobLogDocument,
    "\n  fragment Question on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n  }\n": typeof types.QuestionFragmentDoc,
    "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": typeof types.AnswerInteractionDocument,
    "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    reason\n    retryOf\n  }\n": typeof types.JobSummaryFragmentDoc,
    "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions { ...Question }\n    stops { id mode requestedBy { id name } requestedAt handledAt }\n    exitStatus\n    exitSignal\n    behindSince\n    logLineCount\n  }\n": typeof types.JobDetailFragmentDoc,
    "\n  query Job($id: ID!) {\n    job(id: $id) { ...JobDetail }\n  }\n": typeof types.JobDocument,
    "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n": typeof types.JobUpdatesDocument,
    "\n  query Jobs($first: Int!, $after: String) {\n    jobs(first: $first, after: $after) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.JobsDocument,
    "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n": typeof types.AnyJobUpdatesDocument,
    "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.StartBackportDocument,
    "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.RetryJobDocument,
    "\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": typeof types.JobLogMarksDocument,
    "\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n": typeof types.JobLogSearchDocument,
    "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n": typeof types.LogLengthDocument,
    "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n": typeof types.JobLogDocument,
    "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n": typeof types.LogRangeDocument,
    "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n": typeof types.RevealLinesDocument,
    "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n": typeof types.StopJobDocument,
    "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n": typeof types.ViewerDocument,
    "\n  subscription SystemUpdates {\n    systemUpdates {\n      version\n      simulated\n      gerritUrl\n      database { since message }\n      lanes\n      runners { id host lanes online scap simulated }\n      activeJobs { ...JobSummary }\n      queuedJobs { ...JobSummary }\n      retention { days jobs }\n      sampleChanges { number subject project status }\n    }\n  }\n": typeof types.SystemUpdatesDocument,
};
const documents: Documents = {
    "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n": types.ToolQuestionFragmentDoc,
    "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    behindSince\n    logLineCount\n  }\n": types.ToolJobFragmentDoc,
    "\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n": types.ToolViewerDocument,
    "\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n": types.ToolJobDocument,
    "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.ToolJobsDocument,
    "\n  query ToolLog($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n": types.ToolLogDocument,
    "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message lanes }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.ToolStartBackportDocument,
    "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { message interaction { ...ToolQuestion } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": types.ToolAnswerInteractionDocument,
    "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { message job { ...ToolJob } }\n      ... on JobNotFound { message }\n    }\n  }\n": types.ToolStopJobDocument,
    "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message job { ...ToolJob } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.ToolRetryJobDocument,
    "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n": types.ToolJobUpdatesDocument,
    "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n": types.ToolJobLogDocument,
    "\n  fragment Question on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n  }\n": types.QuestionFragmentDoc,
    "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": types.AnswerInteractionDocument,
    "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    reason\n    retryOf\n  }\n": types.JobSummaryFragmentDoc,
    "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions { ...Question }\n    stops { id mode requestedBy { id name } requestedAt handledAt }\n    exitStatus\n    exitSignal\n    behindSince\n    logLineCount\n  }\n": types.JobDetailFragmentDoc,
    "\n  query Job($id: ID!) {\n    job(id: $id) { ...JobDetail }\n  }\n": types.JobDocument,
    "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n": types.JobUpdatesDocument,
    "\n  query Jobs($first: Int!, $after: String) {\n    jobs(first: $first, after: $after) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.JobsDocument,
    "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n": types.AnyJobUpdatesDocument,
    "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.StartBackportDocument,
    "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.RetryJobDocument,
    "\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": types.JobLogMarksDocument,
    "\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n": types.JobLogSearchDocument,
    "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n": types.LogLengthDocument,
    "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n": types.JobLogDocument,
    "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n": types.LogRangeDocument,
    "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n": types.RevealLinesDocument,
    "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n": types.StopJobDocument,
    "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n": types.ViewerDocument,
    "\n  subscription SystemUpdates {\n    systemUpdates {\n      version\n      simulated\n      gerritUrl\n      database { since message }\n      lanes\n      runners { id host lanes online scap simulated }\n      activeJobs { ...JobSummary }\n      queuedJobs { ...JobSummary }\n      retention { days jobs }\n      sampleChanges { number subject project status }\n    }\n  }\n": types.SystemUpdatesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n"): (typeof documents)["\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    behindSince\n    logLineCount\n  }\n"): (typeof documents)["\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    behindSince\n    logLineCount\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n"): (typeof documents)["\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n"): (typeof documents)["\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolLog($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n"): (typeof documents)["\n  query ToolLog($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message lanes }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message lanes }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { message interaction { ...ToolQuestion } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { message interaction { ...ToolQuestion } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { message job { ...ToolJob } }\n      ... on JobNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { message job { ...ToolJob } }\n      ... on JobNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message job { ...ToolJob } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message job { ...ToolJob } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n"): (typeof documents)["\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n"): (typeof documents)["\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Question on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n  }\n"): (typeof documents)["\n  fragment Question on Interaction {\n    id\n    kind\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"): (typeof documents)["\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    reason\n    retryOf\n  }\n"): (typeof documents)["\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    lane\n    host\n    title\n    owner { id name }\n    changes { number url subject }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    reason\n    retryOf\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions { ...Question }\n    stops { id mode requestedBy { id name } requestedAt handledAt }\n    exitStatus\n    exitSignal\n    behindSince\n    logLineCount\n  }\n"): (typeof documents)["\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions { ...Question }\n    stops { id mode requestedBy { id name } requestedAt handledAt }\n    exitStatus\n    exitSignal\n    behindSince\n    logLineCount\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Job($id: ID!) {\n    job(id: $id) { ...JobDetail }\n  }\n"): (typeof documents)["\n  query Job($id: ID!) {\n    job(id: $id) { ...JobDetail }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n"): (typeof documents)["\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Jobs($first: Int!, $after: String) {\n    jobs(first: $first, after: $after) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Jobs($first: Int!, $after: String) {\n    jobs(first: $first, after: $after) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n"): (typeof documents)["\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n"): (typeof documents)["\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n"): (typeof documents)["\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n"): (typeof documents)["\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n"): (typeof documents)["\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) {\n      lines { number at kind text sensitive }\n      cursor\n      complete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n"): (typeof documents)["\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) {\n        lines { number at kind text sensitive }\n        cursor\n        complete\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SystemUpdates {\n    systemUpdates {\n      version\n      simulated\n      gerritUrl\n      database { since message }\n      lanes\n      runners { id host lanes online scap simulated }\n      activeJobs { ...JobSummary }\n      queuedJobs { ...JobSummary }\n      retention { days jobs }\n      sampleChanges { number subject project status }\n    }\n  }\n"): (typeof documents)["\n  subscription SystemUpdates {\n    systemUpdates {\n      version\n      simulated\n      gerritUrl\n      database { since message }\n      lanes\n      runners { id host lanes online scap simulated }\n      activeJobs { ...JobSummary }\n      queuedJobs { ...JobSummary }\n      retention { days jobs }\n      sampleChanges { number subject project status }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;