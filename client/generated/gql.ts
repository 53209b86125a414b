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
    "\n  fragment TrainState on Train {\n    state\n    version\n    oldVersion\n    isCheckedOut\n    station\n    exceptionCount\n    exceptions { wiki version expected }\n    warnings\n  }\n": typeof types.TrainStateFragmentDoc,
    "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n": typeof types.ToolQuestionFragmentDoc,
    "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    ended\n    outcome\n    command\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    lastStatus\n    lastError { number text }\n    retryOfJob { id }\n    behindSince\n    logLineCount\n    remaining { name pid since }\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n": typeof types.ToolJobFragmentDoc,
    "\n  query ToolStartPreview($search: String!, $first: Int!, $changes: [ID!]!) {\n    changes(search: $search, first: $first) {\n      nodes { number subject project branch owner status problem warnings }\n      unavailable\n    }\n    changeOrder(changes: $changes) {\n      order\n      missing { change { number subject project branch } neededBy outdated addable }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n": typeof types.ToolStartPreviewDocument,
    "\n  query ToolTrain {\n    train {\n      ...TrainState\n      groups { name wikiCount versions { version wikiCount wikis } }\n      task { id url version status date }\n      blockers { id title status url }\n      sources { name readAt problem }\n      next { ...TrainState }\n    }\n  }\n": typeof types.ToolTrainDocument,
    "\n  query ToolErrorLog(\n    $minutes: Int\n    $first: Int\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean\n  ) {\n    errorLog {\n      source { readAt problem failingSince }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors minutes perMinute }\n        verdict { kind text basis factor }\n        targets { target count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: $first, text: $text, version: $version, target: $target, onlyNew: $onlyNew) {\n          id\n          text\n          isNew\n          count\n          before\n          firstSeenAt\n          lastSeenAt\n          versions { name count }\n          wikis { name count }\n          targets { target count }\n        }\n      }\n    }\n  }\n": typeof types.ToolErrorLogDocument,
    "\n  mutation ToolStartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartTrainSuccess { job { ...ToolJob } }\n      ... on InvalidTrain { problems { code message } }\n      ... on TrainChanged { changes }\n    }\n  }\n": typeof types.ToolStartTrainDocument,
    "\n  fragment ToolLogBatch on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text sensitive }\n    cursor\n    complete\n  }\n": typeof types.ToolLogBatchFragmentDoc,
    "\n  fragment ToolQueuedJob on Job {\n    id\n    kind\n    state\n    title\n    owner { id name }\n    responsible { id name }\n    lane\n    status\n    pendingInteraction { id prompt }\n    queuedAt\n    startedAt\n    expectedStartAt\n  }\n": typeof types.ToolQueuedJobFragmentDoc,
    "\n  fragment ToolSystem on System {\n    version\n    simulated\n    gerritUrl\n    lanes\n    hold { id reason by { id name } since endsAt }\n    runners { id host lanes online simulated startedAt seenAt }\n    activeJobs { ...ToolQueuedJob }\n    queuedJobs { ...ToolQueuedJob }\n  }\n": typeof types.ToolSystemFragmentDoc,
    "\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n": typeof types.ToolViewerDocument,
    "\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n": typeof types.ToolJobDocument,
    "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = QUEUED) {\n    jobs(first: $first, after: $after, filter: $filter, order: $order) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.ToolJobsDocument,
    "\n  query ToolLog($jobId: ID!, $after: Int, $first: Int, $last: Int) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first, last: $last) { ...ToolLogBatch }\n    }\n  }\n": typeof types.ToolLogDocument,
    "\n  query ToolInteractions($id: ID!, $after: ID) {\n    job(id: $id) { id interactions(after: $after, first: 100) { ...ToolQuestion } }\n  }\n": typeof types.ToolInteractionsDocument,
    "\n  query ToolSystemState {\n    system { ...ToolSystem }\n  }\n": typeof types.ToolSystemStateDocument,
    "\n  query ToolHealth {\n    system { database { state since message } }\n  }\n": typeof types.ToolHealthDocument,
    "\n  mutation ToolReveal($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevealLinesSuccess { lines { number text } }\n    }\n  }\n": typeof types.ToolRevealDocument,
    "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n": typeof types.ToolStartBackportDocument,
    "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { interaction { ...ToolQuestion } }\n    }\n  }\n": typeof types.ToolAnswerInteractionDocument,
    "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { job { ...ToolJob } }\n    }\n  }\n": typeof types.ToolStopJobDocument,
    "\n  mutation ToolHandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on HandOverJobSuccess { job { ...ToolJob } }\n    }\n  }\n": typeof types.ToolHandOverJobDocument,
    "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on JobNotRetryable { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n    }\n  }\n": typeof types.ToolRetryJobDocument,
    "\n  mutation ToolRevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevertJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n": typeof types.ToolRevertJobDocument,
    "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n": typeof types.ToolJobUpdatesDocument,
    "\n  subscription ToolAllJobs {\n    jobUpdates { ...ToolJob }\n  }\n": typeof types.ToolAllJobsDocument,
    "\n  subscription ToolSystemUpdates {\n    systemUpdates { ...ToolSystem }\n  }\n": typeof types.ToolSystemUpdatesDocument,
    "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) { ...ToolLogBatch }\n  }\n": typeof types.ToolJobLogDocument,
    "\n  subscription ToolMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": typeof types.ToolMarksDocument,
    "\n  subscription ToolSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }\n  }\n": typeof types.ToolSearchDocument,
    "\n  query Account {\n    viewer {\n      user { id name }\n      role\n      groups\n      secondFactorAt\n      hasAuthenticator\n      sessions { ...OwnSession }\n      tokens { ...OwnToken }\n      passkeys { ...OwnPasskey }\n    }\n  }\n": typeof types.AccountDocument,
    "\n  fragment OwnSession on Session {\n    id way isCurrent address agent createdAt lastUsedAt secondFactorAt expiresAt\n  }\n": typeof types.OwnSessionFragmentDoc,
    "\n  fragment OwnToken on ApiToken {\n    id name scope createdAt expiresAt lastUsedAt\n  }\n": typeof types.OwnTokenFragmentDoc,
    "\n  fragment OwnPasskey on Passkey {\n    id name host createdAt lastUsedAt\n  }\n": typeof types.OwnPasskeyFragmentDoc,
    "\n  mutation RenamePasskey($input: RenamePasskeyInput!) {\n    renamePasskey(input: $input) {\n      __typename\n      ... on RenamePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n      ... on InvalidPasskeyName { message }\n    }\n  }\n": typeof types.RenamePasskeyDocument,
    "\n  mutation RemovePasskey($input: RemovePasskeyInput!) {\n    removePasskey(input: $input) {\n      __typename\n      ... on RemovePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n    }\n  }\n": typeof types.RemovePasskeyDocument,
    "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ... on EndSessionSuccess { sessions { id } }\n      ... on SessionNotFound { message }\n    }\n  }\n": typeof types.EndSessionDocument,
    "\n  mutation EndOtherSessions {\n    endOtherSessions {\n      __typename\n      ... on EndOtherSessionsSuccess { sessions { id } }\n    }\n  }\n": typeof types.EndOtherSessionsDocument,
    "\n  mutation MakeToken($input: MakeTokenInput!) {\n    makeToken(input: $input) {\n      __typename\n      ... on MakeTokenSuccess { made { token details { id name } } }\n      ... on TokenNotAllowed { message }\n      ... on InvalidToken { message }\n      ... on TooManyTokens { message }\n    }\n  }\n": typeof types.MakeTokenDocument,
    "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { tokens { id } }\n      ... on TokenNotFound { message }\n    }\n  }\n": typeof types.RevokeTokenDocument,
    "\n  mutation BeginAuthenticator {\n    beginAuthenticator {\n      __typename\n      ... on BeginAuthenticatorSuccess { offered { secret url } }\n      ... on SecondFactorTooOld { message }\n      ... on AuthenticatorExists { message }\n    }\n  }\n": typeof types.BeginAuthenticatorDocument,
    "\n  mutation ConfirmAuthenticator($input: ConfirmAuthenticatorInput!) {\n    confirmAuthenticator(input: $input) {\n      __typename\n      ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n      ... on AuthenticatorExists { message }\n      ... on AuthenticatorCodeWrong { message }\n    }\n  }\n": typeof types.ConfirmAuthenticatorDocument,
    "\n  mutation RemoveAuthenticator {\n    removeAuthenticator {\n      __typename\n      ... on RemoveAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n    }\n  }\n": typeof types.RemoveAuthenticatorDocument,
    "\n  mutation HoldDeployments($input: HoldDeploymentsInput!) {\n    holdDeployments(input: $input) {\n      __typename\n      ... on HoldNotAccepted { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.HoldDeploymentsDocument,
    "\n  mutation ReleaseDeployments($input: ReleaseDeploymentsInput!) {\n    releaseDeployments(input: $input) {\n      __typename\n      ... on DeploymentsNotHeld { message }\n    }\n  }\n": typeof types.ReleaseDeploymentsDocument,
    "\n  fragment Person on Person {\n    user { id name }\n    role\n    groups\n    providerSubject\n    ban { reason by { name } since }\n    openSessions\n    lastSeenAt\n  }\n": typeof types.PersonFragmentDoc,
    "\n  query People($first: Int!, $after: String, $text: String) {\n    people(first: $first, after: $after, text: $text) {\n      nodes { ...Person }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.PeopleDocument,
    "\n  mutation BanUser($input: BanUserInput!) {\n    banUser(input: $input) {\n      __typename\n      ... on UserNotFound { message }\n      ... on BanNotAccepted { message }\n    }\n  }\n": typeof types.BanUserDocument,
    "\n  mutation UnbanUser($userId: ID!) {\n    unbanUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n": typeof types.UnbanUserDocument,
    "\n  mutation RebindUser($userId: ID!) {\n    rebindUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n      ... on RebindNotAccepted { message }\n    }\n  }\n": typeof types.RebindUserDocument,
    "\n  mutation EndSessionsOf($userId: ID!) {\n    endSessionsOf(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n": typeof types.EndSessionsOfDocument,
    "\n  mutation EndSessionsOfEveryone($input: EndSessionsOfEveryoneInput!) {\n    endSessionsOfEveryone(input: $input) { ended }\n  }\n": typeof types.EndSessionsOfEveryoneDocument,
    "\n  fragment IssuedToken on IssuedToken {\n    id\n    name\n    user { id name }\n    canDeploy\n    createdAt\n    expiresAt\n    lastUsedAt\n  }\n": typeof types.IssuedTokenFragmentDoc,
    "\n  query Tokens($first: Int!, $after: String) {\n    tokens(first: $first, after: $after) {\n      nodes { ...IssuedToken }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.TokensDocument,
    "\n  mutation RevokeTokenOf($tokenId: ID!) {\n    revokeTokenOf(tokenId: $tokenId) {\n      __typename\n      ... on UnknownToken { message }\n    }\n  }\n": typeof types.RevokeTokenOfDocument,
    "\n  fragment DeprecatedUse on OperationUse {\n    client\n    version\n    operation\n    lastUsedAt\n    token { id name user { name } }\n    parts { coordinate deprecation }\n  }\n": typeof types.DeprecatedUseFragmentDoc,
    "\n  query DeprecatedUses($first: Int!, $after: String) {\n    operationUses(first: $first, after: $after, deprecatedOnly: true) {\n      nodes { ...DeprecatedUse }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.DeprecatedUsesDocument,
    "\n  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      nodes { id at user { name } action jobId detail channel address }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": typeof types.AuditLogDocument,
    "\n  fragment Webhook on Webhook {\n    id\n    name\n    url\n    events\n    format\n    template\n    enabled\n    disabledReason\n    failingSince\n  }\n": typeof types.WebhookFragmentDoc,
    "\n  query Webhooks {\n    webhooks { ...Webhook }\n  }\n": typeof types.WebhooksDocument,
    "\n  fragment WebhookDelivery on WebhookDelivery {\n    id\n    event\n    jobId\n    state\n    createdAt\n    attempts\n    nextAttemptAt\n    duration\n    status\n    response\n    problem\n    replayOf\n  }\n": typeof types.WebhookDeliveryFragmentDoc,
    "\n  query Deliveries($first: Int!, $after: String) {\n    webhooks {\n      id\n      deliveries(first: $first, after: $after) {\n        nodes { ...WebhookDelivery }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": typeof types.DeliveriesDocument,
    "\n  mutation CreateWebhook($input: WebhookInput!) {\n    createWebhook(input: $input) {\n      __typename\n      ... on CreateWebhookSuccess { made { secret } }\n      ... on InvalidWebhook { message }\n    }\n  }\n": typeof types.CreateWebhookDocument,
    "\n  mutation UpdateWebhook($webhookId: ID!, $input: WebhookInput!) {\n    updateWebhook(webhookId: $webhookId, input: $input) {\n      __typename\n      ... on InvalidWebhook { message }\n      ... on WebhookNotFound { message }\n    }\n  }\n": typeof types.UpdateWebhookDocument,
    "\n  mutation RenewWebhookSecret($webhookId: ID!) {\n    renewWebhookSecret(webhookId: $webhookId) {\n      __typename\n      ... on RenewWebhookSecretSuccess { made { secret } }\n      ... on WebhookNotFound { message }\n    }\n  }\n": typeof types.RenewWebhookSecretDocument,
    "\n  mutation DeleteWebhook($webhookId: ID!) {\n    deleteWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n    }\n  }\n": typeof types.DeleteWebhookDocument,
    "\n  mutation TestWebhook($webhookId: ID!) {\n    testWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n": typeof types.TestWebhookDocument,
    "\n  mutation ReplayDelivery($deliveryId: ID!) {\n    replayDelivery(deliveryId: $deliveryId) {\n      __typename\n      ... on DeliveryNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n": typeof types.ReplayDeliveryDocument,
    "\n  query Probe {\n    viewer { role }\n  }\n": typeof types.ProbeDocument,
    "\n  query EndedJob($id: ID!) {\n    job(id: $id) { id outcome reason }\n  }\n": typeof types.EndedJobDocument,
    "\n  subscription JobWatch($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state text } }\n  }\n": typeof types.JobWatchDocument,
    "\n  query PushKey {\n    viewer { pushKey }\n  }\n": typeof types.PushKeyDocument,
    "\n  mutation SavePush($input: SavePushSubscriptionInput!) {\n    savePushSubscription(input: $input) {\n      __typename\n      ... on InvalidPushSubscription { message }\n    }\n  }\n": typeof types.SavePushDocument,
    "\n  mutation RemovePush {\n    removePushSubscription\n  }\n": typeof types.RemovePushDocument,
    "\n  fragment ErrorSource on ErrorLogSource { readAt problem failingSince }\n": typeof types.ErrorSourceFragmentDoc,
    "\n  fragment ErrorRow on ErrorMessage {\n    id\n    text\n    isNew\n    count\n    firstSeenAt\n    lastSeenAt\n    versions { name count }\n    wikis { name count }\n    trend\n    dashboardUrl\n  }\n": typeof types.ErrorRowFragmentDoc,
    "\n  subscription ErrorWatchUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state at until text } }\n  }\n": typeof types.ErrorWatchUpdatesDocument,
    "\n  subscription JobHealthUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) {\n      source { ...ErrorSource }\n      verdict { kind text basis }\n      before { perMinute }\n      since { perMinute }\n      now { perMinute }\n      stages { name rate { perMinute } verdict { kind text basis } }\n      targets { target before { perMinute } since { perMinute } now { perMinute } verdict { kind text basis } }\n      trend\n      trendFrom\n      messages(first: 10) { ...ErrorRow }\n      dashboardUrl\n    }\n  }\n": typeof types.JobHealthUpdatesDocument,
    "\n  query ErrorLog {\n    errorLog { source { ...ErrorSource } }\n  }\n": typeof types.ErrorLogDocument,
    "\n  subscription ErrorLogUpdates(\n    $minutes: Int!\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean!\n    $sort: ErrorMessageSort!\n  ) {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors perMinute }\n        verdict { kind text basis }\n        trend\n        versions { name count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: 200, text: $text, version: $version, target: $target, onlyNew: $onlyNew, sort: $sort) {\n          ...ErrorRow\n        }\n      }\n    }\n  }\n": typeof types.ErrorLogUpdatesDocument,
    "\n  subscription ErrorTotal {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      range(minutes: 5) { total { errors } }\n    }\n  }\n": typeof types.ErrorTotalDocument,
    "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    ended\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project owner }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    outcome\n    reason\n    lastError { number text }\n    retryOfJob { id }\n    remaining { name pid since }\n    notRespondingSince\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n": typeof types.JobSummaryFragmentDoc,
    "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions(last: 100) { ...Question }\n    firstInteraction: interactions(first: 1) { id }\n    stops(last: 100) { id mode requestedBy { id name } requestedAt handledAt }\n    canRetry\n    canRevert\n    exitStatus\n    exitSignal\n    command\n    lastStatus\n    behindSince\n    logLineCount\n    sameErrorBefore { id }\n    stages { name usual { median p90 } }\n    health { watchedUntil }\n    errorWatch { state at until text }\n  }\n": typeof types.JobDetailFragmentDoc,
    "\n  query Job($id: ID!, $lines: Int!) {\n    job(id: $id) {\n      ...JobDetail\n      log(last: $lines) { ...LogPart }\n    }\n  }\n": typeof types.JobDocument,
    "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n": typeof types.JobUpdatesDocument,
    "\n  query Jobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter, order: ENDED) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.JobsDocument,
    "\n  query JobCount($filter: JobFilter) {\n    jobs(first: 1, filter: $filter, order: ENDED) { totalCount }\n  }\n": typeof types.JobCountDocument,
    "\n  query UnendedJobs($filter: JobFilter) {\n    jobs(first: 5, filter: $filter) { nodes { id state ended outcome } totalCount }\n  }\n": typeof types.UnendedJobsDocument,
    "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n": typeof types.AnyJobUpdatesDocument,
    "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message unverifiable } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.StartBackportDocument,
    "\n  subscription JobWatchers($jobId: ID!) {\n    jobWatchers(jobId: $jobId) { user { id name } since }\n  }\n": typeof types.JobWatchersDocument,
    "\n  mutation HandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on HandOverJobSuccess { job { ...JobDetail } }\n      ... on Refusal { message }\n    }\n  }\n": typeof types.HandOverJobDocument,
    "\n  fragment Question on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n    lineNumber\n    claimedBy { id name }\n    claimedUntil\n  }\n": typeof types.QuestionFragmentDoc,
    "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": typeof types.AnswerInteractionDocument,
    "\n  mutation ClaimInteraction($input: ClaimInteractionInput!) {\n    claimInteraction(input: $input) {\n      __typename\n      ... on ClaimInteractionSuccess { interaction { id } }\n      ... on InteractionAlreadyAnswered { message }\n      ... on InteractionGone { message }\n    }\n  }\n": typeof types.ClaimInteractionDocument,
    "\n  mutation MoveJob($input: MoveJobInput!) {\n    moveJob(input: $input) {\n      __typename\n      ... on MoveJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotMoved { message }\n    }\n  }\n": typeof types.MoveJobDocument,
    "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on JobNotRetryable { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.RetryJobDocument,
    "\n  mutation RevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on RevertJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.RevertJobDocument,
    "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n": typeof types.StopJobDocument,
    "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n": typeof types.LogLengthDocument,
    "\n  fragment LogPart on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text }\n    cursor\n    complete\n  }\n": typeof types.LogPartFragmentDoc,
    "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }\n  }\n": typeof types.JobLogDocument,
    "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) { ...LogPart }\n    }\n  }\n": typeof types.LogRangeDocument,
    "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n": typeof types.RevealLinesDocument,
    "\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": typeof types.JobLogMarksDocument,
    "\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n": typeof types.JobLogSearchDocument,
    "\n  fragment FoundChange on Change { number url subject project branch owner status problem warnings }\n": typeof types.FoundChangeFragmentDoc,
    "\n  query Changes($search: String!, $first: Int!) {\n    changes(search: $search, first: $first) {\n      nodes { ...FoundChange }\n      hasMore\n      askedAt\n      unavailable\n    }\n  }\n": typeof types.ChangesDocument,
    "\n  query ChangeOrder($changes: [ID!]!) {\n    changeOrder(changes: $changes) {\n      order\n      missing {\n        change { ...FoundChange }\n        neededBy\n        outdated\n        addable\n      }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n": typeof types.ChangeOrderDocument,
    "\n  query LastDeployment($change: String!) {\n    jobs(first: 1, filter: { change: $change, outcomes: [DEPLOYED, DEPLOYED_WITH_ERRORS] }) {\n      nodes { id kind finishedAt }\n    }\n  }\n": typeof types.LastDeploymentDocument,
    "\n  query Statistics($from: DateTime!, $to: DateTime!, $timeZone: String) {\n    statistics(from: $from, to: $to, timeZone: $timeZone) {\n      complete\n      from\n      to\n      timeZone\n      days { day outcomes { outcome count } }\n      hours { weekday hour count }\n      stages { name machines { median p90 count } people { median p90 count } }\n      questions { key waited { median p90 count } }\n      failures { stage error count jobs }\n      stopped { id outcome finishedAt reason }\n      durations { id outcome finishedAt duration }\n      delivery {\n        deploymentsPerDay\n        leadTime { median p90 count }\n        changeFailureRate\n        timeToRestore { median p90 count }\n      }\n    }\n  }\n": typeof types.StatisticsDocument,
    "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n": typeof types.ViewerDocument,
    "\n  fragment SystemNow on System {\n    version\n    simulated\n    gerritUrl\n    hasTrain\n    database { since message }\n    lanes\n    hold { id reason by { name } since endsAt }\n    runners { id host lanes online laneProblem cleanUpProblem scap simulated }\n    activeJobs { ...JobSummary }\n    queuedJobs { ...JobSummary }\n    queuedCount\n    retention { days jobs }\n    sampleChanges { number subject project status }\n  }\n": typeof types.SystemNowFragmentDoc,
    "\n  query System {\n    system { ...SystemNow }\n  }\n": typeof types.SystemDocument,
    "\n  subscription SystemUpdates {\n    systemUpdates { ...SystemNow }\n  }\n": typeof types.SystemUpdatesDocument,
    "\n  subscription TrainUpdates {\n    trainUpdates {\n      ...TrainState\n      task { id url version status date }\n      blockers { id title url }\n      sources { name readAt problem }\n      groups { name wikiCount versions { version wikis } }\n      next { ...TrainState }\n    }\n  }\n": typeof types.TrainUpdatesDocument,
    "\n  query LastTrains {\n    jobs(first: 10, filter: { kinds: [TRAIN] }) {\n      nodes {\n        ...JobSummary\n        parameters { ... on TrainParameters { group from before { name versions { version wikiCount } } } }\n      }\n    }\n  }\n": typeof types.LastTrainsDocument,
    "\n  mutation StartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on StartTrainSuccess { job { id } }\n      ... on TrainUnavailable { message }\n      ... on TrainChanged { message }\n      ... on InvalidTrain { message }\n      ... on LaneOccupied { message }\n      ... on UnknownLane { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": typeof types.StartTrainDocument,
};
const documents: Documents = {
    "\n  fragment TrainState on Train {\n    state\n    version\n    oldVersion\n    isCheckedOut\n    station\n    exceptionCount\n    exceptions { wiki version expected }\n    warnings\n  }\n": types.TrainStateFragmentDoc,
    "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n": types.ToolQuestionFragmentDoc,
    "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    ended\n    outcome\n    command\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    lastStatus\n    lastError { number text }\n    retryOfJob { id }\n    behindSince\n    logLineCount\n    remaining { name pid since }\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n": types.ToolJobFragmentDoc,
    "\n  query ToolStartPreview($search: String!, $first: Int!, $changes: [ID!]!) {\n    changes(search: $search, first: $first) {\n      nodes { number subject project branch owner status problem warnings }\n      unavailable\n    }\n    changeOrder(changes: $changes) {\n      order\n      missing { change { number subject project branch } neededBy outdated addable }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n": types.ToolStartPreviewDocument,
    "\n  query ToolTrain {\n    train {\n      ...TrainState\n      groups { name wikiCount versions { version wikiCount wikis } }\n      task { id url version status date }\n      blockers { id title status url }\n      sources { name readAt problem }\n      next { ...TrainState }\n    }\n  }\n": types.ToolTrainDocument,
    "\n  query ToolErrorLog(\n    $minutes: Int\n    $first: Int\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean\n  ) {\n    errorLog {\n      source { readAt problem failingSince }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors minutes perMinute }\n        verdict { kind text basis factor }\n        targets { target count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: $first, text: $text, version: $version, target: $target, onlyNew: $onlyNew) {\n          id\n          text\n          isNew\n          count\n          before\n          firstSeenAt\n          lastSeenAt\n          versions { name count }\n          wikis { name count }\n          targets { target count }\n        }\n      }\n    }\n  }\n": types.ToolErrorLogDocument,
    "\n  mutation ToolStartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartTrainSuccess { job { ...ToolJob } }\n      ... on InvalidTrain { problems { code message } }\n      ... on TrainChanged { changes }\n    }\n  }\n": types.ToolStartTrainDocument,
    "\n  fragment ToolLogBatch on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text sensitive }\n    cursor\n    complete\n  }\n": types.ToolLogBatchFragmentDoc,
    "\n  fragment ToolQueuedJob on Job {\n    id\n    kind\n    state\n    title\n    owner { id name }\n    responsible { id name }\n    lane\n    status\n    pendingInteraction { id prompt }\n    queuedAt\n    startedAt\n    expectedStartAt\n  }\n": types.ToolQueuedJobFragmentDoc,
    "\n  fragment ToolSystem on System {\n    version\n    simulated\n    gerritUrl\n    lanes\n    hold { id reason by { id name } since endsAt }\n    runners { id host lanes online simulated startedAt seenAt }\n    activeJobs { ...ToolQueuedJob }\n    queuedJobs { ...ToolQueuedJob }\n  }\n": types.ToolSystemFragmentDoc,
    "\n  query ToolViewer {\n    viewer { user { id name } role canDeploy }\n  }\n": types.ToolViewerDocument,
    "\n  query ToolJob($id: ID!) {\n    job(id: $id) { ...ToolJob }\n  }\n": types.ToolJobDocument,
    "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = QUEUED) {\n    jobs(first: $first, after: $after, filter: $filter, order: $order) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.ToolJobsDocument,
    "\n  query ToolLog($jobId: ID!, $after: Int, $first: Int, $last: Int) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first, last: $last) { ...ToolLogBatch }\n    }\n  }\n": types.ToolLogDocument,
    "\n  query ToolInteractions($id: ID!, $after: ID) {\n    job(id: $id) { id interactions(after: $after, first: 100) { ...ToolQuestion } }\n  }\n": types.ToolInteractionsDocument,
    "\n  query ToolSystemState {\n    system { ...ToolSystem }\n  }\n": types.ToolSystemStateDocument,
    "\n  query ToolHealth {\n    system { database { state since message } }\n  }\n": types.ToolHealthDocument,
    "\n  mutation ToolReveal($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevealLinesSuccess { lines { number text } }\n    }\n  }\n": types.ToolRevealDocument,
    "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n": types.ToolStartBackportDocument,
    "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { interaction { ...ToolQuestion } }\n    }\n  }\n": types.ToolAnswerInteractionDocument,
    "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { job { ...ToolJob } }\n    }\n  }\n": types.ToolStopJobDocument,
    "\n  mutation ToolHandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on HandOverJobSuccess { job { ...ToolJob } }\n    }\n  }\n": types.ToolHandOverJobDocument,
    "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on JobNotRetryable { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n    }\n  }\n": types.ToolRetryJobDocument,
    "\n  mutation ToolRevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevertJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n": types.ToolRevertJobDocument,
    "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n": types.ToolJobUpdatesDocument,
    "\n  subscription ToolAllJobs {\n    jobUpdates { ...ToolJob }\n  }\n": types.ToolAllJobsDocument,
    "\n  subscription ToolSystemUpdates {\n    systemUpdates { ...ToolSystem }\n  }\n": types.ToolSystemUpdatesDocument,
    "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) { ...ToolLogBatch }\n  }\n": types.ToolJobLogDocument,
    "\n  subscription ToolMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": types.ToolMarksDocument,
    "\n  subscription ToolSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }\n  }\n": types.ToolSearchDocument,
    "\n  query Account {\n    viewer {\n      user { id name }\n      role\n      groups\n      secondFactorAt\n      hasAuthenticator\n      sessions { ...OwnSession }\n      tokens { ...OwnToken }\n      passkeys { ...OwnPasskey }\n    }\n  }\n": types.AccountDocument,
    "\n  fragment OwnSession on Session {\n    id way isCurrent address agent createdAt lastUsedAt secondFactorAt expiresAt\n  }\n": types.OwnSessionFragmentDoc,
    "\n  fragment OwnToken on ApiToken {\n    id name scope createdAt expiresAt lastUsedAt\n  }\n": types.OwnTokenFragmentDoc,
    "\n  fragment OwnPasskey on Passkey {\n    id name host createdAt lastUsedAt\n  }\n": types.OwnPasskeyFragmentDoc,
    "\n  mutation RenamePasskey($input: RenamePasskeyInput!) {\n    renamePasskey(input: $input) {\n      __typename\n      ... on RenamePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n      ... on InvalidPasskeyName { message }\n    }\n  }\n": types.RenamePasskeyDocument,
    "\n  mutation RemovePasskey($input: RemovePasskeyInput!) {\n    removePasskey(input: $input) {\n      __typename\n      ... on RemovePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n    }\n  }\n": types.RemovePasskeyDocument,
    "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ... on EndSessionSuccess { sessions { id } }\n      ... on SessionNotFound { message }\n    }\n  }\n": types.EndSessionDocument,
    "\n  mutation EndOtherSessions {\n    endOtherSessions {\n      __typename\n      ... on EndOtherSessionsSuccess { sessions { id } }\n    }\n  }\n": types.EndOtherSessionsDocument,
    "\n  mutation MakeToken($input: MakeTokenInput!) {\n    makeToken(input: $input) {\n      __typename\n      ... on MakeTokenSuccess { made { token details { id name } } }\n      ... on TokenNotAllowed { message }\n      ... on InvalidToken { message }\n      ... on TooManyTokens { message }\n    }\n  }\n": types.MakeTokenDocument,
    "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { tokens { id } }\n      ... on TokenNotFound { message }\n    }\n  }\n": types.RevokeTokenDocument,
    "\n  mutation BeginAuthenticator {\n    beginAuthenticator {\n      __typename\n      ... on BeginAuthenticatorSuccess { offered { secret url } }\n      ... on SecondFactorTooOld { message }\n      ... on AuthenticatorExists { message }\n    }\n  }\n": types.BeginAuthenticatorDocument,
    "\n  mutation ConfirmAuthenticator($input: ConfirmAuthenticatorInput!) {\n    confirmAuthenticator(input: $input) {\n      __typename\n      ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n      ... on AuthenticatorExists { message }\n      ... on AuthenticatorCodeWrong { message }\n    }\n  }\n": types.ConfirmAuthenticatorDocument,
    "\n  mutation RemoveAuthenticator {\n    removeAuthenticator {\n      __typename\n      ... on RemoveAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n    }\n  }\n": types.RemoveAuthenticatorDocument,
    "\n  mutation HoldDeployments($input: HoldDeploymentsInput!) {\n    holdDeployments(input: $input) {\n      __typename\n      ... on HoldNotAccepted { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.HoldDeploymentsDocument,
    "\n  mutation ReleaseDeployments($input: ReleaseDeploymentsInput!) {\n    releaseDeployments(input: $input) {\n      __typename\n      ... on DeploymentsNotHeld { message }\n    }\n  }\n": types.ReleaseDeploymentsDocument,
    "\n  fragment Person on Person {\n    user { id name }\n    role\n    groups\n    providerSubject\n    ban { reason by { name } since }\n    openSessions\n    lastSeenAt\n  }\n": types.PersonFragmentDoc,
    "\n  query People($first: Int!, $after: String, $text: String) {\n    people(first: $first, after: $after, text: $text) {\n      nodes { ...Person }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.PeopleDocument,
    "\n  mutation BanUser($input: BanUserInput!) {\n    banUser(input: $input) {\n      __typename\n      ... on UserNotFound { message }\n      ... on BanNotAccepted { message }\n    }\n  }\n": types.BanUserDocument,
    "\n  mutation UnbanUser($userId: ID!) {\n    unbanUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n": types.UnbanUserDocument,
    "\n  mutation RebindUser($userId: ID!) {\n    rebindUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n      ... on RebindNotAccepted { message }\n    }\n  }\n": types.RebindUserDocument,
    "\n  mutation EndSessionsOf($userId: ID!) {\n    endSessionsOf(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n": types.EndSessionsOfDocument,
    "\n  mutation EndSessionsOfEveryone($input: EndSessionsOfEveryoneInput!) {\n    endSessionsOfEveryone(input: $input) { ended }\n  }\n": types.EndSessionsOfEveryoneDocument,
    "\n  fragment IssuedToken on IssuedToken {\n    id\n    name\n    user { id name }\n    canDeploy\n    createdAt\n    expiresAt\n    lastUsedAt\n  }\n": types.IssuedTokenFragmentDoc,
    "\n  query Tokens($first: Int!, $after: String) {\n    tokens(first: $first, after: $after) {\n      nodes { ...IssuedToken }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.TokensDocument,
    "\n  mutation RevokeTokenOf($tokenId: ID!) {\n    revokeTokenOf(tokenId: $tokenId) {\n      __typename\n      ... on UnknownToken { message }\n    }\n  }\n": types.RevokeTokenOfDocument,
    "\n  fragment DeprecatedUse on OperationUse {\n    client\n    version\n    operation\n    lastUsedAt\n    token { id name user { name } }\n    parts { coordinate deprecation }\n  }\n": types.DeprecatedUseFragmentDoc,
    "\n  query DeprecatedUses($first: Int!, $after: String) {\n    operationUses(first: $first, after: $after, deprecatedOnly: true) {\n      nodes { ...DeprecatedUse }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.DeprecatedUsesDocument,
    "\n  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      nodes { id at user { name } action jobId detail channel address }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n": types.AuditLogDocument,
    "\n  fragment Webhook on Webhook {\n    id\n    name\n    url\n    events\n    format\n    template\n    enabled\n    disabledReason\n    failingSince\n  }\n": types.WebhookFragmentDoc,
    "\n  query Webhooks {\n    webhooks { ...Webhook }\n  }\n": types.WebhooksDocument,
    "\n  fragment WebhookDelivery on WebhookDelivery {\n    id\n    event\n    jobId\n    state\n    createdAt\n    attempts\n    nextAttemptAt\n    duration\n    status\n    response\n    problem\n    replayOf\n  }\n": types.WebhookDeliveryFragmentDoc,
    "\n  query Deliveries($first: Int!, $after: String) {\n    webhooks {\n      id\n      deliveries(first: $first, after: $after) {\n        nodes { ...WebhookDelivery }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": types.DeliveriesDocument,
    "\n  mutation CreateWebhook($input: WebhookInput!) {\n    createWebhook(input: $input) {\n      __typename\n      ... on CreateWebhookSuccess { made { secret } }\n      ... on InvalidWebhook { message }\n    }\n  }\n": types.CreateWebhookDocument,
    "\n  mutation UpdateWebhook($webhookId: ID!, $input: WebhookInput!) {\n    updateWebhook(webhookId: $webhookId, input: $input) {\n      __typename\n      ... on InvalidWebhook { message }\n      ... on WebhookNotFound { message }\n    }\n  }\n": types.UpdateWebhookDocument,
    "\n  mutation RenewWebhookSecret($webhookId: ID!) {\n    renewWebhookSecret(webhookId: $webhookId) {\n      __typename\n      ... on RenewWebhookSecretSuccess { made { secret } }\n      ... on WebhookNotFound { message }\n    }\n  }\n": types.RenewWebhookSecretDocument,
    "\n  mutation DeleteWebhook($webhookId: ID!) {\n    deleteWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n    }\n  }\n": types.DeleteWebhookDocument,
    "\n  mutation TestWebhook($webhookId: ID!) {\n    testWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n": types.TestWebhookDocument,
    "\n  mutation ReplayDelivery($deliveryId: ID!) {\n    replayDelivery(deliveryId: $deliveryId) {\n      __typename\n      ... on DeliveryNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n": types.ReplayDeliveryDocument,
    "\n  query Probe {\n    viewer { role }\n  }\n": types.ProbeDocument,
    "\n  query EndedJob($id: ID!) {\n    job(id: $id) { id outcome reason }\n  }\n": types.EndedJobDocument,
    "\n  subscription JobWatch($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state text } }\n  }\n": types.JobWatchDocument,
    "\n  query PushKey {\n    viewer { pushKey }\n  }\n": types.PushKeyDocument,
    "\n  mutation SavePush($input: SavePushSubscriptionInput!) {\n    savePushSubscription(input: $input) {\n      __typename\n      ... on InvalidPushSubscription { message }\n    }\n  }\n": types.SavePushDocument,
    "\n  mutation RemovePush {\n    removePushSubscription\n  }\n": types.RemovePushDocument,
    "\n  fragment ErrorSource on ErrorLogSource { readAt problem failingSince }\n": types.ErrorSourceFragmentDoc,
    "\n  fragment ErrorRow on ErrorMessage {\n    id\n    text\n    isNew\n    count\n    firstSeenAt\n    lastSeenAt\n    versions { name count }\n    wikis { name count }\n    trend\n    dashboardUrl\n  }\n": types.ErrorRowFragmentDoc,
    "\n  subscription ErrorWatchUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state at until text } }\n  }\n": types.ErrorWatchUpdatesDocument,
    "\n  subscription JobHealthUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) {\n      source { ...ErrorSource }\n      verdict { kind text basis }\n      before { perMinute }\n      since { perMinute }\n      now { perMinute }\n      stages { name rate { perMinute } verdict { kind text basis } }\n      targets { target before { perMinute } since { perMinute } now { perMinute } verdict { kind text basis } }\n      trend\n      trendFrom\n      messages(first: 10) { ...ErrorRow }\n      dashboardUrl\n    }\n  }\n": types.JobHealthUpdatesDocument,
    "\n  query ErrorLog {\n    errorLog { source { ...ErrorSource } }\n  }\n": types.ErrorLogDocument,
    "\n  subscription ErrorLogUpdates(\n    $minutes: Int!\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean!\n    $sort: ErrorMessageSort!\n  ) {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors perMinute }\n        verdict { kind text basis }\n        trend\n        versions { name count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: 200, text: $text, version: $version, target: $target, onlyNew: $onlyNew, sort: $sort) {\n          ...ErrorRow\n        }\n      }\n    }\n  }\n": types.ErrorLogUpdatesDocument,
    "\n  subscription ErrorTotal {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      range(minutes: 5) { total { errors } }\n    }\n  }\n": types.ErrorTotalDocument,
    "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    ended\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project owner }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    outcome\n    reason\n    lastError { number text }\n    retryOfJob { id }\n    remaining { name pid since }\n    notRespondingSince\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n": types.JobSummaryFragmentDoc,
    "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions(last: 100) { ...Question }\n    firstInteraction: interactions(first: 1) { id }\n    stops(last: 100) { id mode requestedBy { id name } requestedAt handledAt }\n    canRetry\n    canRevert\n    exitStatus\n    exitSignal\n    command\n    lastStatus\n    behindSince\n    logLineCount\n    sameErrorBefore { id }\n    stages { name usual { median p90 } }\n    health { watchedUntil }\n    errorWatch { state at until text }\n  }\n": types.JobDetailFragmentDoc,
    "\n  query Job($id: ID!, $lines: Int!) {\n    job(id: $id) {\n      ...JobDetail\n      log(last: $lines) { ...LogPart }\n    }\n  }\n": types.JobDocument,
    "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n": types.JobUpdatesDocument,
    "\n  query Jobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter, order: ENDED) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.JobsDocument,
    "\n  query JobCount($filter: JobFilter) {\n    jobs(first: 1, filter: $filter, order: ENDED) { totalCount }\n  }\n": types.JobCountDocument,
    "\n  query UnendedJobs($filter: JobFilter) {\n    jobs(first: 5, filter: $filter) { nodes { id state ended outcome } totalCount }\n  }\n": types.UnendedJobsDocument,
    "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n": types.AnyJobUpdatesDocument,
    "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message unverifiable } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.StartBackportDocument,
    "\n  subscription JobWatchers($jobId: ID!) {\n    jobWatchers(jobId: $jobId) { user { id name } since }\n  }\n": types.JobWatchersDocument,
    "\n  mutation HandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on HandOverJobSuccess { job { ...JobDetail } }\n      ... on Refusal { message }\n    }\n  }\n": types.HandOverJobDocument,
    "\n  fragment Question on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n    lineNumber\n    claimedBy { id name }\n    claimedUntil\n  }\n": types.QuestionFragmentDoc,
    "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n": types.AnswerInteractionDocument,
    "\n  mutation ClaimInteraction($input: ClaimInteractionInput!) {\n    claimInteraction(input: $input) {\n      __typename\n      ... on ClaimInteractionSuccess { interaction { id } }\n      ... on InteractionAlreadyAnswered { message }\n      ... on InteractionGone { message }\n    }\n  }\n": types.ClaimInteractionDocument,
    "\n  mutation MoveJob($input: MoveJobInput!) {\n    moveJob(input: $input) {\n      __typename\n      ... on MoveJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotMoved { message }\n    }\n  }\n": types.MoveJobDocument,
    "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on JobNotRetryable { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.RetryJobDocument,
    "\n  mutation RevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on RevertJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.RevertJobDocument,
    "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n": types.StopJobDocument,
    "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n": types.LogLengthDocument,
    "\n  fragment LogPart on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text }\n    cursor\n    complete\n  }\n": types.LogPartFragmentDoc,
    "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }\n  }\n": types.JobLogDocument,
    "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) { ...LogPart }\n    }\n  }\n": types.LogRangeDocument,
    "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n": types.RevealLinesDocument,
    "\n  subscription JobLogMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n": types.JobLogMarksDocument,
    "\n  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) {\n      lineNumbers\n      count\n      cursor\n      complete\n    }\n  }\n": types.JobLogSearchDocument,
    "\n  fragment FoundChange on Change { number url subject project branch owner status problem warnings }\n": types.FoundChangeFragmentDoc,
    "\n  query Changes($search: String!, $first: Int!) {\n    changes(search: $search, first: $first) {\n      nodes { ...FoundChange }\n      hasMore\n      askedAt\n      unavailable\n    }\n  }\n": types.ChangesDocument,
    "\n  query ChangeOrder($changes: [ID!]!) {\n    changeOrder(changes: $changes) {\n      order\n      missing {\n        change { ...FoundChange }\n        neededBy\n        outdated\n        addable\n      }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n": types.ChangeOrderDocument,
    "\n  query LastDeployment($change: String!) {\n    jobs(first: 1, filter: { change: $change, outcomes: [DEPLOYED, DEPLOYED_WITH_ERRORS] }) {\n      nodes { id kind finishedAt }\n    }\n  }\n": types.LastDeploymentDocument,
    "\n  query Statistics($from: DateTime!, $to: DateTime!, $timeZone: String) {\n    statistics(from: $from, to: $to, timeZone: $timeZone) {\n      complete\n      from\n      to\n      timeZone\n      days { day outcomes { outcome count } }\n      hours { weekday hour count }\n      stages { name machines { median p90 count } people { median p90 count } }\n      questions { key waited { median p90 count } }\n      failures { stage error count jobs }\n      stopped { id outcome finishedAt reason }\n      durations { id outcome finishedAt duration }\n      delivery {\n        deploymentsPerDay\n        leadTime { median p90 count }\n        changeFailureRate\n        timeToRestore { median p90 count }\n      }\n    }\n  }\n": types.StatisticsDocument,
    "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n": types.ViewerDocument,
    "\n  fragment SystemNow on System {\n    version\n    simulated\n    gerritUrl\n    hasTrain\n    database { since message }\n    lanes\n    hold { id reason by { name } since endsAt }\n    runners { id host lanes online laneProblem cleanUpProblem scap simulated }\n    activeJobs { ...JobSummary }\n    queuedJobs { ...JobSummary }\n    queuedCount\n    retention { days jobs }\n    sampleChanges { number subject project status }\n  }\n": types.SystemNowFragmentDoc,
    "\n  query System {\n    system { ...SystemNow }\n  }\n": types.SystemDocument,
    "\n  subscription SystemUpdates {\n    systemUpdates { ...SystemNow }\n  }\n": types.SystemUpdatesDocument,
    "\n  subscription TrainUpdates {\n    trainUpdates {\n      ...TrainState\n      task { id url version status date }\n      blockers { id title url }\n      sources { name readAt problem }\n      groups { name wikiCount versions { version wikis } }\n      next { ...TrainState }\n    }\n  }\n": types.TrainUpdatesDocument,
    "\n  query LastTrains {\n    jobs(first: 10, filter: { kinds: [TRAIN] }) {\n      nodes {\n        ...JobSummary\n        parameters { ... on TrainParameters { group from before { name versions { version wikiCount } } } }\n      }\n    }\n  }\n": types.LastTrainsDocument,
    "\n  mutation StartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on StartTrainSuccess { job { id } }\n      ... on TrainUnavailable { message }\n      ... on TrainChanged { message }\n      ... on InvalidTrain { message }\n      ... on LaneOccupied { message }\n      ... on UnknownLane { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n": types.StartTrainDocument,
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
export function graphql(source: "\n  fragment TrainState on Train {\n    state\n    version\n    oldVersion\n    isCheckedOut\n    station\n    exceptionCount\n    exceptions { wiki version expected }\n    warnings\n  }\n"): (typeof documents)["\n  fragment TrainState on Train {\n    state\n    version\n    oldVersion\n    isCheckedOut\n    station\n    exceptionCount\n    exceptions { wiki version expected }\n    warnings\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n"): (typeof documents)["\n  fragment ToolQuestion on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    ended\n    outcome\n    command\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    lastStatus\n    lastError { number text }\n    retryOfJob { id }\n    behindSince\n    logLineCount\n    remaining { name pid since }\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n"): (typeof documents)["\n  fragment ToolJob on Job {\n    id\n    kind\n    state\n    ended\n    outcome\n    command\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project branch }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...ToolQuestion }\n    queuedAt\n    startedAt\n    finishedAt\n    exitStatus\n    exitSignal\n    reason\n    lastStatus\n    lastError { number text }\n    retryOfJob { id }\n    behindSince\n    logLineCount\n    remaining { name pid since }\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolStartPreview($search: String!, $first: Int!, $changes: [ID!]!) {\n    changes(search: $search, first: $first) {\n      nodes { number subject project branch owner status problem warnings }\n      unavailable\n    }\n    changeOrder(changes: $changes) {\n      order\n      missing { change { number subject project branch } neededBy outdated addable }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n"): (typeof documents)["\n  query ToolStartPreview($search: String!, $first: Int!, $changes: [ID!]!) {\n    changes(search: $search, first: $first) {\n      nodes { number subject project branch owner status problem warnings }\n      unavailable\n    }\n    changeOrder(changes: $changes) {\n      order\n      missing { change { number subject project branch } neededBy outdated addable }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolTrain {\n    train {\n      ...TrainState\n      groups { name wikiCount versions { version wikiCount wikis } }\n      task { id url version status date }\n      blockers { id title status url }\n      sources { name readAt problem }\n      next { ...TrainState }\n    }\n  }\n"): (typeof documents)["\n  query ToolTrain {\n    train {\n      ...TrainState\n      groups { name wikiCount versions { version wikiCount wikis } }\n      task { id url version status date }\n      blockers { id title status url }\n      sources { name readAt problem }\n      next { ...TrainState }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolErrorLog(\n    $minutes: Int\n    $first: Int\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean\n  ) {\n    errorLog {\n      source { readAt problem failingSince }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors minutes perMinute }\n        verdict { kind text basis factor }\n        targets { target count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: $first, text: $text, version: $version, target: $target, onlyNew: $onlyNew) {\n          id\n          text\n          isNew\n          count\n          before\n          firstSeenAt\n          lastSeenAt\n          versions { name count }\n          wikis { name count }\n          targets { target count }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ToolErrorLog(\n    $minutes: Int\n    $first: Int\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean\n  ) {\n    errorLog {\n      source { readAt problem failingSince }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors minutes perMinute }\n        verdict { kind text basis factor }\n        targets { target count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: $first, text: $text, version: $version, target: $target, onlyNew: $onlyNew) {\n          id\n          text\n          isNew\n          count\n          before\n          firstSeenAt\n          lastSeenAt\n          versions { name count }\n          wikis { name count }\n          targets { target count }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolStartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartTrainSuccess { job { ...ToolJob } }\n      ... on InvalidTrain { problems { code message } }\n      ... on TrainChanged { changes }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolStartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartTrainSuccess { job { ...ToolJob } }\n      ... on InvalidTrain { problems { code message } }\n      ... on TrainChanged { changes }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolLogBatch on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text sensitive }\n    cursor\n    complete\n  }\n"): (typeof documents)["\n  fragment ToolLogBatch on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text sensitive }\n    cursor\n    complete\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolQueuedJob on Job {\n    id\n    kind\n    state\n    title\n    owner { id name }\n    responsible { id name }\n    lane\n    status\n    pendingInteraction { id prompt }\n    queuedAt\n    startedAt\n    expectedStartAt\n  }\n"): (typeof documents)["\n  fragment ToolQueuedJob on Job {\n    id\n    kind\n    state\n    title\n    owner { id name }\n    responsible { id name }\n    lane\n    status\n    pendingInteraction { id prompt }\n    queuedAt\n    startedAt\n    expectedStartAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ToolSystem on System {\n    version\n    simulated\n    gerritUrl\n    lanes\n    hold { id reason by { id name } since endsAt }\n    runners { id host lanes online simulated startedAt seenAt }\n    activeJobs { ...ToolQueuedJob }\n    queuedJobs { ...ToolQueuedJob }\n  }\n"): (typeof documents)["\n  fragment ToolSystem on System {\n    version\n    simulated\n    gerritUrl\n    lanes\n    hold { id reason by { id name } since endsAt }\n    runners { id host lanes online simulated startedAt seenAt }\n    activeJobs { ...ToolQueuedJob }\n    queuedJobs { ...ToolQueuedJob }\n  }\n"];
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
export function graphql(source: "\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = QUEUED) {\n    jobs(first: $first, after: $after, filter: $filter, order: $order) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query ToolJobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = QUEUED) {\n    jobs(first: $first, after: $after, filter: $filter, order: $order) {\n      nodes { ...ToolJob }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolLog($jobId: ID!, $after: Int, $first: Int, $last: Int) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first, last: $last) { ...ToolLogBatch }\n    }\n  }\n"): (typeof documents)["\n  query ToolLog($jobId: ID!, $after: Int, $first: Int, $last: Int) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first, last: $last) { ...ToolLogBatch }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolInteractions($id: ID!, $after: ID) {\n    job(id: $id) { id interactions(after: $after, first: 100) { ...ToolQuestion } }\n  }\n"): (typeof documents)["\n  query ToolInteractions($id: ID!, $after: ID) {\n    job(id: $id) { id interactions(after: $after, first: 100) { ...ToolQuestion } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolSystemState {\n    system { ...ToolSystem }\n  }\n"): (typeof documents)["\n  query ToolSystemState {\n    system { ...ToolSystem }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ToolHealth {\n    system { database { state since message } }\n  }\n"): (typeof documents)["\n  query ToolHealth {\n    system { database { state since message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolReveal($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevealLinesSuccess { lines { number text } }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolReveal($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevealLinesSuccess { lines { number text } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolStartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StartBackportSuccess { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { interaction { ...ToolQuestion } }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolAnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on AnswerInteractionSuccess { interaction { ...ToolQuestion } }\n      ... on InteractionAlreadyAnswered { interaction { ...ToolQuestion } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { job { ...ToolJob } }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolStopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on StopJobSuccess { job { ...ToolJob } }\n      ... on JobAlreadyEnded { job { ...ToolJob } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolHandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on HandOverJobSuccess { job { ...ToolJob } }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolHandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on HandOverJobSuccess { job { ...ToolJob } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on JobNotRetryable { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolRetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RetryJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on JobNotRetryable { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ToolRevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevertJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n"): (typeof documents)["\n  mutation ToolRevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on Refusal { code message }\n      ... on RevertJobSuccess { job { ...ToolJob } }\n      ... on JobNotEnded { job { ...ToolJob } }\n      ... on DeploymentsHeld { hold { id reason by { id name } since endsAt } }\n      ... on InvalidChanges { problems { input code message } }\n      ... on UnknownLane { lanes }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n"): (typeof documents)["\n  subscription ToolJobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...ToolJob }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolAllJobs {\n    jobUpdates { ...ToolJob }\n  }\n"): (typeof documents)["\n  subscription ToolAllJobs {\n    jobUpdates { ...ToolJob }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolSystemUpdates {\n    systemUpdates { ...ToolSystem }\n  }\n"): (typeof documents)["\n  subscription ToolSystemUpdates {\n    systemUpdates { ...ToolSystem }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) { ...ToolLogBatch }\n  }\n"): (typeof documents)["\n  subscription ToolJobLog($jobId: ID!, $after: Int!) {\n    jobLog(jobId: $jobId, after: $after) { ...ToolLogBatch }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n"): (typeof documents)["\n  subscription ToolMarks($jobId: ID!, $after: Int!) {\n    jobLogMarks(jobId: $jobId, after: $after) {\n      marks { number at kind text }\n      cursor\n      complete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ToolSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }\n  }\n"): (typeof documents)["\n  subscription ToolSearch($jobId: ID!, $search: LogSearchInput!) {\n    jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Account {\n    viewer {\n      user { id name }\n      role\n      groups\n      secondFactorAt\n      hasAuthenticator\n      sessions { ...OwnSession }\n      tokens { ...OwnToken }\n      passkeys { ...OwnPasskey }\n    }\n  }\n"): (typeof documents)["\n  query Account {\n    viewer {\n      user { id name }\n      role\n      groups\n      secondFactorAt\n      hasAuthenticator\n      sessions { ...OwnSession }\n      tokens { ...OwnToken }\n      passkeys { ...OwnPasskey }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OwnSession on Session {\n    id way isCurrent address agent createdAt lastUsedAt secondFactorAt expiresAt\n  }\n"): (typeof documents)["\n  fragment OwnSession on Session {\n    id way isCurrent address agent createdAt lastUsedAt secondFactorAt expiresAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OwnToken on ApiToken {\n    id name scope createdAt expiresAt lastUsedAt\n  }\n"): (typeof documents)["\n  fragment OwnToken on ApiToken {\n    id name scope createdAt expiresAt lastUsedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OwnPasskey on Passkey {\n    id name host createdAt lastUsedAt\n  }\n"): (typeof documents)["\n  fragment OwnPasskey on Passkey {\n    id name host createdAt lastUsedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenamePasskey($input: RenamePasskeyInput!) {\n    renamePasskey(input: $input) {\n      __typename\n      ... on RenamePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n      ... on InvalidPasskeyName { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RenamePasskey($input: RenamePasskeyInput!) {\n    renamePasskey(input: $input) {\n      __typename\n      ... on RenamePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n      ... on InvalidPasskeyName { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemovePasskey($input: RemovePasskeyInput!) {\n    removePasskey(input: $input) {\n      __typename\n      ... on RemovePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RemovePasskey($input: RemovePasskeyInput!) {\n    removePasskey(input: $input) {\n      __typename\n      ... on RemovePasskeySuccess { passkeys { id } }\n      ... on SecondFactorTooOld { message }\n      ... on PasskeyNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ... on EndSessionSuccess { sessions { id } }\n      ... on SessionNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ... on EndSessionSuccess { sessions { id } }\n      ... on SessionNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndOtherSessions {\n    endOtherSessions {\n      __typename\n      ... on EndOtherSessionsSuccess { sessions { id } }\n    }\n  }\n"): (typeof documents)["\n  mutation EndOtherSessions {\n    endOtherSessions {\n      __typename\n      ... on EndOtherSessionsSuccess { sessions { id } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MakeToken($input: MakeTokenInput!) {\n    makeToken(input: $input) {\n      __typename\n      ... on MakeTokenSuccess { made { token details { id name } } }\n      ... on TokenNotAllowed { message }\n      ... on InvalidToken { message }\n      ... on TooManyTokens { message }\n    }\n  }\n"): (typeof documents)["\n  mutation MakeToken($input: MakeTokenInput!) {\n    makeToken(input: $input) {\n      __typename\n      ... on MakeTokenSuccess { made { token details { id name } } }\n      ... on TokenNotAllowed { message }\n      ... on InvalidToken { message }\n      ... on TooManyTokens { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { tokens { id } }\n      ... on TokenNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { tokens { id } }\n      ... on TokenNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BeginAuthenticator {\n    beginAuthenticator {\n      __typename\n      ... on BeginAuthenticatorSuccess { offered { secret url } }\n      ... on SecondFactorTooOld { message }\n      ... on AuthenticatorExists { message }\n    }\n  }\n"): (typeof documents)["\n  mutation BeginAuthenticator {\n    beginAuthenticator {\n      __typename\n      ... on BeginAuthenticatorSuccess { offered { secret url } }\n      ... on SecondFactorTooOld { message }\n      ... on AuthenticatorExists { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmAuthenticator($input: ConfirmAuthenticatorInput!) {\n    confirmAuthenticator(input: $input) {\n      __typename\n      ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n      ... on AuthenticatorExists { message }\n      ... on AuthenticatorCodeWrong { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ConfirmAuthenticator($input: ConfirmAuthenticatorInput!) {\n    confirmAuthenticator(input: $input) {\n      __typename\n      ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n      ... on AuthenticatorExists { message }\n      ... on AuthenticatorCodeWrong { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveAuthenticator {\n    removeAuthenticator {\n      __typename\n      ... on RemoveAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RemoveAuthenticator {\n    removeAuthenticator {\n      __typename\n      ... on RemoveAuthenticatorSuccess { viewer { hasAuthenticator } }\n      ... on SecondFactorTooOld { message }\n      ... on NoAuthenticator { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation HoldDeployments($input: HoldDeploymentsInput!) {\n    holdDeployments(input: $input) {\n      __typename\n      ... on HoldNotAccepted { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation HoldDeployments($input: HoldDeploymentsInput!) {\n    holdDeployments(input: $input) {\n      __typename\n      ... on HoldNotAccepted { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReleaseDeployments($input: ReleaseDeploymentsInput!) {\n    releaseDeployments(input: $input) {\n      __typename\n      ... on DeploymentsNotHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ReleaseDeployments($input: ReleaseDeploymentsInput!) {\n    releaseDeployments(input: $input) {\n      __typename\n      ... on DeploymentsNotHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Person on Person {\n    user { id name }\n    role\n    groups\n    providerSubject\n    ban { reason by { name } since }\n    openSessions\n    lastSeenAt\n  }\n"): (typeof documents)["\n  fragment Person on Person {\n    user { id name }\n    role\n    groups\n    providerSubject\n    ban { reason by { name } since }\n    openSessions\n    lastSeenAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query People($first: Int!, $after: String, $text: String) {\n    people(first: $first, after: $after, text: $text) {\n      nodes { ...Person }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query People($first: Int!, $after: String, $text: String) {\n    people(first: $first, after: $after, text: $text) {\n      nodes { ...Person }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BanUser($input: BanUserInput!) {\n    banUser(input: $input) {\n      __typename\n      ... on UserNotFound { message }\n      ... on BanNotAccepted { message }\n    }\n  }\n"): (typeof documents)["\n  mutation BanUser($input: BanUserInput!) {\n    banUser(input: $input) {\n      __typename\n      ... on UserNotFound { message }\n      ... on BanNotAccepted { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnbanUser($userId: ID!) {\n    unbanUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation UnbanUser($userId: ID!) {\n    unbanUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RebindUser($userId: ID!) {\n    rebindUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n      ... on RebindNotAccepted { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RebindUser($userId: ID!) {\n    rebindUser(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n      ... on RebindNotAccepted { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSessionsOf($userId: ID!) {\n    endSessionsOf(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation EndSessionsOf($userId: ID!) {\n    endSessionsOf(userId: $userId) {\n      __typename\n      ... on UserNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSessionsOfEveryone($input: EndSessionsOfEveryoneInput!) {\n    endSessionsOfEveryone(input: $input) { ended }\n  }\n"): (typeof documents)["\n  mutation EndSessionsOfEveryone($input: EndSessionsOfEveryoneInput!) {\n    endSessionsOfEveryone(input: $input) { ended }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment IssuedToken on IssuedToken {\n    id\n    name\n    user { id name }\n    canDeploy\n    createdAt\n    expiresAt\n    lastUsedAt\n  }\n"): (typeof documents)["\n  fragment IssuedToken on IssuedToken {\n    id\n    name\n    user { id name }\n    canDeploy\n    createdAt\n    expiresAt\n    lastUsedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tokens($first: Int!, $after: String) {\n    tokens(first: $first, after: $after) {\n      nodes { ...IssuedToken }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Tokens($first: Int!, $after: String) {\n    tokens(first: $first, after: $after) {\n      nodes { ...IssuedToken }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeTokenOf($tokenId: ID!) {\n    revokeTokenOf(tokenId: $tokenId) {\n      __typename\n      ... on UnknownToken { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeTokenOf($tokenId: ID!) {\n    revokeTokenOf(tokenId: $tokenId) {\n      __typename\n      ... on UnknownToken { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment DeprecatedUse on OperationUse {\n    client\n    version\n    operation\n    lastUsedAt\n    token { id name user { name } }\n    parts { coordinate deprecation }\n  }\n"): (typeof documents)["\n  fragment DeprecatedUse on OperationUse {\n    client\n    version\n    operation\n    lastUsedAt\n    token { id name user { name } }\n    parts { coordinate deprecation }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeprecatedUses($first: Int!, $after: String) {\n    operationUses(first: $first, after: $after, deprecatedOnly: true) {\n      nodes { ...DeprecatedUse }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query DeprecatedUses($first: Int!, $after: String) {\n    operationUses(first: $first, after: $after, deprecatedOnly: true) {\n      nodes { ...DeprecatedUse }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      nodes { id at user { name } action jobId detail channel address }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      nodes { id at user { name } action jobId detail channel address }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Webhook on Webhook {\n    id\n    name\n    url\n    events\n    format\n    template\n    enabled\n    disabledReason\n    failingSince\n  }\n"): (typeof documents)["\n  fragment Webhook on Webhook {\n    id\n    name\n    url\n    events\n    format\n    template\n    enabled\n    disabledReason\n    failingSince\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Webhooks {\n    webhooks { ...Webhook }\n  }\n"): (typeof documents)["\n  query Webhooks {\n    webhooks { ...Webhook }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment WebhookDelivery on WebhookDelivery {\n    id\n    event\n    jobId\n    state\n    createdAt\n    attempts\n    nextAttemptAt\n    duration\n    status\n    response\n    problem\n    replayOf\n  }\n"): (typeof documents)["\n  fragment WebhookDelivery on WebhookDelivery {\n    id\n    event\n    jobId\n    state\n    createdAt\n    attempts\n    nextAttemptAt\n    duration\n    status\n    response\n    problem\n    replayOf\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Deliveries($first: Int!, $after: String) {\n    webhooks {\n      id\n      deliveries(first: $first, after: $after) {\n        nodes { ...WebhookDelivery }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"): (typeof documents)["\n  query Deliveries($first: Int!, $after: String) {\n    webhooks {\n      id\n      deliveries(first: $first, after: $after) {\n        nodes { ...WebhookDelivery }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWebhook($input: WebhookInput!) {\n    createWebhook(input: $input) {\n      __typename\n      ... on CreateWebhookSuccess { made { secret } }\n      ... on InvalidWebhook { message }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateWebhook($input: WebhookInput!) {\n    createWebhook(input: $input) {\n      __typename\n      ... on CreateWebhookSuccess { made { secret } }\n      ... on InvalidWebhook { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateWebhook($webhookId: ID!, $input: WebhookInput!) {\n    updateWebhook(webhookId: $webhookId, input: $input) {\n      __typename\n      ... on InvalidWebhook { message }\n      ... on WebhookNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateWebhook($webhookId: ID!, $input: WebhookInput!) {\n    updateWebhook(webhookId: $webhookId, input: $input) {\n      __typename\n      ... on InvalidWebhook { message }\n      ... on WebhookNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenewWebhookSecret($webhookId: ID!) {\n    renewWebhookSecret(webhookId: $webhookId) {\n      __typename\n      ... on RenewWebhookSecretSuccess { made { secret } }\n      ... on WebhookNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RenewWebhookSecret($webhookId: ID!) {\n    renewWebhookSecret(webhookId: $webhookId) {\n      __typename\n      ... on RenewWebhookSecretSuccess { made { secret } }\n      ... on WebhookNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteWebhook($webhookId: ID!) {\n    deleteWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteWebhook($webhookId: ID!) {\n    deleteWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TestWebhook($webhookId: ID!) {\n    testWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n"): (typeof documents)["\n  mutation TestWebhook($webhookId: ID!) {\n    testWebhook(webhookId: $webhookId) {\n      __typename\n      ... on WebhookNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplayDelivery($deliveryId: ID!) {\n    replayDelivery(deliveryId: $deliveryId) {\n      __typename\n      ... on DeliveryNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ReplayDelivery($deliveryId: ID!) {\n    replayDelivery(deliveryId: $deliveryId) {\n      __typename\n      ... on DeliveryNotFound { message }\n      ... on WebhookDisabled { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Probe {\n    viewer { role }\n  }\n"): (typeof documents)["\n  query Probe {\n    viewer { role }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndedJob($id: ID!) {\n    job(id: $id) { id outcome reason }\n  }\n"): (typeof documents)["\n  query EndedJob($id: ID!) {\n    job(id: $id) { id outcome reason }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobWatch($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state text } }\n  }\n"): (typeof documents)["\n  subscription JobWatch($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state text } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PushKey {\n    viewer { pushKey }\n  }\n"): (typeof documents)["\n  query PushKey {\n    viewer { pushKey }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SavePush($input: SavePushSubscriptionInput!) {\n    savePushSubscription(input: $input) {\n      __typename\n      ... on InvalidPushSubscription { message }\n    }\n  }\n"): (typeof documents)["\n  mutation SavePush($input: SavePushSubscriptionInput!) {\n    savePushSubscription(input: $input) {\n      __typename\n      ... on InvalidPushSubscription { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemovePush {\n    removePushSubscription\n  }\n"): (typeof documents)["\n  mutation RemovePush {\n    removePushSubscription\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ErrorSource on ErrorLogSource { readAt problem failingSince }\n"): (typeof documents)["\n  fragment ErrorSource on ErrorLogSource { readAt problem failingSince }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ErrorRow on ErrorMessage {\n    id\n    text\n    isNew\n    count\n    firstSeenAt\n    lastSeenAt\n    versions { name count }\n    wikis { name count }\n    trend\n    dashboardUrl\n  }\n"): (typeof documents)["\n  fragment ErrorRow on ErrorMessage {\n    id\n    text\n    isNew\n    count\n    firstSeenAt\n    lastSeenAt\n    versions { name count }\n    wikis { name count }\n    trend\n    dashboardUrl\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ErrorWatchUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state at until text } }\n  }\n"): (typeof documents)["\n  subscription ErrorWatchUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) { watch { state at until text } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobHealthUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) {\n      source { ...ErrorSource }\n      verdict { kind text basis }\n      before { perMinute }\n      since { perMinute }\n      now { perMinute }\n      stages { name rate { perMinute } verdict { kind text basis } }\n      targets { target before { perMinute } since { perMinute } now { perMinute } verdict { kind text basis } }\n      trend\n      trendFrom\n      messages(first: 10) { ...ErrorRow }\n      dashboardUrl\n    }\n  }\n"): (typeof documents)["\n  subscription JobHealthUpdates($jobId: ID!) {\n    jobHealthUpdates(jobId: $jobId) {\n      source { ...ErrorSource }\n      verdict { kind text basis }\n      before { perMinute }\n      since { perMinute }\n      now { perMinute }\n      stages { name rate { perMinute } verdict { kind text basis } }\n      targets { target before { perMinute } since { perMinute } now { perMinute } verdict { kind text basis } }\n      trend\n      trendFrom\n      messages(first: 10) { ...ErrorRow }\n      dashboardUrl\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ErrorLog {\n    errorLog { source { ...ErrorSource } }\n  }\n"): (typeof documents)["\n  query ErrorLog {\n    errorLog { source { ...ErrorSource } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ErrorLogUpdates(\n    $minutes: Int!\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean!\n    $sort: ErrorMessageSort!\n  ) {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors perMinute }\n        verdict { kind text basis }\n        trend\n        versions { name count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: 200, text: $text, version: $version, target: $target, onlyNew: $onlyNew, sort: $sort) {\n          ...ErrorRow\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription ErrorLogUpdates(\n    $minutes: Int!\n    $text: String\n    $version: String\n    $target: ErrorTarget\n    $onlyNew: Boolean!\n    $sort: ErrorMessageSort!\n  ) {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      dashboardUrl\n      range(minutes: $minutes) {\n        from\n        to\n        total { errors perMinute }\n        verdict { kind text basis }\n        trend\n        versions { name count }\n        messageCount\n        newMessageCount\n        otherErrors\n        messages(first: 200, text: $text, version: $version, target: $target, onlyNew: $onlyNew, sort: $sort) {\n          ...ErrorRow\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ErrorTotal {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      range(minutes: 5) { total { errors } }\n    }\n  }\n"): (typeof documents)["\n  subscription ErrorTotal {\n    errorLogUpdates {\n      source { ...ErrorSource }\n      range(minutes: 5) { total { errors } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    ended\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project owner }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    outcome\n    reason\n    lastError { number text }\n    retryOfJob { id }\n    remaining { name pid since }\n    notRespondingSince\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n"): (typeof documents)["\n  fragment JobSummary on Job {\n    id\n    kind\n    state\n    ended\n    lane\n    host\n    title\n    owner { id name }\n    responsible { id name }\n    changes { number url subject project owner }\n    status\n    progress { name total inFlight ok failed finished remaining percent done }\n    pendingInteraction { ...Question }\n    queuedAt\n    startedAt\n    finishedAt\n    outcome\n    reason\n    lastError { number text }\n    retryOfJob { id }\n    remaining { name pid since }\n    notRespondingSince\n    timeLeft { median p90 at late lateAt }\n    expectedStartAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions(last: 100) { ...Question }\n    firstInteraction: interactions(first: 1) { id }\n    stops(last: 100) { id mode requestedBy { id name } requestedAt handledAt }\n    canRetry\n    canRevert\n    exitStatus\n    exitSignal\n    command\n    lastStatus\n    behindSince\n    logLineCount\n    sameErrorBefore { id }\n    stages { name usual { median p90 } }\n    health { watchedUntil }\n    errorWatch { state at until text }\n  }\n"): (typeof documents)["\n  fragment JobDetail on Job {\n    ...JobSummary\n    changes { number url subject project branch owner status commitMessage verified }\n    interactions(last: 100) { ...Question }\n    firstInteraction: interactions(first: 1) { id }\n    stops(last: 100) { id mode requestedBy { id name } requestedAt handledAt }\n    canRetry\n    canRevert\n    exitStatus\n    exitSignal\n    command\n    lastStatus\n    behindSince\n    logLineCount\n    sameErrorBefore { id }\n    stages { name usual { median p90 } }\n    health { watchedUntil }\n    errorWatch { state at until text }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Job($id: ID!, $lines: Int!) {\n    job(id: $id) {\n      ...JobDetail\n      log(last: $lines) { ...LogPart }\n    }\n  }\n"): (typeof documents)["\n  query Job($id: ID!, $lines: Int!) {\n    job(id: $id) {\n      ...JobDetail\n      log(last: $lines) { ...LogPart }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n"): (typeof documents)["\n  subscription JobUpdates($id: ID!) {\n    jobUpdates(id: $id) { ...JobDetail }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Jobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter, order: ENDED) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Jobs($first: Int!, $after: String, $filter: JobFilter) {\n    jobs(first: $first, after: $after, filter: $filter, order: ENDED) {\n      nodes { ...JobSummary }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query JobCount($filter: JobFilter) {\n    jobs(first: 1, filter: $filter, order: ENDED) { totalCount }\n  }\n"): (typeof documents)["\n  query JobCount($filter: JobFilter) {\n    jobs(first: 1, filter: $filter, order: ENDED) { totalCount }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query UnendedJobs($filter: JobFilter) {\n    jobs(first: 5, filter: $filter) { nodes { id state ended outcome } totalCount }\n  }\n"): (typeof documents)["\n  query UnendedJobs($filter: JobFilter) {\n    jobs(first: 5, filter: $filter) { nodes { id state ended outcome } totalCount }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n"): (typeof documents)["\n  subscription AnyJobUpdates {\n    jobUpdates { ...JobSummary }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message unverifiable } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StartBackport($input: StartBackportInput!) {\n    startBackport(input: $input) {\n      __typename\n      ... on StartBackportSuccess { job { id } }\n      ... on InvalidChanges { message problems { input message unverifiable } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobWatchers($jobId: ID!) {\n    jobWatchers(jobId: $jobId) { user { id name } since }\n  }\n"): (typeof documents)["\n  subscription JobWatchers($jobId: ID!) {\n    jobWatchers(jobId: $jobId) { user { id name } since }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation HandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on HandOverJobSuccess { job { ...JobDetail } }\n      ... on Refusal { message }\n    }\n  }\n"): (typeof documents)["\n  mutation HandOverJob($input: HandOverJobInput!) {\n    handOverJob(input: $input) {\n      __typename\n      ... on HandOverJobSuccess { job { ...JobDetail } }\n      ... on Refusal { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Question on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n    lineNumber\n    claimedBy { id name }\n    claimedUntil\n  }\n"): (typeof documents)["\n  fragment Question on Interaction {\n    id\n    kind\n    key\n    prompt\n    choices { label code }\n    default\n    askedAt\n    answer\n    answeredBy { id name }\n    answeredAt\n    delivery\n    lineNumber\n    claimedBy { id name }\n    claimedUntil\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"): (typeof documents)["\n  mutation AnswerInteraction($input: AnswerInteractionInput!) {\n    answerInteraction(input: $input) {\n      __typename\n      ... on AnswerInteractionSuccess { interaction { id answer } }\n      ... on InteractionAlreadyAnswered { message interaction { ...Question } }\n      ... on InteractionGone { message }\n      ... on AnswerNotAccepted { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ClaimInteraction($input: ClaimInteractionInput!) {\n    claimInteraction(input: $input) {\n      __typename\n      ... on ClaimInteractionSuccess { interaction { id } }\n      ... on InteractionAlreadyAnswered { message }\n      ... on InteractionGone { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ClaimInteraction($input: ClaimInteractionInput!) {\n    claimInteraction(input: $input) {\n      __typename\n      ... on ClaimInteractionSuccess { interaction { id } }\n      ... on InteractionAlreadyAnswered { message }\n      ... on InteractionGone { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MoveJob($input: MoveJobInput!) {\n    moveJob(input: $input) {\n      __typename\n      ... on MoveJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotMoved { message }\n    }\n  }\n"): (typeof documents)["\n  mutation MoveJob($input: MoveJobInput!) {\n    moveJob(input: $input) {\n      __typename\n      ... on MoveJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotMoved { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on JobNotRetryable { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RetryJob($input: RetryJobInput!) {\n    retryJob(input: $input) {\n      __typename\n      ... on RetryJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on JobNotRetryable { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on RevertJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevertJob($input: RevertJobInput!) {\n    revertJob(input: $input) {\n      __typename\n      ... on RevertJobSuccess { job { id } }\n      ... on JobNotFound { message }\n      ... on JobNotEnded { message }\n      ... on InvalidChanges { message problems { message } }\n      ... on UnknownLane { message }\n      ... on GerritUnavailable { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StopJob($input: StopJobInput!) {\n    stopJob(input: $input) {\n      __typename\n      ... on StopJobSuccess { job { id state } }\n      ... on JobAlreadyEnded { message }\n      ... on JobNotFound { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n"): (typeof documents)["\n  query LogLength($jobId: ID!) {\n    job(id: $jobId) { id logLineCount }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LogPart on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text }\n    cursor\n    complete\n  }\n"): (typeof documents)["\n  fragment LogPart on JobLogBatch {\n    lines { number at kind text sensitive continues }\n    partial { at text }\n    cursor\n    complete\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }\n  }\n"): (typeof documents)["\n  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {\n    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) { ...LogPart }\n    }\n  }\n"): (typeof documents)["\n  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {\n    job(id: $jobId) {\n      id\n      log(after: $after, first: $first) { ...LogPart }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevealLines($input: RevealLinesInput!) {\n    revealLines(input: $input) {\n      __typename\n      ... on RevealLinesSuccess { lines { number text } }\n      ... on JobNotFound { message }\n    }\n  }\n"];
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
export function graphql(source: "\n  fragment FoundChange on Change { number url subject project branch owner status problem warnings }\n"): (typeof documents)["\n  fragment FoundChange on Change { number url subject project branch owner status problem warnings }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Changes($search: String!, $first: Int!) {\n    changes(search: $search, first: $first) {\n      nodes { ...FoundChange }\n      hasMore\n      askedAt\n      unavailable\n    }\n  }\n"): (typeof documents)["\n  query Changes($search: String!, $first: Int!) {\n    changes(search: $search, first: $first) {\n      nodes { ...FoundChange }\n      hasMore\n      askedAt\n      unavailable\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ChangeOrder($changes: [ID!]!) {\n    changeOrder(changes: $changes) {\n      order\n      missing {\n        change { ...FoundChange }\n        neededBy\n        outdated\n        addable\n      }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n"): (typeof documents)["\n  query ChangeOrder($changes: [ID!]!) {\n    changeOrder(changes: $changes) {\n      order\n      missing {\n        change { ...FoundChange }\n        neededBy\n        outdated\n        addable\n      }\n      missingCount\n      unknown\n      cycle\n      complete\n      unavailable\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LastDeployment($change: String!) {\n    jobs(first: 1, filter: { change: $change, outcomes: [DEPLOYED, DEPLOYED_WITH_ERRORS] }) {\n      nodes { id kind finishedAt }\n    }\n  }\n"): (typeof documents)["\n  query LastDeployment($change: String!) {\n    jobs(first: 1, filter: { change: $change, outcomes: [DEPLOYED, DEPLOYED_WITH_ERRORS] }) {\n      nodes { id kind finishedAt }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Statistics($from: DateTime!, $to: DateTime!, $timeZone: String) {\n    statistics(from: $from, to: $to, timeZone: $timeZone) {\n      complete\n      from\n      to\n      timeZone\n      days { day outcomes { outcome count } }\n      hours { weekday hour count }\n      stages { name machines { median p90 count } people { median p90 count } }\n      questions { key waited { median p90 count } }\n      failures { stage error count jobs }\n      stopped { id outcome finishedAt reason }\n      durations { id outcome finishedAt duration }\n      delivery {\n        deploymentsPerDay\n        leadTime { median p90 count }\n        changeFailureRate\n        timeToRestore { median p90 count }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Statistics($from: DateTime!, $to: DateTime!, $timeZone: String) {\n    statistics(from: $from, to: $to, timeZone: $timeZone) {\n      complete\n      from\n      to\n      timeZone\n      days { day outcomes { outcome count } }\n      hours { weekday hour count }\n      stages { name machines { median p90 count } people { median p90 count } }\n      questions { key waited { median p90 count } }\n      failures { stage error count jobs }\n      stopped { id outcome finishedAt reason }\n      durations { id outcome finishedAt duration }\n      delivery {\n        deploymentsPerDay\n        leadTime { median p90 count }\n        changeFailureRate\n        timeToRestore { median p90 count }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer { user { id name } role canDeploy }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SystemNow on System {\n    version\n    simulated\n    gerritUrl\n    hasTrain\n    database { since message }\n    lanes\n    hold { id reason by { name } since endsAt }\n    runners { id host lanes online laneProblem cleanUpProblem scap simulated }\n    activeJobs { ...JobSummary }\n    queuedJobs { ...JobSummary }\n    queuedCount\n    retention { days jobs }\n    sampleChanges { number subject project status }\n  }\n"): (typeof documents)["\n  fragment SystemNow on System {\n    version\n    simulated\n    gerritUrl\n    hasTrain\n    database { since message }\n    lanes\n    hold { id reason by { name } since endsAt }\n    runners { id host lanes online laneProblem cleanUpProblem scap simulated }\n    activeJobs { ...JobSummary }\n    queuedJobs { ...JobSummary }\n    queuedCount\n    retention { days jobs }\n    sampleChanges { number subject project status }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query System {\n    system { ...SystemNow }\n  }\n"): (typeof documents)["\n  query System {\n    system { ...SystemNow }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SystemUpdates {\n    systemUpdates { ...SystemNow }\n  }\n"): (typeof documents)["\n  subscription SystemUpdates {\n    systemUpdates { ...SystemNow }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription TrainUpdates {\n    trainUpdates {\n      ...TrainState\n      task { id url version status date }\n      blockers { id title url }\n      sources { name readAt problem }\n      groups { name wikiCount versions { version wikis } }\n      next { ...TrainState }\n    }\n  }\n"): (typeof documents)["\n  subscription TrainUpdates {\n    trainUpdates {\n      ...TrainState\n      task { id url version status date }\n      blockers { id title url }\n      sources { name readAt problem }\n      groups { name wikiCount versions { version wikis } }\n      next { ...TrainState }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LastTrains {\n    jobs(first: 10, filter: { kinds: [TRAIN] }) {\n      nodes {\n        ...JobSummary\n        parameters { ... on TrainParameters { group from before { name versions { version wikiCount } } } }\n      }\n    }\n  }\n"): (typeof documents)["\n  query LastTrains {\n    jobs(first: 10, filter: { kinds: [TRAIN] }) {\n      nodes {\n        ...JobSummary\n        parameters { ... on TrainParameters { group from before { name versions { version wikiCount } } } }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on StartTrainSuccess { job { id } }\n      ... on TrainUnavailable { message }\n      ... on TrainChanged { message }\n      ... on InvalidTrain { message }\n      ... on LaneOccupied { message }\n      ... on UnknownLane { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StartTrain($input: StartTrainInput!) {\n    startTrain(input: $input) {\n      __typename\n      ... on StartTrainSuccess { job { id } }\n      ... on TrainUnavailable { message }\n      ... on TrainChanged { message }\n      ... on InvalidTrain { message }\n      ... on LaneOccupied { message }\n      ... on UnknownLane { message }\n      ... on DeploymentsHeld { message }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;