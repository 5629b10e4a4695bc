using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>What only an operator declares of a bot: its orders are evaluated by it. Of each part null is nothing declared.</summary>
[GenerateSerializer, Immutable, Alias("cp.BotTerms")]
public sealed record BotTerms
{
    /// <summary>By symbol.</summary>
    [Id(0)] public ImmutableSortedDictionary<string, Instrument>? Instruments { get; init; }

    /// <summary>Another name of a symbol, and the symbol.</summary>
    [Id(1)] public ImmutableSortedDictionary<string, string>? Aliases { get; init; }

    /// <summary>Ids of providers that the bot may use beside those that it requires.</summary>
    [Id(2)] public ImmutableSortedSet<string>? MayUse { get; init; }

    /// <summary>Currency of its limits, and of profits reported without one; null is the control plane's default.</summary>
    [Id(3)] public string? Currency { get; init; }

    /// <summary>False for a bot whose decisions carry no confidence: it has no quality of decisions, and can rise to LIMITED without it. Null is true.</summary>
    [Id(4)] public bool? StatesConfidence { get; init; }
}

/// <summary>A symbol that a bot trades.</summary>
/// <param name="Multiplier">Units of the underlying in one unit of an order (ES: 50). An order may name a larger one, never a smaller.</param>
/// <param name="Rate">Value of one unit of its results' currency in the currency of the sums (<c>ControlPlane:Risk:Currency</c>);
/// null where the control plane's own rates count.</param>
[GenerateSerializer, Immutable, Alias("cp.Instrument")]
public sealed record Instrument([property: Id(0)] decimal Multiplier, [property: Id(1)] decimal? Rate = null);
