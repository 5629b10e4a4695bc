using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>A trade, a round trip: opened, and closed when it is reported again with <see cref="ClosedAt"/>.</summary>
public sealed record TradeRequest
{
    /// <summary>The bot's own id of it. The same again with a larger quantity is the next state of a growing fill.</summary>
    public string? TradeId { get; init; }
    public string? Symbol { get; init; }

    /// <summary><c>buy</c> or <c>sell</c>: the side of the order that opened it.</summary>
    public string? Side { get; init; }

    /// <summary>Units of the instrument, above 0.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Quantity { get; init; }

    /// <summary>Price of one unit; it may be negative.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Price { get; init; }

    /// <summary>Units of the underlying in one unit; 1 when absent.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Multiplier { get; init; }

    /// <summary>Realised profit or loss in the account's currency; null while open.</summary>
    public decimal? Pnl { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? DecisionId { get; init; }

    /// <summary>The checked order that opened this trade.</summary>
    public string? OrderId { get; init; }

    /// <summary>Of the profit, for example <c>EUR</c>; absent, the bot's.</summary>
    public string? Currency { get; init; }

    /// <summary>Imports a closed trade that counts for no limit and no score; an operator's.</summary>
    public bool? History { get; init; }

    /// <summary>The checked order that closed this trade.</summary>
    public string? CloseOrderId { get; init; }
    public string? TraceId { get; init; }
}

/// <summary>A recorded trade.</summary>
public sealed record TradeRow(
    string TradeId,
    string BotId,
    string Symbol,
    string Side,
    decimal Quantity,
    decimal Price,
    decimal? Pnl,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt,
    string? DecisionId,
    string? TraceId)
{
    /// <summary>The checked order that opened this trade.</summary>
    public string? OrderId { get; init; }

    /// <summary>Of the profit; null is the bot's own.</summary>
    public string? Currency { get; init; }

    /// <summary>Imported: it counts for no limit and no score.</summary>
    public bool History { get; init; }

    /// <summary>The checked order that closed this trade.</summary>
    public string? CloseOrderId { get; init; }
    public decimal Multiplier { get; init; } = 1;
}

/// <summary>What became of the traces of one call. Whatever is counted in <paramref name="Accepted"/> is on disk.</summary>
/// <param name="Ids">Id of each trace in the order of the call; null for a rejected one.</param>
public sealed record TraceReceiptAnswer(
    int Accepted,
    int Duplicates,
    IReadOnlyList<UsageRejectionRow> Rejected,
    IReadOnlyList<string?> Ids,
    string TraceId);
