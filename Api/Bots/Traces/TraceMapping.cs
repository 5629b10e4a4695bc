using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots.Traces;

/// <summary>Traces as the contract writes them.</summary>
internal static class TraceMapping
{
    public static DecisionRow ToRow(string botId, RecordedDecision recorded)
    {
        var decision = recorded.Decision;
        return new(
            decision.DecisionId,
            botId,
            decision.OccurredAt,
            decision.Symbol,
            decision.Action,
            decision.Rationale,
            decision.Variables.ToDictionary(v => v.Key, v => ToJson(v.Value), StringComparer.Ordinal),
            decision.Confidence,
            decision.Model,
            decision.TradeId ?? recorded.Trade?.TradeId,
            decision.TraceId,
            decision.GateEpoch,
            decision.GateVersion,
            recorded.Trade is { } trade ? ToRow(botId, trade) : null);
    }

    public static NoTradeRow ToRow(string botId, RecordedNoTrade noTrade) => new(
        noTrade.NoTradeId,
        botId,
        noTrade.Symbol,
        [.. noTrade.Reasons.Select(r => new NoTradeReasonRow(r.Code, r.Rule, r.Threshold, r.Actual, r.Detail))],
        noTrade.Count,
        noTrade.FirstAt,
        noTrade.LastAt,
        noTrade.TraceId);

    public static TradeRow ToRow(string botId, TradeTrace trade) => new(
        trade.TradeId,
        botId,
        trade.Symbol,
        trade.Side == OrderSide.Buy ? "buy" : "sell",
        trade.Quantity,
        trade.Price,
        trade.Pnl,
        trade.OpenedAt,
        trade.ClosedAt,
        trade.DecisionId,
        trade.TraceId) { OrderId = trade.OrderId, CloseOrderId = trade.CloseOrderId, Multiplier = trade.Multiplier, Currency = trade.Currency, History = trade.History };

    public static FunnelAnswer ToAnswer(string botId, FunnelReading reading, DateTimeOffset now, string traceId)
    {
        var funnel = reading.Funnel;
        UnavailableRow[] Missing(bool missing, params string[] fields) => missing ? [.. fields.Select(f => new UnavailableRow(f, Codes.DataUnavailable, now))] : [];
        return new(
            botId,
            now,
            reading.WindowSeconds,
            funnel?.Cycles,
            funnel?.Signals,
            funnel?.SurvivedRisk,
            funnel?.Sent,
            funnel?.Filled,
            funnel is null ? null : new(funnel.Traded, funnel.NoSignal, funnel.Suppressed, funnel.Errors),
            reading.NoTrades is { } reasons ? [.. reasons.Select(r => new NoTradeReasonCountRow(r.Code, r.Count, r.LastAt))] : null,
            ToRow(reading.Blind),
            reading.LastCycleAt,
            [
                .. Missing(funnel is null, "cycles", "signals", "survived_risk", "sent", "filled", "outcomes"),
                .. Missing(reading.NoTrades is null, "no_trade_reasons"),
                .. Missing(reading is { Code: not null, Blind: null }, "blind", "last_cycle_at"),
            ],
            traceId);
    }

    public static BlindRow? ToRow(BlindSpot? blind) =>
        blind is null ? null : new(blind.Blind, blind.CyclesSinceSignal, blind.UsualCycles, blind.Since, blind.Message);

    private static JsonElement ToJson(TraceValue value) =>
        value.Number is { } number ? JsonSerializer.SerializeToElement(number)
        : value.Flag is { } flag ? JsonSerializer.SerializeToElement(flag)
        : JsonSerializer.SerializeToElement(value.Text);
}
