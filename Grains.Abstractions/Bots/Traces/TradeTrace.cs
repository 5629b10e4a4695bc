namespace ControlPlane.Abstractions;

/// <summary>Direction of an order or a trade.</summary>
public enum OrderSide
{
    Buy = 0,
    Sell = 1,
}

/// <summary>A trade, a round trip: opened, and closed when it is reported again with <see cref="ClosedAt"/>. A larger quantity is the next state of a growing
/// fill. A later report fills in what was missing. Reported values stay, but for a loss, which may grow.</summary>
/// <param name="TradeId">Idempotency key within the bot, 1 to 100 characters.</param>
/// <param name="Side">That of the order that opened it.</param>
/// <param name="Quantity">Units of the instrument, above 0.</param>
/// <param name="Price">Price of one unit in the account's currency; it may be negative.</param>
/// <param name="Pnl">Realised profit or loss in the account's currency; null while there is none.</param>
/// <param name="OrderId">The checked order that opened it, or null. An order of the other side is taken as the one that closed it.</param>
/// <param name="Currency">Of the profit, for example <c>EUR</c>; null is the bot's.</param>
/// <param name="History">Imported by an operator: it counts for no limit and no score.</param>
/// <param name="ReceivedAt">When the control plane received this report. Not taken from a caller.</param>
/// <param name="CountsAt">When what this report realises counts. Not taken from a caller.</param>
/// <param name="CloseOrderId">The checked order that closed it, or null.</param>
/// <param name="Multiplier">Units of the underlying in one unit.</param>
/// <param name="Rate">What one unit of <paramref name="Currency"/> is in the currency of the sums, by the bot's instruments; null where they tell none. Not taken from a caller.</param>
[GenerateSerializer, Immutable, Alias("cp.TradeTrace")]
public sealed record TradeTrace(
    [property: Id(0)] string TradeId,
    [property: Id(1)] string Symbol,
    [property: Id(2)] OrderSide Side,
    [property: Id(3)] decimal Quantity,
    [property: Id(4)] decimal Price,
    [property: Id(5)] decimal? Pnl,
    [property: Id(6)] DateTimeOffset OpenedAt,
    [property: Id(7)] DateTimeOffset? ClosedAt,
    [property: Id(8)] string? DecisionId,
    [property: Id(9)] string? TraceId,
    [property: Id(10)] string? OrderId = null,
    [property: Id(11)] string? Currency = null,
    [property: Id(12)] bool History = false,
    [property: Id(13)] DateTimeOffset? ReceivedAt = null,
    [property: Id(14)] DateTimeOffset? CountsAt = null,
    [property: Id(15)] string? CloseOrderId = null,
    [property: Id(16)] decimal Multiplier = 1,
    [property: Id(17)] decimal? Rate = null);
