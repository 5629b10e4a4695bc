using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>What a trace may hold. Each method names the rule that is broken, never the value, or answers null.</summary>
internal sealed class TraceRules(TraceOptions options, DateTimeOffset now)
{
    public const int MaxPerCall = 10_000;
    public const int MaxId = 100;
    public const int MaxSymbol = Risk.Symbols.SymbolNames.MaxLength;
    public const int MaxAction = 40;
    public const int MaxRule = 100;
    public const int MaxDetail = 500;
    public const int MaxRationale = 4_000;
    public const int MaxVariables = 100;
    public const int MaxReasons = 20;
    public const int MaxCount = 1_000_000;

    /// <summary>Largest quantity, price, and amount of a profit or loss: sums of them stay exact.</summary>
    public const decimal MaxAmount = 1_000_000_000_000_000_000m;

    public string? Check(DecisionTrace decision) =>
        Id("decision_id", decision.DecisionId)
        ?? When("occurred_at", decision.OccurredAt)
        ?? Line("symbol", decision.Symbol, MaxSymbol)
        ?? Line("action", decision.Action, MaxAction)
        ?? Optional("rationale", decision.Rationale, MaxRationale)
        ?? Variables(decision.Variables)
        ?? (decision.Confidence is null or (>= 0 and <= 1) ? null : "'confidence' must be a number from 0 to 1.")
        ?? Optional("model", decision.Model, MaxId)
        ?? Optional("trade_id", decision.TradeId, MaxId)
        ?? Trace(decision.TraceId);

    public string? Check(NoTradeTrace noTrade) =>
        Id("no_trade_id", noTrade.NoTradeId)
        ?? When("occurred_at", noTrade.OccurredAt)
        ?? Optional("symbol", noTrade.Symbol, MaxSymbol)
        ?? Reasons(noTrade.Reasons)
        ?? Trace(noTrade.TraceId);

    public string? Check(TradeTrace trade) =>
        Id("trade_id", trade.TradeId)
        ?? Line("symbol", trade.Symbol, MaxSymbol)
        ?? Amount("quantity", trade.Quantity)
        ?? (Math.Abs(trade.Price) <= MaxAmount ? null : $"'price' must be from -{MaxAmount} to {MaxAmount}.")
        ?? Amount("multiplier", trade.Multiplier)
        ?? (trade.Pnl is null or (>= -MaxAmount and <= MaxAmount) ? null : $"'pnl' must be from -{MaxAmount} to {MaxAmount}.")
        ?? (trade.Currency is null || CurrencyNames.IsValid(trade.Currency) ? null : $"'currency' must be {CurrencyNames.Rule}.")
        ?? (trade.History && (trade.ClosedAt is null || trade.Pnl is null) ? "A trade of the history must be closed, with its pnl." : null)
        ?? When("opened_at", trade.OpenedAt)
        ?? (trade.ClosedAt is { } closed ? When("closed_at", closed) : null)
        ?? (trade.ClosedAt < trade.OpenedAt ? "'closed_at' must not be before 'opened_at'." : null)
        ?? Optional("decision_id", trade.DecisionId, MaxId)
        ?? Optional("order_id", trade.OrderId, MaxId)
        ?? Optional("close_order_id", trade.CloseOrderId, MaxId)
        ?? Trace(trade.TraceId);

    public string? Check(CycleTrace cycle)
    {
        if ((Id("cycle_id", cycle.CycleId) ?? When("occurred_at", cycle.OccurredAt) ?? Trace(cycle.TraceId)) is { } wrong) return wrong;
        if (cycle.Signals > MaxCount) return $"'signals' must be at most {MaxCount}.";
        if (!(cycle.Filled >= 0 && cycle.Filled <= cycle.Sent && cycle.Sent <= cycle.SurvivedRisk && cycle.SurvivedRisk <= cycle.Signals))
            return "A funnel narrows: signals, survived_risk, sent and filled must be 0 or more and none above the one before.";
        return cycle.End switch
        {
            CycleEnd.Traded => cycle.Sent > 0 ? null : "A cycle that traded has sent at least one order.",
            CycleEnd.Suppressed => cycle is { Signals: > 0, Sent: 0 } ? null : "A suppressed cycle has a signal and sent nothing.",
            CycleEnd.NoSignal => cycle.Signals == 0 ? null : "A cycle without a signal has no signals.",
            CycleEnd.Error => null,
            _ => "'outcome' must be traded, no_signal, suppressed or error.",
        };
    }

    private string? When(string field, DateTimeOffset at)
    {
        if (at > now.AddSeconds(options.MaxAheadSeconds)) return $"'{field}' is more than {options.MaxAheadSeconds} seconds ahead.";
        return at < now.AddDays(-options.RetentionDays) ? $"'{field}' is older than the retention." : null;
    }

    private static string? Reasons(ImmutableArray<NoTradeReason> reasons)
    {
        if (reasons.IsDefaultOrEmpty || reasons.Length > MaxReasons) return $"'reasons' must hold 1 to {MaxReasons} reasons.";
        foreach (var reason in reasons)
        {
            if (reason is null || !NoTradeCodes.All.Contains(reason.Code)) return $"'code' must be one of {string.Join(", ", NoTradeCodes.All)}.";
            if ((Optional("rule", reason.Rule, MaxRule) ?? Optional("detail", reason.Detail, MaxDetail)) is { } wrong) return wrong;
        }

        return null;
    }

    private static string? Variables(ImmutableSortedDictionary<string, TraceValue>? variables)
    {
        if (variables is null || variables.Count > MaxVariables) return $"'variables' must hold at most {MaxVariables} values.";
        foreach (var (name, value) in variables)
        {
            if (!TraceText.IsLine(name, MaxId)) return $"The name of a variable must be 1 to {MaxId} characters of {TraceText.Rule}.";
            if (value.Number is { } number && !double.IsFinite(number)) return "A variable's number must be finite.";
            if (value.Text is { Length: > MaxDetail }) return $"A variable's text must be at most {MaxDetail} characters.";
        }

        return null;
    }

    private static string? Amount(string field, decimal amount) =>
        amount is > 0 and <= MaxAmount ? null : $"'{field}' must be above 0 and at most {MaxAmount}.";

    private static string? Id(string field, string? id) => Line(field, id, MaxId);

    private static string? Trace(string? traceId) => TraceText.IsTraceId(traceId) ? null : "'trace_id' must be 32 lower-case hex characters.";

    private static string? Optional(string field, string? text, int max) => text is null ? null : Line(field, text, max);

    private static string? Line(string field, string? text, int max) =>
        TraceText.IsLine(text, max) ? null : $"'{field}' must be 1 to {max} characters of {TraceText.Rule}.";
}
