using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>What an unsettled order may still do.</summary>
internal enum OrderFate
{
    /// <summary>It works at the broker: what is left may be filled or not.</summary>
    Working = 0,

    /// <summary>Nobody has told of it in time: it counts by its worse outcome.</summary>
    Silent = 1,

    /// <summary>It was reported filled: what no trade tells of is held all the same.</summary>
    Filled = 2,
}

/// <summary>An unsettled order of the ledger's symbol.</summary>
/// <param name="Left">Units that no trade has filled.</param>
/// <param name="Worth">Value of one unit by the order's own price and multiplier, without sign; null for an exit without a price.</param>
/// <param name="EndedAt">When it was reported filled.</param>
internal sealed record LedgerOrder(
    string OrderId, OrderSide Side, Exact Left, Exact? Worth, OrderIntent Intent, string? OcoGroup, OrderFate Fate, DateTimeOffset GrantedAt, DateTimeOffset? EndedAt)
{
    public Exact Signed => Side == OrderSide.Buy ? Left : -Left;
}

/// <summary>Units held by a recorded trade.</summary>
/// <param name="Worth">Value of one unit at its own price and multiplier, without sign.</param>
internal readonly record struct LedgerLot(OrderSide Side, Exact Units, Exact Worth);
