using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>What decides whether an order opens.</summary>
internal enum IntentHint
{
    Open = 0,
    Reduce = 1,

    /// <summary>The position does.</summary>
    Position = 2,
}

/// <summary>An order as its request says it.</summary>
/// <param name="Symbol">As the provider writes it; null in an amend that leaves it out.</param>
/// <param name="Quantity">Units, above 0; null where money was told, or nothing in an amend.</param>
/// <param name="Notional">Money to be spent or raised.</param>
/// <param name="Lots">The quantity counts contracts, whose multiplier the bot's registration must know.</param>
/// <param name="Kind"><c>market</c>, <c>limit</c>, <c>stop</c> or <c>stop_limit</c>; null in an amend that leaves it out.</param>
/// <param name="Hash">SHA-256 of what the request says, in lower-case hex; the same for the same request made again.</param>
internal sealed record ReadOrder(
    string? Symbol, OrderSide? Side, decimal? Quantity, decimal? Notional, bool Lots, string? Kind, decimal? Price, decimal? StopPrice, IntentHint Intent, string? ClientOrderId, string Hash)
{
    /// <summary>What look-ups need again.</summary>
    public IReadOnlyDictionary<string, string> Keep { get; init; } = new Dictionary<string, string>();

    /// <summary>For an amend, the order that it changes.</summary>
    public NamedOrder? Amends { get; init; }
}

/// <summary>An order as a request names it, by the provider's id or by the client's.</summary>
internal sealed record NamedOrder(string? OrderId, string? ClientOrderId);
