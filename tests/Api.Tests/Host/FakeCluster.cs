using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

/// <summary>The grains that the API calls, as simple as can be.</summary>
internal sealed class FakeCluster
{
    public FakeSystemGate Gate { get; } = new();
    public FakeAudit Audit { get; } = new();
    public FakeAlerts Alerts { get; } = new();
    public FakeChangeFeed Board { get; } = new();
    public FakeIngest Ingest { get; } = new();

    /// <summary>Shared by front ends of one cluster.</summary>
    public FakeEndedSessions Sessions { get; set; } = new();
    public ConcurrentDictionary<string, BotView> Bots { get; } = new();
    public ConcurrentDictionary<string, ProviderStatus> Providers { get; } = new();
    public ConcurrentQueue<OrderCheck> Orders { get; } = new();

    /// <summary>Orders that the gateway told of without having them evaluated.</summary>
    public ConcurrentQueue<(string BotId, string Provider, string Operation, OrderRefusal Refusal)> Refusals { get; } = new();

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
    public ConcurrentDictionary<string, long> Generations { get; } = new();
    public BotAnswer? Deletion { get; set; }
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
