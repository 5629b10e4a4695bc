using System.Collections.Immutable;

namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>Equal observations of about the same age.</summary>
internal readonly record struct EvidenceBucket(DateTimeOffset At, long Good, long Total);

/// <summary>A decision with a stated confidence whose trade has ended.</summary>
internal readonly record struct ResolvedDecision(DateTimeOffset At, double Confidence, bool Won);

/// <summary>A rule that the bot broke.</summary>
/// <param name="Rule">One of <see cref="Violation"/>'s constants.</param>
internal readonly record struct Violation(DateTimeOffset At, string Rule)
{
    /// <summary>A trade that fills no order that was granted to this bot.</summary>
    public const string OutsideOrder = "trade_outside_order";

    /// <summary>Trades that fill more of an order than was granted.</summary>
    public const string AboveOrder = "trade_above_order";

    /// <summary>A trade that was opened while the system's kill switch was engaged.</summary>
    public const string UnderKill = "trade_under_kill";

    /// <summary>The same for the bot's own kill switch.</summary>
    public const string UnderOwnKill = "trade_under_own_kill";
}

/// <summary>What the control plane saw of a bot within the window, dated by receipt.</summary>
internal sealed record AutonomyEvidence
{
    public static AutonomyEvidence None { get; } = new();

    /// <summary>Its calls to providers, in hours in which its runner was seen; good ones ended well.</summary>
    public ImmutableArray<EvidenceBucket> Calls { get; init; } = [];

    /// <summary>Orders granted to it that have an end, good when a trade fills them, and cycles that broke off, which are never good.</summary>
    public ImmutableArray<EvidenceBucket> Orders { get; init; } = [];

    /// <summary>Granted orders that trades fill, good when a decision explains them, and orders beyond its limits, which are never good.</summary>
    public ImmutableArray<EvidenceBucket> Acts { get; init; } = [];

    /// <summary>Its cycles, in hours in which its runner was seen, good when their trace is complete.</summary>
    public ImmutableArray<EvidenceBucket> Cycles { get; init; } = [];

    /// <summary>Heartbeats of its runners, one an interval, good when the lease held until they came.</summary>
    public ImmutableArray<EvidenceBucket> Heartbeats { get; init; } = [];

    public ImmutableArray<Violation> Violations { get; init; } = [];

    /// <summary>When a person had to step in: a kill, a disarming, a stop of its runner.</summary>
    public ImmutableArray<DateTimeOffset> Interventions { get; init; } = [];

    public ImmutableArray<ResolvedDecision> Resolved { get; init; } = [];
}
