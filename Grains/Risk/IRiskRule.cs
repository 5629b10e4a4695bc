using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk;

/// <summary>One rule: pure, and refuses whatever it cannot evaluator.</summary>
internal interface IRiskRule
{
    /// <summary>The rule's name, which for a limit is the limit's.</summary>
    string Name { get; }

    /// <summary>False for rules that would keep a bot from leaving a position.</summary>
    bool HoldsForExits { get; }

    /// <summary>The refusal, or null when the order keeps the rule.</summary>
    OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts);
}
