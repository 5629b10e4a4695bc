using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeBot(FakeCluster cluster, string id) : IBotGrain, IBotAdminGrain
{
    public Task<BotAnswer> Register(BotRegistration registration, Caller by)
    {
        var act = OperatorAct.Of("bot.register", OperatorAct.Bot(id));
        return registration.Mode == TradingMode.Live
            ? cluster.Gate.Acts.RunAsync(act, by, () => Register(registration), static a => a.Code, Refused)
            : cluster.Gate.Acts.SettleAsync(act, by, () => Register(registration), static a => a.Code);
    }

    private Task<BotAnswer> Register(BotRegistration registration)
    {
        var spec = new BotSpec(registration.Name, registration.UserId, registration.Requires ?? [], registration.Mode ?? TradingMode.Paper, registration.RiskLimits ?? ImmutableSortedDictionary<string, decimal>.Empty, Terms: registration.Terms);
        cluster.Bots[id] = new BotView { BotId = id, Spec = spec };
        return Answer();
    }

    public Task<BotView?> Get()
    {
        cluster.Check();
        return Task.FromResult(cluster.Bots.GetValueOrDefault(id));
    }

    public Task<StartAnswer> Start(RunnerStart start, Caller by) => Task.FromResult(cluster.Start);
    public Task Reassert() => Task.CompletedTask;
    public Task<BotAnswer> RevokeToken(string? reason, Caller by) => Act("bot.token.revoke", by, () =>
    {
        cluster.Generations.AddOrUpdate(id, 1_000, static (_, was) => was + 1_000);
        if (cluster.Bots.TryGetValue(id, out var bot)) cluster.Bots[id] = bot with { Generation = cluster.Generations[id] };
        return Answer();
    });

    public Task<long?> TokenGeneration()
    {
        cluster.Check();
        return Task.FromResult<long?>(cluster.Generations.GetValueOrDefault(id, 1));
    }

    public Task<GatewayReach?> GatewayReach()
    {
        cluster.Check();
        var bot = cluster.Bots.GetValueOrDefault(id);
        return Task.FromResult<GatewayReach?>(new(cluster.Generations.GetValueOrDefault(id, 1), bot is not null, [.. bot?.Spec.Requires ?? [], .. bot?.Spec.Terms?.MayUse ?? []]));
    }

    public Task<HeartbeatAnswer> Heartbeat(string runnerId, long epoch, Caller by) => Task.FromResult(cluster.Heartbeat);
    public Task<BotAnswer> Stop(string runnerId, long epoch, Caller by) => Answer();

    public Task<KillAnswer?> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), id, reason, by, DateTimeOffset.UnixEpoch));

    public Task<KillAnswer?> DeliverKill(KillOrder order)
    {
        cluster.Check();
        return Task.FromResult(cluster.Bots.ContainsKey(id)
            ? new KillAnswer(true, true, new(1, 1), new(0, 0), new KillSwitch(true, order.Reason, order.By.Name, DateTimeOffset.UnixEpoch, true))
            : null);
    }

    public Task<BotAnswer> Release(string reason, Caller by) => Act("kill.release", by, () =>
    {
        cluster.Check();
        return Answer();
    });

    public Task<BotAnswer> ArmLive(TimeSpan duration, string reason, Caller by) => Act("live.arm", by, Answer);
    public Task<BotAnswer> DisarmLive(string reason, Caller by) => Answer();
    public Task EvaluateAutonomy() => Task.CompletedTask;

    public Task<AutonomyReport?> GetAutonomy()
    {
        cluster.Check();
        return Task.FromResult(cluster.Bots.TryGetValue(id, out var bot) ? cluster.Autonomy?.Invoke(bot) : null);
    }

    public Task<BotAnswer> Promote(string reason, Caller by) => Act("autonomy.promote", by, () => cluster.Promotion is { } answer ? Task.FromResult(answer) : Answer());

    public Task<BotAnswer> Delete(Caller by) => Act("bot.delete", by, () => Task.FromResult(cluster.Deletion
        ?? (cluster.Bots.TryRemove(id, out _) ? new BotAnswer(null, null, null) : new BotAnswer(Codes.UnknownBot, null, null))));

    public Task<bool> ExpireLease() => Task.FromResult(false);

    public Task<OrderAnswer> CheckOrder(OrderCheck order)
    {
        cluster.Orders.Enqueue(order);
        return Task.FromResult(cluster.Bots.ContainsKey(id) ? cluster.OrderAnswer : new OrderAnswer { Code = Codes.UnknownBot });
    }

    public Task<RiskReport> ReportOrder(string orderId, OrderEnd end) => Report($"{orderId} {end}");
    public Task<RiskReport> ReportPosition(PositionReport report) => report is { Settles: true, By: { } by }
        ? cluster.Gate.Acts.RunAsync(
            OperatorAct.Of("position.settle", OperatorAct.Bot(id)), by, () => Report($"{report.Symbol} {report.Quantity} settled"), static a => a.Code, static refusal => new RiskReport(refusal.Code, refusal.Message))
        : Report($"{report.Symbol} {report.Quantity}");

    public async Task<AccountReceipt> ReportAccount(AccountReport account) =>
        new((await Report($"account of {account.Positions.Length} positions, {account.OpenOrders.Length} orders")).Code, null, ["o9"], []);

    public Task<TracePage<OrderView>> GetOrders(bool openOnly, int limit, string? before) => Task.FromResult(cluster.Bots.ContainsKey(id)
        ? new TracePage<OrderView>([new("o1", "c1", "ES", OrderSide.Sell, 2, 1, null, OrderIntent.Reduce, "g", openOnly ? "open" : "ended", DateTimeOffset.UnixEpoch)], null, null)
        : new([], null, Codes.UnknownBot));

    public Task<RiskReport> ReportMark(string symbol, decimal price) => Report($"{symbol} at {price}");

    private Task<RiskReport> Report(string text)
    {
        if (!cluster.Bots.ContainsKey(id)) return Task.FromResult(new RiskReport(Codes.UnknownBot, null));
        cluster.Reports.Enqueue(text);
        return Task.FromResult(new RiskReport(null, null));
    }

    public Task<TraceReceipt> RecordDecisions(ImmutableArray<DecisionTrace> decisions) => Record(cluster.Decisions, decisions);
    public Task<TraceReceipt> RecordNoTrades(ImmutableArray<NoTradeTrace> noTrades) => Record(cluster.NoTrades, noTrades);
    public Task<TraceReceipt> RecordTrades(ImmutableArray<TradeTrace> trades) => Record(cluster.Trades, trades);
    public Task<TraceReceipt> RecordCycles(ImmutableArray<CycleTrace> cycles) => Record(cluster.Cycles, cycles);

    public Task<TracePage<RecordedDecision>> GetDecisions(int limit, string? before) =>
        Page(cluster.Decisions.Select(d => new RecordedDecision(d, cluster.Trades.FirstOrDefault(t => t.TradeId == d.TradeId))), limit, before);

    public Task<DecisionDetail> GetDecision(string decisionId) => Task.FromResult(new DecisionDetail(
        cluster.Decisions.Where(d => d.DecisionId == decisionId).Select(d => new RecordedDecision(d, null)).FirstOrDefault(), cluster.TraceUsage, cluster.TraceFailure));

    public Task<TracePage<RecordedNoTrade>> GetNoTrades(int limit, string? before, string? reason) => Page(
        cluster.NoTrades.Where(n => reason is null || n.Reasons.Any(r => r.Code == reason)).Select(n => new RecordedNoTrade(n.NoTradeId, n.Symbol, n.Reasons, 1, n.OccurredAt, n.OccurredAt, n.TraceId)), limit, before);

    public Task<TracePage<TradeTrace>> GetTrades(int limit, string? before) => Page(cluster.Trades, limit, before);

    public Task<FunnelReading> GetFunnel() => Task.FromResult(cluster.Funnel with { Code = cluster.Bots.ContainsKey(id) ? cluster.Funnel.Code : Codes.UnknownBot });

    private Task<TraceReceipt> Record<T>(ConcurrentQueue<T> to, ImmutableArray<T> traces)
    {
        if (!cluster.Bots.ContainsKey(id)) return Task.FromResult(new TraceReceipt(0, 0, [], Codes.UnknownBot));
        if (cluster.TraceFailure is { } code) return Task.FromResult(new TraceReceipt(0, 0, [], code));
        foreach (var trace in traces) to.Enqueue(trace);
        return Task.FromResult(new TraceReceipt(traces.Length - cluster.TraceRejects.Length, 0, cluster.TraceRejects, null));
    }

    private Task<TracePage<T>> Page<T>(IEnumerable<T> items, int limit, string? before) => Task.FromResult(
        !cluster.Bots.ContainsKey(id) ? new TracePage<T>([], null, Codes.UnknownBot)
        : before is not null ? new TracePage<T>([], null, Codes.InvalidRequest)
        : new TracePage<T>([.. items.Take(limit)], null, cluster.TraceFailure));

    private Task<BotAnswer> Act(string action, Caller by, Func<Task<BotAnswer>> act) =>
        cluster.Gate.Acts.RunAsync(OperatorAct.Of(action, OperatorAct.Bot(id)), by, act, static a => a.Code, Refused);

    private static BotAnswer Refused(ActRefusal refusal) => new(refusal.Code, refusal.Message, null);

    private Task<BotAnswer> Answer() => Task.FromResult(cluster.Bots.TryGetValue(id, out var bot)
        ? new BotAnswer(null, null, bot)
        : new BotAnswer(Codes.UnknownBot, null, null));
}
