using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Services;
using ControlPlane.Grains.Kills;
using Orleans.Runtime;

namespace ControlPlane.Grains.Bots;

/// <summary>One bot. Its lease has an epoch that only grows, so that of two runners at most one is ever current. The grain holds the bot's state and
/// hands each call to the part whose rules it obeys.</summary>
internal sealed class BotGrain : Grain, IBotGrain, IBotAdminGrain, IBotLeaseGrain, IBotGatewayGrain, IDisposable
{
    private readonly BotContext _bot;
    private readonly BotParts _parts;

    public BotGrain(IGrainContext context, BotServices services)
    {
        _bot = new(context.GrainId, services);
        _parts = new(_bot, EverySecond);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _bot.ReadAsync();
        _bot.State.ShareWhatIsCommon();
        if (_bot.State.Spec is null) return;
        await _parts.Kills.TakePendingAsync();
        _parts.Lease.AwaitEarlierHolder();
        if (_parts.Renewals.TryResume()) await _parts.Reporter.PublishToGateAsync();
        await _parts.Reporter.PublishToDirectoryAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _parts.StopAsync(cancellationToken);

    public void Dispose()
    {
        _bot.Dispose();
        _parts.Dispose();
    }

    public async Task<BotView?> Get() => _bot.State.Spec is null ? null : await _parts.Views.ReadAsync();

    public Task<BotAnswer> Register(BotRegistration registration, Caller by) => _parts.Registering.RegisterAsync(registration, by);

    public Task<BotAnswer> Delete(Caller by) => _parts.Deletion(DeactivateOnIdle).DeleteAsync(by);

    public Task<StartAnswer> Start(RunnerStart start, Caller by) => _parts.Starts.StartAsync(start, by);

    public Task<HeartbeatAnswer> Heartbeat(string runnerId, long epoch, Caller by) => _parts.Renewals.HeartbeatAsync(runnerId, epoch);

    public Task<BotAnswer> Stop(string runnerId, long epoch, Caller by) => _parts.LeaseEnds.StopAsync(runnerId, epoch);

    public Task<bool> ExpireLease() => _parts.LeaseEnds.ExpireAsync();

    public Task ReportLease(long gateEpoch) => _parts.Renewals.ReportAsync(gateEpoch);

    public Task Reassert() => _parts.LostRunner.ReassertAsync();

    public Task<KillAnswer?> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), _bot.Id, reason, by, _bot.Time.GetUtcNow()));

    public Task<KillAnswer?> DeliverKill(KillOrder order) => _parts.Kills.DeliverAsync(order);

    public Task<BotAnswer> Release(string reason, Caller by) => _parts.Releases.ReleaseAsync(reason, by);

    public Task<BotAnswer> ArmLive(TimeSpan duration, string reason, Caller by) => _parts.Arming.ArmAsync(duration, reason, by);

    public Task<BotAnswer> DisarmLive(string reason, Caller by) => _parts.Arming.DisarmAsync(reason, by);

    public Task EvaluateAutonomy() => _parts.TierSteps.EvaluateAsync(mayRise: true);

    public Task<AutonomyReport?> GetAutonomy() => _parts.Promotions.ReportAsync();

    public Task<BotAnswer> Promote(string reason, Caller by) => _parts.Promotions.PromoteAsync(reason, by);

    public Task<long?> TokenGeneration() => Task.FromResult(_parts.Token.Generation());

    public Task<GatewayReach?> GatewayReach() => Task.FromResult(_parts.Token.Reach());

    public Task<BotAnswer> RevokeToken(string? reason, Caller by) => _parts.Token.RevokeAsync(reason, by);

    public Task<TraceReceipt> RecordDecisions(ImmutableArray<DecisionTrace> decisions) => _parts.Traces.RecordAsync(decisions);

    public Task<TraceReceipt> RecordNoTrades(ImmutableArray<NoTradeTrace> noTrades) => _parts.Traces.RecordAsync(noTrades);

    public Task<TraceReceipt> RecordTrades(ImmutableArray<TradeTrace> trades) => _parts.Traces.RecordAsync(trades);

    public Task<TraceReceipt> RecordCycles(ImmutableArray<CycleTrace> cycles) => _parts.Traces.RecordAsync(cycles);

    public Task<TracePage<RecordedDecision>> GetDecisions(int limit, string? before) => _parts.Traces.DecisionsAsync(limit, before);

    public Task<DecisionDetail> GetDecision(string decisionId) => _parts.Traces.DecisionAsync(decisionId);

    public Task<TracePage<RecordedNoTrade>> GetNoTrades(int limit, string? before, string? reason) => _parts.Traces.NoTradesAsync(limit, before, reason);

    public Task<TracePage<TradeTrace>> GetTrades(int limit, string? before) => _parts.Traces.TradesAsync(limit, before);

    public Task<FunnelReading> GetFunnel() => _parts.Traces.FunnelAsync();

    public Task<OrderAnswer> CheckOrder(OrderCheck order) => _parts.OrderChecks.CheckAsync(order);

    public Task<RiskReport> ReportOrder(string orderId, OrderEnd end) => _parts.OrderReports.OrderAsync(orderId, end);

    public Task<RiskReport> ReportPosition(PositionReport report) => _parts.OrderReports.PositionAsync(report);

    public Task<AccountReceipt> ReportAccount(AccountReport account) => _parts.OrderReports.AccountAsync(account);

    public Task<TracePage<OrderView>> GetOrders(bool openOnly, int limit, string? before) => _parts.OrderReports.ListAsync(openOnly, limit, before);

    public Task<RiskReport> ReportMark(string symbol, decimal price) => _parts.OrderReports.MarkAsync(symbol, price);

    public Task<GatewayVerdict> GrantOrders(GatewayOrders orders) => _parts.Gateway.GrantAsync(orders);

    public Task<bool> OrdersSending(ImmutableArray<string> orderIds, long epoch) => _parts.Gateway.SendingAsync(orderIds, epoch);

    public Task OrdersNotSent(ImmutableArray<string> orderIds) => _parts.Gateway.NotSentAsync(orderIds);

    public Task OrdersSeen(ImmutableArray<OrderSight> sights) => _parts.Gateway.SeenAsync(sights);

    public Task ProviderOrdersSeen(string provider, ImmutableArray<OrderSight> sights, ImmutableArray<string> clientOrderIds) => _parts.Gateway.ProviderSeenAsync(provider, sights, clientOrderIds);

    public Task LookUpSoon(ImmutableArray<string> orderIds) => _parts.Gateway.LookUpSoonAsync(orderIds);

    public Task<LookedUpAnswer?> LookUp(string orderId) => _parts.Gateway.LookUpAsync(orderId);

    public Task<GatewayVerdict> CheckCancel(GatewayCancel cancel) => _parts.Cancels.CheckAsync(cancel);

    public Task<ImmutableArray<VenueHolding>> Holdings(string provider, string? environment) => _parts.Positions.HoldingsAsync(provider, environment);

    public Task<bool> TakeBrokerPosition(BrokerPosition position) => _parts.Positions.TakeAsync(position);

    public Task<ImmutableArray<OpenPosition>> OpenPositions() => _parts.Desks.Orders.OpenPositionsAsync(_bot.Names);

    public Task<string?> RecordRefusal(string provider, string operation, string? symbol, OrderRefusal refusal, string traceId) =>
        _parts.Cancels.RecordRefusalAsync(provider, operation, symbol, refusal, traceId);

    private IGrainTimer EverySecond(Func<Task> call) =>
        this.RegisterGrainTimer(_ => call(), new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
}
