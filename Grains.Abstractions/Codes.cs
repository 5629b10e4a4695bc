namespace ControlPlane.Abstractions;

/// <summary>The reason codes of the public contract. Problems, blockers, reasons and refusals use these and nothing else.</summary>
public static class Codes
{
    public const string IntegrationKeyMissing = "INTEGRATION_KEY_MISSING";
    public const string IntegrationNeverVerified = "INTEGRATION_NEVER_VERIFIED";
    public const string IntegrationVerifyFailed = "INTEGRATION_VERIFY_FAILED";
    public const string IntegrationVerifyInconclusive = "INTEGRATION_VERIFY_INCONCLUSIVE";
    public const string IntegrationVerifyStale = "INTEGRATION_VERIFY_STALE";
    public const string IntegrationWrongEnvironment = "INTEGRATION_WRONG_ENVIRONMENT";
    public const string IntegrationLocked = "INTEGRATION_LOCKED";
    public const string IntegrationDegraded = "INTEGRATION_DEGRADED";
    public const string SecretNotRedacted = "SECRET_NOT_REDACTED";
    public const string IntegrationLimited = "INTEGRATION_LIMITED";
    public const string SecretsDisagree = "SECRETS_DISAGREE";
    public const string IdReused = "ID_REUSED";
    public const string DataUnavailable = "DATA_UNAVAILABLE";
    public const string TelemetryLost = "TELEMETRY_LOST";
    public const string SupervisorLoopInactive = "SUPERVISOR_LOOP_INACTIVE";
    public const string TimeoutWorkerInactive = "TIMEOUT_WORKER_INACTIVE";
    public const string RiskEngineDisconnected = "RISK_ENGINE_DISCONNECTED";
    public const string StoreReplaced = "STORE_REPLACED";
    public const string HostSuspended = "HOST_SUSPENDED";
    public const string KillSwitchEngaged = "KILL_SWITCH_ENGAGED";
    public const string LiveNotArmed = "LIVE_NOT_ARMED";
    public const string TierTooLow = "TIER_TOO_LOW";
    /// <summary>Not in this state or under this lease: only exits and cancels pass under one that was started with reduce_only.</summary>
    public const string OperationNotAllowed = "OPERATION_NOT_ALLOWED";
    /// <summary>A kill is engaged, and the order that a cancel names covers an open position.</summary>
    public const string ProtectiveOrder = "PROTECTIVE_ORDER";
    public const string RunnerDown = "RUNNER_DOWN";
    public const string RunnerLost = "RUNNER_LOST";
    public const string RunnerRestarting = "RUNNER_RESTARTING";
    public const string RunnerAlreadyHeld = "RUNNER_ALREADY_HELD";
    public const string AlertsUndelivered = "ALERTS_UNDELIVERED";
    public const string LeaseFenced = "LEASE_FENCED";
    public const string GateLeaseExpired = "GATE_LEASE_EXPIRED";
    public const string ProviderUnreachable = "PROVIDER_UNREACHABLE";
    public const string GatewayUnavailable = "GATEWAY_UNAVAILABLE";
    public const string ControlPlaneUnreachable = "CONTROL_PLANE_UNREACHABLE";
    public const string UnknownProvider = "UNKNOWN_PROVIDER";
    public const string UnknownBot = "UNKNOWN_BOT";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string Unauthenticated = "UNAUTHENTICATED";
    public const string Forbidden = "FORBIDDEN";
    public const string RateLimited = "RATE_LIMITED";
}
