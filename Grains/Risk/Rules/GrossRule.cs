using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest value of all positions of the bot, long and short added up, should this order and every unsettled one be filled.</summary>
internal sealed class GrossRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxGrossNotional;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        var other = order.Side == OrderSide.Buy ? OrderSide.Sell : OrderSide.Buy;
        if (facts.OtherGross is not { } rest || facts.Worth(order) is not { } worth || facts.Ledger.Value(other, worth) is not { } against || PositionRule.Value(order, facts) is not { } value)
        {
            return new(NoTradeCodes.DataMissing, Name, limit, null, "A position has no known price, so nobody can say what all of them are worth.");
        }

        var gross = rest + Exact.Max(value, against);
        return gross <= limit ? null : new(NoTradeCodes.PositionLimit, Name, limit, gross.ToDecimal(), "All positions together would be above the limit.");
    }
}
