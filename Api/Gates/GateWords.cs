using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Gates;

/// <summary>The gate's words as the contract writes them. A value that is not known reads as the closed one.</summary>
internal static class GateWords
{
    public static Readiness ToContract(this SystemStatus status) => status switch
    {
        SystemStatus.Ok => Readiness.Ok,
        SystemStatus.Degraded => Readiness.Degraded,
        _ => Readiness.Blocked,
    };

    public static TradingPosture ToContract(this TradingState state) => state switch
    {
        TradingState.Active => TradingPosture.Active,
        TradingState.Reducing => TradingPosture.Reducing,
        _ => TradingPosture.Halted,
    };

    public static GateVerdict ToContract(this GateStatus status) => status switch
    {
        GateStatus.True => GateVerdict.True,
        GateStatus.False => GateVerdict.False,
        _ => GateVerdict.Unknown,
    };

    public static ReasonSeverity ToContract(this Severity severity) => severity switch
    {
        Severity.Info => ReasonSeverity.Info,
        Severity.Degraded => ReasonSeverity.Degraded,
        _ => ReasonSeverity.Blocked,
    };

    public static BlockerResolution ToContract(this Resolution resolution) => resolution switch
    {
        Resolution.Waits => BlockerResolution.Waits,
        Resolution.SelfHealing => BlockerResolution.SelfHealing,
        _ => BlockerResolution.Manual,
    };
}
