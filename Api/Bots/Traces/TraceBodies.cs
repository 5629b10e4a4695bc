using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots.Traces;

/// <summary>Bodies of traces as grains take them. What is absent and can be made up is; what they may hold is the grain's to evaluate.</summary>
/// <param name="byOperator">Whether an operator sends them.</param>
internal sealed class TraceBodies(DateTimeOffset now, bool byOperator = false)
{
    public (DecisionTrace? Trace, string? Id, string? Broken) ToTrace(DecisionRequest body)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, TraceValue>(StringComparer.Ordinal);
        foreach (var (name, value) in body.Variables ?? ImmutableDictionary<string, JsonElement>.Empty)
        {
            if (ToValue(value) is not { } known) return (null, null, "'variables' must hold numbers, texts and booleans.");
            variables[name] = known;
        }

        var id = body.DecisionId ?? NewId();
        return (new DecisionTrace(
            id, body.OccurredAt ?? now, body.Symbol!, body.Action!, body.Rationale, variables.ToImmutable(), body.Confidence, body.Model, body.TradeId, Lower(body.TraceId)), id, null);
    }

    public (NoTradeTrace? Trace, string? Id, string? Broken) ToTrace(NoTradeRequest body)
    {
        var id = body.NoTradeId ?? NewId();
        return (new NoTradeTrace(
            id,
            body.OccurredAt ?? now,
            body.Symbol,
            [.. (body.Reasons ?? []).Select(r => new NoTradeReason(r?.Code ?? "", r?.Rule, r?.Threshold, r?.Actual, r?.Detail))],
            Lower(body.TraceId)), id, null);
    }

    public (TradeTrace? Trace, string? Id, string? Broken) ToTrace(TradeRequest body)
    {
        OrderSide? side = body.Side switch { "buy" => OrderSide.Buy, "sell" => OrderSide.Sell, _ => null };
        if (side is null) return (null, null, "'side' must be buy or sell.");
        if (body.History == true && !byOperator) return (null, null, "'history' takes an operator.");

        // Without an id of its own a report that is sent again would count twice.
        if (body.TradeId is not { } id) return (null, null, "'trade_id' is required.");
        if (body.Quantity is null || body.Price is null) return (null, null, "'quantity' and 'price' are required.");
        return (new TradeTrace(
            id, body.Symbol!, side.Value, body.Quantity ?? 0, body.Price ?? 0, body.Pnl, body.OpenedAt ?? Opened(body), body.ClosedAt, body.DecisionId, Lower(body.TraceId), body.OrderId,
            body.Currency?.ToUpperInvariant(), body.History ?? false, CloseOrderId: body.CloseOrderId, Multiplier: body.Multiplier ?? 1), id, null);
    }

    /// <summary>A cycle with an outcome alone gets the least counts that the outcome implies: one signal, sent when it traded.</summary>
    public (CycleTrace? Trace, string? Id, string? Broken) ToTrace(CycleRequest body)
    {
        var end = EnumNames.Find<CycleEnd>(body.Outcome);
        if (end is null) return (null, null, "'outcome' must be traded, no_signal, suppressed or error.");
        var filled = body.Filled ?? 0;
        var sent = body.Sent ?? Math.Max(filled, end == CycleEnd.Traded ? 1 : 0);
        var survived = body.SurvivedRisk ?? sent;
        var signals = body.Signals ?? Math.Max(survived, end is CycleEnd.Traded or CycleEnd.Suppressed ? 1 : 0);
        var id = body.CycleId ?? NewId();
        return (new CycleTrace(id, body.OccurredAt ?? now, end.Value, signals, survived, sent, filled, Lower(body.TraceId)), id, null);
    }

    // A trade that is reported when it is closed was opened then or before.
    private DateTimeOffset Opened(TradeRequest body) => body.ClosedAt is { } closed && closed < now ? closed : now;

    private string NewId() => Guid.CreateVersion7(now).ToString();

    private static string? Lower(string? traceId) => traceId?.ToLowerInvariant();

    private static TraceValue? ToValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
