using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>During a rolling upgrade a grain of a newer build may answer with a value that this build has no name for. It reads as the one
/// that permits less, or is worse.</summary>
internal static class KnownValues
{
    public static TEnum Known<TEnum>(this TEnum value)
        where TEnum : struct, Enum => Enum.IsDefined(value) ? value : Fallback<TEnum>.Value;

    /// <summary>Zero is the closed value of every enum but these.</summary>
    private static object? Worst(Type type) =>
        type == typeof(RunnerState) ? RunnerState.Lost
        : type == typeof(ProviderState) ? ProviderState.ConfiguredNotConnected
        : type == typeof(Capability) ? Capability.Withdraw
        : type == typeof(AlertSeverity) ? AlertSeverity.Page
        : type == typeof(Severity) ? Severity.Blocked
        : type == typeof(UsageStatus) ? UsageStatus.Error
        : null;

    private static class Fallback<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly TEnum Value = Worst(typeof(TEnum)) is TEnum worst ? worst : default;
    }
}
