using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>The gate as this node knows it: local reads on the node's own monotonic clock, no call, no lock, no allocation.
/// Absent, expired or never loaded is closed.</summary>
public interface IGate
{
    /// <summary>May the system act now? Ask before every side effect and after every await.</summary>
    GateAnswer Check();

    /// <summary>A view for one bot and lease epoch. Keep the object; look it up once, not before each check.</summary>
    IBotGate For(string botId, long leaseEpoch);
}

/// <summary>The gate for one bot under one lease epoch.</summary>
public interface IBotGate
{
    /// <summary>May this bot act now? Ask before every side effect and after every await.</summary>
    GateAnswer Check();

    /// <summary>Why the last answer was not <see cref="TradingState.Active"/>: codes of <see cref="Codes"/>.</summary>
    ImmutableArray<string> Explain();
}

/// <summary>An answer of the gate, to be recorded with the act that rests on it.</summary>
/// <param name="TradingState">What may pass.</param>
/// <param name="Epoch">The gate's epoch, 0 when nothing was ever loaded.</param>
/// <param name="Version">The gate's version within the epoch.</param>
/// <param name="ValidForMs">How long this node's lease still runs, in milliseconds; 0 when it has run out.</param>
/// <param name="MayReduce">True when an exit may pass, in whatever trading state: this node's lease and the runner's run, and no kill is engaged.
/// That it truly reduces is for the check of the order.</param>
/// <param name="LeaseForMs">How long the runner's lease still runs as this node knows, whatever the gate says; 0 without one.</param>
public readonly record struct GateAnswer(
    TradingState TradingState, long Epoch, long Version, long ValidForMs, bool MayReduce = false, long LeaseForMs = 0)
{
    /// <summary>True when new exposure may be opened.</summary>
    public bool MayOpen => TradingState == TradingState.Active;

    /// <summary>True when an order may be canceled: that needs the runner's lease alone.</summary>
    public bool MayCancel => LeaseForMs > 0;

    /// <summary>The answer of a node that knows nothing.</summary>
    public static GateAnswer Closed { get; }
}
