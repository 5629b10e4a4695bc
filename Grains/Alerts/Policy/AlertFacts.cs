using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Policy;

/// <summary>What the causes of alerts are read from.</summary>
internal sealed record AlertFacts
{
    /// <summary>The last decision received from the gate, or null.</summary>
    public GateSnapshot? Gate { get; init; }

    /// <summary>Whether that decision still counts.</summary>
    public bool GateLive { get; init; }

    /// <summary>Null when the list could not be read lately.</summary>
    public ImmutableArray<BotView>? Bots { get; init; }

    /// <summary>Null when they could not be read lately.</summary>
    public ImmutableArray<DayLoss>? Losses { get; init; }

    /// <summary>Keys whose end is known; null when they could not be read lately.</summary>
    public ImmutableArray<KeyEnd>? Keys { get; init; }

    /// <summary>Null while the audit log was not checked yet, or could not be.</summary>
    public AuditCheck? Audit { get; init; }
    public DateTimeOffset? AuditBrokenSince { get; init; }

    /// <summary>Nodes that the gate does not take.</summary>
    public ImmutableArray<NodeRefusal> Nodes { get; init; } = [];
    public required DateTimeOffset Now { get; init; }
}

/// <summary>What was lost on a UTC day, and the limit.</summary>
/// <param name="Bot">Null for all bots together.</param>
internal sealed record DayLoss(string? Bot, DateOnly Day, decimal Loss, decimal Limit, string Currency);

/// <summary>When the key of a provider ends.</summary>
internal sealed record KeyEnd(string Provider, string Name, DateTimeOffset EndsAt);

/// <summary>A node that is not ready.</summary>
internal sealed record NodeRefusal(string Node, GateRefusal Refusal, DateTimeOffset Since);
