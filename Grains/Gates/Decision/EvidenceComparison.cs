using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>What a provider's answer is against what is known of it.</summary>
internal enum EvidenceNews
{
    /// <summary>Older than what is known: not taken over.</summary>
    Outdated,

    /// <summary>The same again, only later. It can wait for the next round.</summary>
    Renewed,

    /// <summary>Something else, or more than nothing: it is evaluated at once.</summary>
    Changed,
}

/// <summary>Whether an answer says the same as the one before. In doubt it does not.</summary>
internal static class EvidenceComparison
{
    /// <summary>By how much the end of a verdict may come closer between two answers: it is told in whole milliseconds.</summary>
    private const long ToleranceMs = 100;

    /// <param name="between">Time between the two questions.</param>
    public static bool OnlyRenews(ProviderEvidence known, ProviderEvidence next, TimeSpan between) =>
        known.Provider == next.Provider
        && known.Activation == next.Activation
        && known.Sequence == next.Sequence
        && known.State == next.State
        && known.EvidenceTraceId == next.EvidenceTraceId
        && known.TelemetryLost == next.TelemetryLost
        && known.Configuration == next.Configuration
        && known.Environment == next.Environment
        && Same(known.Reasons, next.Reasons)
        && Same(known.MissingVariables, next.MissingVariables)
        && Same(known.FailingBots, next.FailingBots)
        && Same(known.Capabilities, next.Capabilities)
        && (known.ValidForMs > 0) == (next.ValidForMs > 0)
        && next.ValidForMs + between.TotalMilliseconds >= known.ValidForMs - ToleranceMs;

    private static bool Same<T>(ImmutableArray<T> one, ImmutableArray<T> other) => one.AsSpan().SequenceEqual(other.AsSpan(), EqualityComparer<T>.Default);
}
