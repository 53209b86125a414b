# Written by `npm run codegen` (tools/python-client.ts) from operations.graphql and the schema. Do not edit.
"""The operations of this tool, with the types of their variables and results. Values of enums and members of unions may be added."""

from dataclasses import dataclass
from typing import Any, Generic, List, Literal, Mapping, Optional, TypedDict, TypeVar, Union

Variables = TypeVar("Variables", bound=Mapping[str, Any])
Data = TypeVar("Data")


@dataclass(frozen=True)
class Operation(Generic[Variables, Data]):
    """A document that takes Variables and results in Data."""

    name: str
    document: str

RefusalCode = Literal[
    "ANSWER_NOT_ACCEPTED",
    "AUTHENTICATOR_CODE_WRONG",
    "AUTHENTICATOR_EXISTS",
    "BAN_NOT_ACCEPTED",
    "DELIVERY_NOT_FOUND",
    "DEPLOYMENTS_HELD",
    "DEPLOYMENTS_NOT_HELD",
    "GERRIT_UNAVAILABLE",
    "HOLD_NOT_ACCEPTED",
    "INTERACTION_ALREADY_ANSWERED",
    "INTERACTION_GONE",
    "INVALID_CHANGES",
    "INVALID_PASSKEY_NAME",
    "INVALID_PUSH_SUBSCRIPTION",
    "INVALID_TOKEN",
    "INVALID_TRAIN",
    "INVALID_WEBHOOK",
    "JOB_ALREADY_ENDED",
    "JOB_NOT_ENDED",
    "JOB_NOT_FOUND",
    "JOB_NOT_HANDED_OVER",
    "JOB_NOT_MOVED",
    "JOB_NOT_RETRYABLE",
    "LANE_OCCUPIED",
    "NO_AUTHENTICATOR",
    "PASSKEY_NOT_FOUND",
    "REBIND_NOT_ACCEPTED",
    "SECOND_FACTOR_TOO_OLD",
    "SESSION_NOT_FOUND",
    "TOKEN_NOT_ALLOWED",
    "TOKEN_NOT_FOUND",
    "TOO_MANY_TOKENS",
    "TRAIN_CHANGED",
    "TRAIN_UNAVAILABLE",
    "UNKNOWN_LANE",
    "UNKNOWN_TOKEN",
    "USER_NOT_FOUND",
    "WEBHOOK_DISABLED",
    "WEBHOOK_NOT_FOUND",
]

DeployChangesData_startBackport_DeploymentsHeld = TypedDict(
    "DeployChangesData_startBackport_DeploymentsHeld",
    {
        "__typename": Literal["DeploymentsHeld"],
        "code": RefusalCode,
        "message": str,
    },
)

DeployChangesData_startBackport_GerritUnavailable = TypedDict(
    "DeployChangesData_startBackport_GerritUnavailable",
    {
        "__typename": Literal["GerritUnavailable"],
        "code": RefusalCode,
        "message": str,
    },
)

DeployChangesData_startBackport_InvalidChanges_problems = TypedDict(
    "DeployChangesData_startBackport_InvalidChanges_problems",
    {
        "input": str,
        "message": str,
    },
)

DeployChangesData_startBackport_InvalidChanges = TypedDict(
    "DeployChangesData_startBackport_InvalidChanges",
    {
        "__typename": Literal["InvalidChanges"],
        "code": RefusalCode,
        "message": str,
        "problems": List[DeployChangesData_startBackport_InvalidChanges_problems],
    },
)

DeployChangesData_startBackport_StartBackportSuccess_job = TypedDict(
    "DeployChangesData_startBackport_StartBackportSuccess_job",
    {
        "id": str,
    },
)

DeployChangesData_startBackport_StartBackportSuccess = TypedDict(
    "DeployChangesData_startBackport_StartBackportSuccess",
    {
        "__typename": Literal["StartBackportSuccess"],
        "job": DeployChangesData_startBackport_StartBackportSuccess_job,
    },
)

DeployChangesData_startBackport_UnknownLane = TypedDict(
    "DeployChangesData_startBackport_UnknownLane",
    {
        "__typename": Literal["UnknownLane"],
        "code": RefusalCode,
        "message": str,
    },
)

DeployChangesData_startBackport = Union[
    DeployChangesData_startBackport_DeploymentsHeld,
    DeployChangesData_startBackport_GerritUnavailable,
    DeployChangesData_startBackport_InvalidChanges,
    DeployChangesData_startBackport_StartBackportSuccess,
    DeployChangesData_startBackport_UnknownLane,
]

DeployChangesData = TypedDict(
    "DeployChangesData",
    {
        "startBackport": DeployChangesData_startBackport,
    },
)

StartBackportInput = TypedDict(
    "StartBackportInput",
    {
        "acceptUnverified": Optional[bool],
        "changes": List[str],
        "idempotencyKey": Optional[str],
        "lane": Optional[str],
        "revert": Optional[bool],
    },
    total=False,
)

DeployChangesVariables = TypedDict(
    "DeployChangesVariables",
    {
        "input": StartBackportInput,
    },
)

DEPLOY_CHANGES: Operation[DeployChangesVariables, DeployChangesData] = Operation(
    "DeployChanges",
    """mutation DeployChanges($input: StartBackportInput!) {
  startBackport(input: $input) {
    __typename
    ... on Refusal {
      code
      message
    }
    ... on StartBackportSuccess {
      job {
        id
      }
    }
    ... on InvalidChanges {
      problems {
        input
        message
      }
    }
  }
}""",
)

JobState = Literal[
    "CANCELLED",
    "FAILED",
    "LOST",
    "QUEUED",
    "RUNNING",
    "STARTING",
    "STOPPED",
    "STOPPING",
    "SUCCEEDED",
    "WAITING",
]

JobOutcome = Literal[
    "CANCELLED",
    "DECLINED",
    "DEPLOYED",
    "DEPLOYED_WITH_ERRORS",
    "FAILED",
    "LOST",
    "NOTHING_TO_DO",
    "ROLLED_BACK",
    "STOPPED",
]

FollowJobData_jobUpdates_pendingInteraction_choices = TypedDict(
    "FollowJobData_jobUpdates_pendingInteraction_choices",
    {
        "label": str,
        "code": str,
    },
)

FollowJobData_jobUpdates_pendingInteraction = TypedDict(
    "FollowJobData_jobUpdates_pendingInteraction",
    {
        "id": str,
        "prompt": str,
        "choices": List[FollowJobData_jobUpdates_pendingInteraction_choices],
    },
)

FollowJobData_jobUpdates = TypedDict(
    "FollowJobData_jobUpdates",
    {
        "state": JobState,
        "status": Optional[str],
        "ended": bool,
        "outcome": Optional[JobOutcome],
        "reason": Optional[str],
        "pendingInteraction": Optional[FollowJobData_jobUpdates_pendingInteraction],
    },
)

FollowJobData = TypedDict(
    "FollowJobData",
    {
        "jobUpdates": FollowJobData_jobUpdates,
    },
)

FollowJobVariables = TypedDict(
    "FollowJobVariables",
    {
        "id": str,
    },
)

FOLLOW_JOB: Operation[FollowJobVariables, FollowJobData] = Operation(
    "FollowJob",
    """subscription FollowJob($id: ID!) {
  jobUpdates(id: $id) {
    state
    status
    ended
    outcome
    reason
    pendingInteraction {
      id
      prompt
      choices {
        label
        code
      }
    }
  }
}""",
)