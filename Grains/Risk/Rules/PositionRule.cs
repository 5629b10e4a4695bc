using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest value of the position in a symbol, should this order and every unsettled one on its side be filled.</summary>
internal sealed class PositionRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxPositionNotional;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        if (!facts.Ledger.Known)
        {
            return new(NoTradeCodes.DataMissing, Name, limit, null, "The position is not known: trades and the last report contradict each other. Report the missing trades or the position anew.");
        }

        var value = Value(order, facts);
        return value is { } after && after <= limit
            ? null
            : new(NoTradeCodes.PositionLimit, Name, limit, value?.ToDecimal(), "The position would be above the limit.") { OrderIds = [.. facts.Ledger.Exposing(order.Side).Select(o => o.OrderId)] };
    }

    /// <summary>Value on the order's side with the order; null beyond what can be counted.</summary>
    public static Exact? Value(RiskOrder order, RiskFacts facts) =>
        facts.Worth(order) is { } worth && facts.Ledger.Value(order.Side, worth) is { } held ? held + (worth * order.Quantity) : null;
}
