using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

/// <summary>The grains that the API calls, as simple as can be.</summary>
internal sealed class FakeCluster
{
    public FakeSystemGate Gate { get; } = new();
    public FakeAudit Audit { get; } = new();
    public FakeBoard Board { get; } = new();
    public FakeIngest Ingest { get; } = new();

    /// <summary>Shared by front ends of one cluster.</summary>
    public FakeEndedSessions Sessions { get; set; } = new();
    public ConcurrentDictionary<string, BotView> Bots { get; } = new();
    public ConcurrentDictionary<string, ProviderStatus> Providers { get; } = new();
    public ConcurrentQueue<OrderCheck> Orders { get; } = new();
    public ConcurrentQueue<string> Reports { get; } = new();
    public OrderAnswer OrderAnswer { get; set; } = new() { Allowed = true, OrderId = "o1", TradingState = TradingState.Active, Gate = new GatePosition(7, 412, 0) };
    public ConcurrentQueue<DecisionTrace> Decisions { get; } = new();
    public ConcurrentQueue<NoTradeTrace> NoTrades { get; } = new();
    public ConcurrentQueue<TradeTrace> Trades { get; } = new();
    public ConcurrentQueue<CycleTrace> Cycles { get; } = new();
    public ImmutableArray<TraceRejection> TraceRejects { get; set; } = [];
    public string? TraceFailure { get; set; }
    public ImmutableArray<UsageEvent>? TraceUsage { get; set; } = [];
    public FunnelReading Funnel { get; set; } = new(new BotFunnel(4, 3, 2, 1, 1, 1, 2, 1, 0), [], null, null, 86_400, null);

    /// <summary>Thrown by reads of providers, bots and counts while it is set.</summary>
    public Exception? Unreachable { get; set; }
    public Func<BotView, AutonomyReport>? Autonomy { get; set; }
    public BotAnswer? Promotion { get; set; }
    public StartAnswer Start { get; set; } = new() { Granted = true, Epoch = 1, Lease = new LeaseTerms(30_000, 10_000, 20_000), TradingState = TradingState.Active, SystemStatus = SystemStatus.Ok, Gate = new GatePosition(7, 412, 0) };
    public HeartbeatAnswer Heartbeat { get; set; } = new(null, null, Directive.Continue, new LeaseTerms(30_000, 10_000, 20_000), TradingState.Active, SystemStatus.Ok, new GatePosition(7, 412, 0));
    public TestCallReport? TestCall { get; set; }
    public Func<string, VerifyAnswer>? Verify { get; set; }

    public void Check()
    {
        if (Unreachable is { } exception) throw exception;
    }
}

internal sealed class FakeSystemGate : ISystemGateGrain
{
    public string? KillReason { get; private set; }
    public int Releases { get; private set; }
    public Exception? Failing { get; set; }

    public Task<GateUpdate> WaitForChange(GateFollowRequest request) => throw new NotSupportedException();
    public Task EvidenceChanged(string provider) => Task.CompletedTask;
    public Task<ProgressReceipt> ReportProgress(ComponentProgress progress) => Task.FromResult(new ProgressReceipt(true, 3_000, null));
    public Task<GatePosition> ReportBot(BotGateReport report) => throw new NotSupportedException();
    public Task<Acknowledgements> WaitForAcknowledgement(GatePosition position) => throw new NotSupportedException();

    public bool Durable { get; set; } = true;
    public ConcurrentQueue<KillOrder> Orders { get; } = new();

    public Task<KillAnswer> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), null, reason, by, DateTimeOffset.UnixEpoch));

    public Task<KillAnswer> DeliverKill(KillOrder order)
    {
        Orders.Enqueue(order);
        if (Failing is { } exception) throw exception;
        KillReason = order.Reason;
        return Task.FromResult(new KillAnswer(true, Durable, new(1, 1), new(0, 0), new KillSwitch(true, order.Reason, order.By.Name, DateTimeOffset.UnixEpoch, Durable)));
    }

    public Task<KillDrill> Drill(Caller by) => Task.FromResult(new KillDrill(
        DateTimeOffset.UnixEpoch, by.Name, 12, 1.5, [new DrilledNode("n1", 0.4)], [new DrilledRunner("b", "r", null)], by.TraceId, true));

    public Task<ControlAnswer> Release(string reason, Caller by)
    {
        if (Failing is { } exception) throw exception;
        Releases++;
        return Done(KillSwitch.Released, LiveTrading.Disarmed);
    }

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by) =>
        Done(KillSwitch.Released, new LiveTrading(true, DateTimeOffset.UnixEpoch + duration, by.Name));

    public Task<ControlAnswer> DisarmLive(string reason, Caller by) => Done(KillSwitch.Released, LiveTrading.Disarmed);

    private static Task<ControlAnswer> Done(KillSwitch kill, LiveTrading live) => Task.FromResult(new ControlAnswer(true, null, null, kill, live));
}

internal sealed class FakeEndedSessions : IEndedSessionsGrain
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new();

    public bool Unwritable { get; set; }
    public bool EndFails { get; set; }
    public Exception? Unreachable { get; set; }

    public Task<bool> IsEnded(string sessionId) => Unreachable is { } exception ? throw exception : Task.FromResult(_ended.ContainsKey(sessionId));

    public Task<bool> End(string sessionId, DateTimeOffset expiresAt)
    {
        if (EndFails) throw new TimeoutException();
        if (!Unwritable) _ended[sessionId] = expiresAt;
        return Task.FromResult(!Unwritable);
    }
}

/// <summary>The board of changes: tests post on it, and a node that waits is answered at once.</summary>
internal sealed class FakeBoard : IChangeBoardGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private readonly ConcurrentQueue<ChangedSubjects> _posted = new();
    private readonly SemaphoreSlim _any = new(0);
    private long _position;

    public Task Changed(ChangedSubjects subjects)
    {
        _posted.Enqueue(subjects);
        _any.Release();
        return Task.CompletedTask;
    }

    public async Task<ChangeNotice> WaitForChanges(ChangeRequest request)
    {
        if (request.Activation != _activation) return new(_activation, _position, true, ChangedSubjects.None);
        await _any.WaitAsync();
        return _posted.TryDequeue(out var subjects) ? new(_activation, ++_position, false, subjects) : new(_activation, _position, false, ChangedSubjects.None);
    }
}

internal sealed class FakeAudit : IAuditGrain
{
    public ConcurrentQueue<AuditFact> Facts { get; } = new();
    public bool Unwritable { get; set; }

    public Task<AuditEntry> Append(AuditFact fact)
    {
        if (Unwritable) throw new IOException("disk full");
        Facts.Enqueue(fact);
        return Task.FromResult(new AuditEntry(Facts.Count, fact, new string('0', 64), new string('1', 64)));
    }

    public Task AppendEventually(AuditFact fact)
    {
        if (Unwritable) throw new IOException("disk full");
        Facts.Enqueue(fact);
        return Task.CompletedTask;
    }

    public (long? Sequence, string? Hash) Expected { get; private set; }

    public Task<AuditCheck> CheckAgainst(long? sequence, string? hash)
    {
        Expected = (sequence, hash);
        return Check();
    }

    public Task<AuditCheck> Check() => Task.FromResult(new AuditCheck(true, Facts.Count, null, null, new string('1', 64)));
}

internal sealed class FakeIngest : IUsageIngestGrain
{
    public ConcurrentQueue<UsageEvent> Events { get; } = new();
    public bool Full { get; set; }
    public ImmutableArray<UsageRejection> Rejects { get; set; } = [];

    public Task ReportLoss(ImmutableArray<UsageLoss> losses) => Task.CompletedTask;

    public Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events)
    {
        if (Full) return Task.FromResult(new UsageReceipt(0, 0, [], true));
        foreach (var usage in events) Events.Enqueue(usage);
        return Task.FromResult(new UsageReceipt(events.Length - Rejects.Length, 0, Rejects, false));
    }
}

internal sealed class FakeDirectory(FakeCluster cluster, long shard) : IBotDirectoryGrain
{
    public Task Upsert(BotDirectoryRow row) => Task.CompletedTask;

    public Task<ImmutableArray<BotView>> List()
    {
        cluster.Check();
        return Task.FromResult(shard == 0 ? [.. cluster.Bots.Values] : ImmutableArray<BotView>.Empty);
    }

    public Task<ImmutableArray<BotView>> Find(ImmutableArray<string> botIds)
    {
        cluster.Check();
        return Task.FromResult<ImmutableArray<BotView>>([.. botIds.Where(cluster.Bots.ContainsKey).Select(id => cluster.Bots[id])]);
    }

    public Task<BotCounts> Count()
    {
        cluster.Check();
        if (shard != 0) return Task.FromResult(BotCounts.None);
        int Of(SystemStatus status) => cluster.Bots.Values.Count(bot => bot.Readiness == status);
        return Task.FromResult(new BotCounts(cluster.Bots.Count, 0, Of(SystemStatus.Ok), Of(SystemStatus.Degraded), Of(SystemStatus.Blocked), [cluster.Bots.Count, 0, 0, 0, 0]));
    }

    public Task<ImmutableArray<string>> FindExpired(bool starts) => Task.FromResult(ImmutableArray<string>.Empty);
}

internal sealed class FakeProvider(FakeCluster cluster, string id) : IProviderGrain
{
    public Task<ProviderStatus?> GetStatus()
    {
        cluster.Check();
        return Task.FromResult(cluster.Providers.GetValueOrDefault(id));
    }

    public Task<ProviderDetail?> GetDetail()
    {
        cluster.Check();
        return Task.FromResult(cluster.Providers.TryGetValue(id, out var status) ? new ProviderDetail { Status = status, Usage24h = [], UsageFrom = FakeNodeGate.Heard.AddHours(-24).AddSeconds(1) } : null);
    }

    public Task<ProviderEvidence> GetEvidence() => throw new NotSupportedException();

    public Task<VerifyAnswer> Verify(Caller by) => Task.FromResult(cluster.Verify?.Invoke(id) ?? new VerifyAnswer(
        VerifyRefusal.None,
        new VerifyReport { Provider = id, Status = VerifyStatus.Valid, State = ProviderState.Connected, Message = "The key is good.", TraceId = by.TraceId },
        []));

    public Task<TestCallReport> TestCall(Caller by) => Task.FromResult(cluster.TestCall ?? new TestCallReport(
        TestCallRefusal.None, Guid.Parse("0198c0de-0000-7000-8000-000000000001"), UsageStatus.Ok, 200, 41, null, []));

    public Task VerifyIfDue() => Task.CompletedTask;
    public Task<bool> EndHungVerify() => Task.FromResult(false);
    public Task ReportHost(HostSecrets secrets) => Task.CompletedTask;
    public Task UsageCommitted(UsageDelta delta) => Task.CompletedTask;
    public Task UsageLost(UsageLoss loss) => Task.CompletedTask;
}

internal sealed class FakeBot(FakeCluster cluster, string id) : IBotGrain
{
    public Task<BotAnswer> Register(BotRegistration registration, Caller by)
    {
        if (by.Role == "runner" && registration.Mode == TradingMode.Live) return Task.FromResult(new BotAnswer(Codes.Forbidden, "A runner may only tighten a bot.", null));
        var spec = new BotSpec(registration.Name, registration.UserId, registration.Requires ?? [], registration.Mode ?? TradingMode.Paper, registration.RiskLimits ?? ImmutableSortedDictionary<string, decimal>.Empty);
        cluster.Bots[id] = new BotView { BotId = id, Spec = spec };
        return Answer();
    }

    public Task<BotView?> Get()
    {
        cluster.Check();
        return Task.FromResult(cluster.Bots.GetValueOrDefault(id));
    }

    public Task<StartAnswer> Start(string runnerId, TradingMode? mode, Caller by) => Task.FromResult(cluster.Start);
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

    public Task<BotAnswer> Release(string reason, Caller by) => Answer();
    public Task<BotAnswer> ArmLive(TimeSpan duration, string reason, Caller by) => Answer();
    public Task<BotAnswer> DisarmLive(string reason, Caller by) => Answer();
    public Task EvaluateAutonomy() => Task.CompletedTask;

    public Task<AutonomyReport?> GetAutonomy()
    {
        cluster.Check();
        return Task.FromResult(cluster.Bots.TryGetValue(id, out var bot) ? cluster.Autonomy?.Invoke(bot) : null);
    }

    public Task<BotAnswer> Promote(string reason, Caller by) => cluster.Promotion is { } answer ? Task.FromResult(answer) : Answer();

    public Task<bool> ExpireLease() => Task.FromResult(false);

    public Task<OrderAnswer> CheckOrder(OrderCheck order)
    {
        cluster.Orders.Enqueue(order);
        return Task.FromResult(cluster.Bots.ContainsKey(id) ? cluster.OrderAnswer : new OrderAnswer { Code = Codes.UnknownBot });
    }

    public Task<RiskReport> ReportOrder(string orderId, OrderEnd end) => Report($"{orderId} {end}");
    public Task<RiskReport> ReportPosition(string symbol, decimal quantity) => Report($"{symbol} {quantity}");
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

    private Task<BotAnswer> Answer() => Task.FromResult(cluster.Bots.TryGetValue(id, out var bot)
        ? new BotAnswer(null, null, bot)
        : new BotAnswer(Codes.UnknownBot, null, null));
}
