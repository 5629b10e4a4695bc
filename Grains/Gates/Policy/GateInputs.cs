using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>All inputs of a decision, with ages already evaluated. Absent evidence was never received or has expired.</summary>
internal sealed record GateInputs
{
    public required PolicyOptions Policy { get; init; }
    public required ImmutableArray<ProviderInput> Providers { get; init; }

    /// <summary>By component name.</summary>
    public required ImmutableDictionary<string, ComponentInput> Components { get; init; }
    public required KillSwitch Kill { get; init; }
    public required LiveTrading Live { get; init; }

    /// <summary>Null while the gate's row in the store was renewed within the lease; else why not, and since when.</summary>
    public Reason? StoreLost { get; init; }

    /// <summary>Set while there is unconfirmed evidence against the store.</summary>
    public Reason? StoreReplaced { get; init; }

    /// <summary>Set for one lease after the host of the gate has slept.</summary>
    public Reason? HostSuspended { get; init; }

    /// <summary>Set while usage events were lost or cannot be counted.</summary>
    public Reason? TelemetryLost { get; init; }

    /// <summary>Set while a channel of the alerts does not work.</summary>
    public Reason? AlertsUndelivered { get; init; }

    /// <summary>Runners that were lost while their bots held positions.</summary>
    public ImmutableArray<LostRunner> LostRunners { get; init; } = [];
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A bot that holds a position, or may hold one, and whose runner was lost.</summary>
internal sealed record LostRunner(string BotId, DateTimeOffset Since);

/// <summary>A catalogued provider and the evidence that still counts.</summary>
/// <param name="Evidence">Null when none was received or the last has expired.</param>
/// <param name="ValidFor">How long the evidence still counts.</param>
/// <param name="Verifiable">False when no harmless verify exists: such a provider can hold no gate.</param>
internal sealed record ProviderInput(
    string Id,
    string Name,
    string Category,
    bool Required,
    bool Verifiable,
    ProviderEvidence? Evidence,
    TimeSpan ValidFor,
    DateTimeOffset ObservedAt)
{
    public string? Gate => GateNames.ForCategory(Category);

    /// <summary>Whether the evidence, taken alone, says connected.</summary>
    public bool IsGood => Verifiable && Evidence is { State: ProviderState.Connected or ProviderState.Degraded } && ValidFor > TimeSpan.Zero;
}

/// <summary>A component's progress that still counts.</summary>
internal sealed record ComponentInput(bool Healthy, string Message, TimeSpan ValidFor, DateTimeOffset ObservedAt)
{
    public bool IsGood => Healthy && ValidFor > TimeSpan.Zero;
}
