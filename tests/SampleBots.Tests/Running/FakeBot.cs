using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A bot grain that says yes to everything and remembers what it was told, in order. Any call can be given another answer.</summary>
internal class FakeBot : DispatchProxy
{
    public List<string> Calls { get; } = [];

    public List<DecisionTrace> Decisions { get; } = [];

    public List<NoTradeTrace> NoTrades { get; } = [];

    public List<TradeTrace> Trades { get; } = [];

    public List<CycleTrace> Cycles { get; } = [];

    /// <summary>What the gateway granted, oldest first.</summary>
    public List<OrderView> Orders { get; } = [];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public Dictionary<string, Func<object?[], object>> Answers { get; } = [];

    public List<string> Codes => [.. NoTrades.SelectMany(static n => n.Reasons).Select(static r => r.Code)];

    public static (IBotGrain Bot, FakeBot Fake) Make()
    {
        var bot = Create<IBotGrain, FakeBot>();
        return (bot, (FakeBot)(object)bot);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        Calls.Add(name);
        return Answers.TryGetValue(name, out var answer) ? answer(args!) : name switch
        {
            nameof(IBotGrain.Start) => Task.FromResult(new StartAnswer { Granted = true, Epoch = 1, Lease = new LeaseTerms(10_000, 2_000, 6_000) }),
            nameof(IBotGrain.Heartbeat) => Beat(Directive.Continue),
            nameof(IBotGrain.Get) => Task.FromResult<BotView?>(null),
            nameof(IBotGrain.Register) or nameof(IBotGrain.Stop) => Task.FromResult(new BotAnswer(null, null, null)),
            nameof(IBotGrain.RecordDecisions) => Take(Decisions, args![0]!),
            nameof(IBotGrain.RecordNoTrades) => Take(NoTrades, args![0]!),
            nameof(IBotGrain.RecordTrades) => Take(Trades, args![0]!),
            nameof(IBotGrain.RecordCycles) => Take(Cycles, args![0]!),
            nameof(IBotGrain.GetTrades) => Task.FromResult(new TracePage<TradeTrace>([], null, null)),
            nameof(IBotGrain.GetOrders) => Task.FromResult(new TracePage<OrderView>([.. Orders.Where(o => !(bool)args![0]! || o.Status is "open" or "unknown").Reverse()], null, null)),
            nameof(IBotGrain.ReportMark) or nameof(IBotGrain.ReportPosition) => Task.FromResult(new RiskReport(null, null)),
            _ => throw new NotSupportedException(name),
        };
    }

    public static Task<HeartbeatAnswer> Beat(Directive directive) => Task.FromResult(
        new HeartbeatAnswer(null, null, directive, new LeaseTerms(10_000, 2_000, 6_000), TradingState.Active, SystemStatus.Ok, default, Exits: true));

    /// <summary>Puts an order of the gateway down as sent.</summary>
    public void Grant(JsonNode order) => Orders.Add(new OrderView(
        $"order-{Orders.Count + 1}", order["client_order_id"]!.GetValue<string>(), order["symbol"]!.GetValue<string>(),
        order["side"]!.GetValue<string>() == "buy" ? OrderSide.Buy : OrderSide.Sell, decimal.Parse(order["qty"]!.GetValue<string>(), CultureInfo.InvariantCulture), 0, null,
        OrderIntent.Open, null, "open", Time.GetUtcNow()) { Provider = "alpaca" });

    /// <summary>What the control plane learned of an order.</summary>
    public void End(string orderId, string status)
    {
        var index = Orders.FindIndex(o => o.OrderId == orderId);
        Orders[index] = Orders[index] with { Status = status };
    }

    private static Task<TraceReceipt> Take<T>(List<T> list, object traces)
    {
        var told = (ImmutableArray<T>)traces;
        list.AddRange(told);
        return Task.FromResult(new TraceReceipt(told.Length, 0, [], null));
    }
}
