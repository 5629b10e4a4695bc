using System.Collections.Immutable;
using System.Reflection;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A bot grain that says yes to everything and remembers what it was told, in order. Any call can be given another answer.</summary>
internal class FakeBot : DispatchProxy
{
    private int _orders;

    public List<string> Calls { get; } = [];

    public List<DecisionTrace> Decisions { get; } = [];

    public List<NoTradeTrace> NoTrades { get; } = [];

    public List<TradeTrace> Trades { get; } = [];

    public List<CycleTrace> Cycles { get; } = [];

    public List<OrderCheck> Checks { get; } = [];

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
            nameof(IBotGrain.CheckOrder) => Check((OrderCheck)args![0]!),
            nameof(IBotGrain.ReportOrder) or nameof(IBotGrain.ReportMark) or nameof(IBotGrain.ReportPosition) => Task.FromResult(new RiskReport(null, null)),
            _ => throw new NotSupportedException(name),
        };
    }

    public static Task<HeartbeatAnswer> Beat(Directive directive) => Task.FromResult(
        new HeartbeatAnswer(null, null, directive, new LeaseTerms(10_000, 2_000, 6_000), TradingState.Active, SystemStatus.Ok, default, Exits: true));

    private Task<OrderAnswer> Check(OrderCheck order)
    {
        Checks.Add(order);
        return Task.FromResult(new OrderAnswer { Allowed = true, OrderId = $"order-{++_orders}" });
    }

    private static Task<TraceReceipt> Take<T>(List<T> list, object traces)
    {
        var told = (ImmutableArray<T>)traces;
        list.AddRange(told);
        return Task.FromResult(new TraceReceipt(told.Length, 0, [], null));
    }
}
