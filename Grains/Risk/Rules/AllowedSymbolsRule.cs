using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Only declared symbols are opened, once any are declared.</summary>
internal sealed class AllowedSymbolsRule : IRiskRule
{
    public string Name => "allowed_symbols";

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts) =>
        facts.AllowedSymbols is null || facts.AllowedSymbols.Contains(order.Symbol)
            ? null
            : new(NoTradeCodes.RiskLimit, Name, null, null, "This symbol is not among those that the bot may trade.");
}
