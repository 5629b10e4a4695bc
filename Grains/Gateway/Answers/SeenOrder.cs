using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Answers;

/// <summary>An order as a provider tells of it; what it does not tell is null.</summary>
/// <param name="State">One of <see cref="OrderStatus"/>: open, filled, canceled or rejected.</param>
/// <param name="Filled">Units filled so far.</param>
internal sealed record SeenOrder(
    string? OrderId, string? ClientOrderId, string? Symbol, OrderSide? Side, decimal? Quantity, string? State, decimal? Filled, decimal? AveragePrice, bool Reduces)
{
    /// <summary>Fees of what is filled so far; a cost is above 0.</summary>
    public decimal? Fee { get; init; }

    public string? FeeCurrency { get; init; }

    /// <summary>Price and fees are those of the fills, or nothing is filled.</summary>
    public bool FillsRead { get; init; }

    /// <summary>What a request for its fills needs.</summary>
    public IReadOnlyDictionary<string, string> Taken { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>What an answer is worth.</summary>
internal enum AnswerWorth
{
    /// <summary>It does not say what became of the request.</summary>
    Unsure = 0,

    /// <summary>The provider refused the request: nothing came of it.</summary>
    Refused = 1,

    Good = 2,
}

/// <summary>An answer as its mapping reads it.</summary>
internal sealed record AnswerReading(AnswerWorth Worth, IReadOnlyList<SeenOrder> Orders)
{
    public static AnswerReading Unsure { get; } = new(AnswerWorth.Unsure, []);
    public static AnswerReading Refused { get; } = new(AnswerWorth.Refused, []);
}
