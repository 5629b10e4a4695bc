using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>The only four states of an integration.</summary>
[JsonConverter(typeof(ContractEnumConverter<IntegrationState>))]
public enum IntegrationState
{
    [JsonStringEnumMemberName("NOT_CONFIGURED")] NotConfigured,
    [JsonStringEnumMemberName("CONFIGURED_NOT_CONNECTED")] ConfiguredNotConnected,
    [JsonStringEnumMemberName("DEGRADED")] Degraded,
    [JsonStringEnumMemberName("CONNECTED")] Connected,
}

/// <summary>What one verify call proved.</summary>
[JsonConverter(typeof(ContractEnumConverter<VerifyOutcome>))]
public enum VerifyOutcome
{
    [JsonStringEnumMemberName("inconclusive")] Inconclusive,
    [JsonStringEnumMemberName("valid")] Valid,
    [JsonStringEnumMemberName("valid_limited")] ValidLimited,
    [JsonStringEnumMemberName("valid_billing")] ValidBilling,
    [JsonStringEnumMemberName("invalid")] Invalid,
    [JsonStringEnumMemberName("wrong_environment")] WrongEnvironment,
    [JsonStringEnumMemberName("locked")] Locked,
}

/// <summary>How a step of a verify ended.</summary>
[JsonConverter(typeof(ContractEnumConverter<StepOutcome>))]
public enum StepOutcome
{
    [JsonStringEnumMemberName("skipped")] Skipped,
    [JsonStringEnumMemberName("passed")] Passed,
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>How grave a reason is.</summary>
[JsonConverter(typeof(ContractEnumConverter<ReasonSeverity>))]
public enum ReasonSeverity
{
    [JsonStringEnumMemberName("info")] Info,
    [JsonStringEnumMemberName("degraded")] Degraded,
    [JsonStringEnumMemberName("blocked")] Blocked,
}

/// <summary>What ends a blocker: a person, its cause alone, or the system by itself within a time.</summary>
[JsonConverter(typeof(ContractEnumConverter<BlockerResolution>))]
public enum BlockerResolution
{
    [JsonStringEnumMemberName("manual")] Manual,
    [JsonStringEnumMemberName("waits")] Waits,
    [JsonStringEnumMemberName("self_healing")] SelfHealing,
}

/// <summary>How a value of a secret looks, without asking anyone.</summary>
[JsonConverter(typeof(ContractEnumConverter<FormatVerdict>))]
public enum FormatVerdict
{
    [JsonStringEnumMemberName("unknown")] Unknown,
    [JsonStringEnumMemberName("ok")] Ok,
    [JsonStringEnumMemberName("suspicious")] Suspicious,
    [JsonStringEnumMemberName("blank")] Blank,
}
