namespace ControlPlane.Contracts;

/// <summary>May the system act on its own, why not, and the way to OK.</summary>
public sealed record SystemStatusAnswer
{
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The gate's epoch; 0 when this node never got an answer of the gate.</summary>
    public required long Epoch { get; init; }

    /// <summary>The gate's version within the epoch.</summary>
    public required long Version { get; init; }
    public required string TraceId { get; init; }
    public required IReadOnlyList<UnavailableRow> Unavailable { get; init; }

    /// <summary>Set when the cluster could not be reached (503).</summary>
    public string? Code { get; init; }
    public required SystemStatus SystemStatus { get; init; }
    public required bool AutonomyAllowed { get; init; }
    public required TradingState TradingState { get; init; }

    /// <summary>Wall clock, for display; null when nothing counts.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>How long this answer counts from the moment the request was sent, on the reader's monotonic clock.</summary>
    public required long ValidForMs { get; init; }
    public required bool Demo { get; init; }
    public required AutonomyGates AutonomyGates { get; init; }
    public required IReadOnlyList<BlockerRow> Blockers { get; init; }
    public required IReadOnlyList<PathStepRow> PathToOk { get; init; }
    public required KillSwitchRow KillSwitch { get; init; }
    public required LiveTradingRow LiveTrading { get; init; }
    public required TierCounts TierCounts { get; init; }
    public required BotTotals Bots { get; init; }
}

/// <summary>Counts of bots; all null when they could not be read.</summary>
public sealed record BotTotals(int? Total, int? Running, int? Ok, int? Degraded, int? Blocked);
