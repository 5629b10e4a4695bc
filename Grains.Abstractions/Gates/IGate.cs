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
public readonly record struct GateAnswer(TradingState TradingState, long Epoch, long Version, long ValidForMs)
{
    /// <summary>True when new exposure may be opened.</summary>
    public bool MayOpen => TradingState == TradingState.Active;

    /// <summary>True when a position may be reduced.</summary>
    public bool MayReduce => TradingState != TradingState.Halted;

    /// <summary>The answer of a node that knows nothing.</summary>
    public static GateAnswer Closed { get; }
}
