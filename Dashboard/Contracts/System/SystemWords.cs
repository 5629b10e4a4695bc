using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Whether the system, or a bot, may act on its own.</summary>
[JsonConverter(typeof(ContractEnumConverter<Readiness>))]
public enum Readiness
{
    [JsonStringEnumMemberName("BLOCKED")] Blocked,
    [JsonStringEnumMemberName("DEGRADED")] Degraded,
    [JsonStringEnumMemberName("OK")] Ok,
}

/// <summary>What orders may pass: none, only those that reduce, or all.</summary>
[JsonConverter(typeof(ContractEnumConverter<TradingPosture>))]
public enum TradingPosture
{
    [JsonStringEnumMemberName("HALTED")] Halted,
    [JsonStringEnumMemberName("REDUCING")] Reducing,
    [JsonStringEnumMemberName("ACTIVE")] Active,
}

/// <summary>A gate's condition. Only <c>True</c> is healthy.</summary>
[JsonConverter(typeof(ContractEnumConverter<GateVerdict>))]
public enum GateVerdict
{
    [JsonStringEnumMemberName("Unknown")] Unknown,
    [JsonStringEnumMemberName("False")] False,
    [JsonStringEnumMemberName("True")] True,
}
