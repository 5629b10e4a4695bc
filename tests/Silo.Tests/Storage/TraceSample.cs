using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

internal static class TraceSample
{
    public const string Bot = "momentum-es";

    public static string Trace { get; } = new('a', 32);

    public static DecisionTrace Decision(string id, DateTimeOffset? at = null, string? tradeId = null, string? traceId = null) => new(
        id,
        at ?? Sample.Noon,
        "ES",
        "buy",
        "Because é \"it\" rose.",
        ImmutableSortedDictionary<string, TraceValue>.Empty.Add("momentum", 0.1).Add("regime", "bull").Add("open", true).Add("tiny", 1e-300),
        0.625,
        "momentum-3",
        tradeId,
        traceId,
        7,
        412);

    public static NoTradeTrace NoTrade(string id, DateTimeOffset? at = null, string? symbol = "ES", string code = NoTradeCodes.RiskLimit, string? rule = "max_order_notional", decimal actual = 1_500.5m) =>
        new(id, at ?? Sample.Noon, symbol, [new(code, rule, 1_000m, actual, "too dear")], Trace);

    public static TradeTrace Trade(string id, DateTimeOffset? at = null, OrderSide side = OrderSide.Buy, decimal quantity = 2, decimal? pnl = null, DateTimeOffset? closed = null, string? decision = null, string symbol = "ES") =>
        new(id, symbol, side, quantity, 5_000.25m, pnl, at ?? Sample.Noon, closed, decision, null);

    public static CycleTrace Cycle(string id, DateTimeOffset? at = null, CycleEnd end = CycleEnd.NoSignal, int signals = 0, int survived = 0, int sent = 0, int filled = 0) =>
        new(id, at ?? Sample.Noon, end, signals, survived, sent, filled, Trace);

    public static CycleTrace Signal(string id, DateTimeOffset? at = null) => Cycle(id, at, CycleEnd.Traded, 3, 2, 1, 1);
}
