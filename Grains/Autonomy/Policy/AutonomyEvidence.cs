using System.Collections.Immutable;

namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>Equal observations of about the same age.</summary>
internal readonly record struct EvidenceBucket(DateTimeOffset At, long Good, long Total);

/// <summary>A decision with a stated confidence whose trade has ended.</summary>
internal readonly record struct ResolvedDecision(DateTimeOffset At, double Confidence, bool Won);

/// <summary>What is known of a bot within the window.</summary>
internal sealed record AutonomyEvidence
{
    public static AutonomyEvidence None { get; } = new();

    /// <summary>Its calls to providers; good ones ended well.</summary>
    public ImmutableArray<EvidenceBucket> Calls { get; init; } = [];

    /// <summary>Orders it sent, good when filled, and cycles that broke off, which are never good.</summary>
    public ImmutableArray<EvidenceBucket> Orders { get; init; } = [];

    /// <summary>Its trades, good when a decision explains them, and orders beyond its limits, which are never good.</summary>
    public ImmutableArray<EvidenceBucket> Acts { get; init; } = [];

    /// <summary>Its cycles, good when their trace is complete.</summary>
    public ImmutableArray<EvidenceBucket> Cycles { get; init; } = [];

    /// <summary>Heartbeats of its runners, good when the lease held until they came.</summary>
    public ImmutableArray<EvidenceBucket> Heartbeats { get; init; } = [];

    /// <summary>When it broke a rule: a trade that no decision explains, or one under an order that was not granted.</summary>
    public ImmutableArray<DateTimeOffset> Violations { get; init; } = [];

    /// <summary>When a person had to step in: a kill, a disarming, a stop of its runner.</summary>
    public ImmutableArray<DateTimeOffset> Interventions { get; init; } = [];

    public ImmutableArray<ResolvedDecision> Resolved { get; init; } = [];
}
