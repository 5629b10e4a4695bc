using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Which reports of progress count. What comes from outside the cluster is bound to one instance and to small steps,
/// so that no caller can exclude the real component.</summary>
internal static class ProgressPolicy
{
    /// <summary>Largest step of an external component's sequence while its progress counts.</summary>
    public const long MaxStep = 1_000;

    /// <summary>Why the report does not count; null when it does.</summary>
    /// <param name="known">The report that counted last; null before the first.</param>
    /// <param name="isLive">Whether <paramref name="known"/> still counts.</param>
    public static string? Refuse(ComponentProgress progress, ComponentProgress? known, bool isLive, bool externalRiskEngine)
    {
        if (SourceRefusal(progress, externalRiskEngine) is { } source) return source;
        if (known is null) return null;
        var isSame = known.Instance == progress.Instance;
        if (!progress.External) return isSame && progress.Sequence <= known.Sequence ? NoProgress : null;

        // A component that hangs and repeats its last report must not count again whenever its time is over.
        if (!isLive) return isSame && progress.Sequence == known.Sequence ? NoProgress : null;
        if (!isSame) return "Another instance is registered until its time is over.";
        if (progress.Sequence <= known.Sequence) return NoProgress;
        return progress.Sequence - known.Sequence > MaxStep ? $"The sequence grew by more than {MaxStep}." : null;
    }

    private const string NoProgress = "The sequence did not grow: no progress.";

    private static string? SourceRefusal(ComponentProgress progress, bool externalRiskEngine) => progress.Component switch
    {
        ComponentNames.Supervisor or ComponentNames.TimeoutWorker => progress.External ? "This component proves itself from inside alone." : null,
        ComponentNames.RiskEngine => progress.External == externalRiskEngine ? null : "Policy does not take the risk engine from there.",
        _ => "There is no component of this name.",
    };
}
