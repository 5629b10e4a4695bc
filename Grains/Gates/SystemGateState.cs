using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates;

/// <summary>The gate's row in the store: written about once a second with an ETag, so that a second activation shuts the first one out.</summary>
[GenerateSerializer, Alias("cp.state.GateLease")]
public sealed class GateLeaseState
{
    [Id(0)] public long Epoch { get; set; }
    [Id(1)] public long Renewals { get; set; }
    [Id(2)] public DateTimeOffset RenewedAt { get; set; }

    /// <summary>Grows with every renewal and is never reused. A node that got a larger one knows that the store was restored.</summary>
    [Id(20)] public long Mark { get; set; }

    /// <summary>The mark that an operator's last confirmation of the store wrote.</summary>
    [Id(21)] public long Confirmed { get; set; }

    /// <summary>Number of that confirmation's audit entry.</summary>
    [Id(22)] public long ConfirmedAudit { get; set; }

    /// <summary>No token of a bot counts whose generation is below this one.</summary>
    [Id(23)] public long Generation { get; set; }

    /// <summary>Why an operator must confirm the store, and since when; null when no confirmation is needed.</summary>
    [Id(24)] public string? Suspected { get; set; }
    [Id(25)] public DateTimeOffset SuspectedSince { get; set; }

    /// <summary>Version of the row with the kill switch that the gate last knew of: an older one was put back.</summary>
    [Id(40)] public long Controls { get; set; }
}

/// <summary>What people have decided about the whole system and what must survive a restart. LIVE is not in it: a restart disarms.</summary>
[GenerateSerializer, Alias("cp.state.GateControls")]
public sealed class GateControlsState
{
    [Id(0)] public KillSwitch Kill { get; set; } = KillSwitch.Released;
    [Id(1)] public long Fence { get; set; }

    /// <summary>Ids of the kills that were released last: one that is delivered again engages nothing.
    /// In a row from before <see cref="Engaged"/>, of all that were taken.</summary>
    [Id(2)] public ImmutableArray<Guid> Taken { get; set; } = [];

    /// <summary>Ids of the kills that are engaged.</summary>
    [Id(10)] public ImmutableArray<Guid> Engaged { get; set; } = [];

    /// <summary>Epoch of the gate that wrote the row. A gate that finds a larger one is out of office and writes nothing more.</summary>
    [Id(11)] public long Epoch { get; set; }

    /// <summary>True for a release until the gate that wrote it knows that it is on disk. A gate that finds it so takes the switch for engaged.</summary>
    [Id(12)] public bool Unsettled { get; set; }
}
