using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Services;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Grains.Storage;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Bots;

/// <summary>One bot. Its lease has an epoch that only grows, so that of two runners at most one is ever current.</summary>
internal sealed partial class BotGrain : Grain, IBotGrain, IBotAdminGrain, IBotLeaseGrain, IBotGatewayGrain, IDisposable
{
    private readonly BotContext _bot;
    private KillSwitch _kill = KillSwitch.Released;

    public BotGrain(IGrainContext context, BotServices services)
    {
        _bot = new(context.GrainId, services);
        _arming = new LiveArming(services.Time, services.Node.Suspension);
    }

    private string Id => _bot.Id;

    private BotState State => _bot.State;

    private IBotIndex _index => _bot.Services.Stores.Index;
    private IPendingKills _pendingKills => _bot.Services.Node.Kills;
    private LeaseMemory _leases => _bot.Services.Node.Leases;
    private NodeGate _gate => _bot.Services.Node.Gate;
    private GateProviders _seats => _bot.Services.Node.Providers;
    private RunnerOptions _options => _bot.Limits.Runners;
    private RiskOptions _risk => _bot.Limits.Risk;
    private BotTraces _traces => _bot.Services.Evidence.Traces;
    private BotTraceReads _reads => _bot.Services.Evidence.Reads;
    private IRiskStore _riskStore => _bot.Services.Stores.Risk;
    private IGatewayOrderStore _gatewayOrders => _bot.Services.Stores.GatewayOrders;
    private OrderLookup _lookup => _bot.Services.Evidence.Lookup;
    private AutonomyReader _autonomy => _bot.Services.Evidence.Autonomy;
    private OperatorActs _acts => _bot.Services.Acts;
    private ReasonTimes _reasons => _bot.Services.Evidence.Reasons;
    private TimeSpan _writeLimit => _bot.Limits.Write;
    private TimeProvider _time => _bot.Time;
    private ILogger _logger => _bot.Logger;
    private BotHistory History => new(_bot);
    private InstrumentBook Instruments => _bot.Instruments;
    private SymbolNames Names => _bot.Names;

    private Task<bool> TryWriteAsync(Action<BotState> change) => _bot.TryWriteAsync(change);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _bot.ReadAsync();
        State.ShareWhatIsCommon();
        if (State.Spec is null) return;
        await TakePendingKillAsync();

        // Who held the lease before may still believe in it: nobody else gets one until it must have ended.
        if (State.LeaseHeld) _heldElsewhereUntil = _time.GetTimestamp() + Ticks(_options.Lease);
        if (State.LeaseHeld) _runnerState = RunnerState.Lost;
        if (ResumeLease()) await TellGateAsync();
        await TellDirectoryAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _refusals?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose()
    {
        _bot.Dispose();
        _desk?.Dispose();
        _allBots?.Dispose();
    }

    public async Task<BotView?> Get() => State.Spec is null ? null : await WholeViewAsync();

    /// <summary>The view with the figures of its traces, read first: what may be done is told as it stands at the end.</summary>
    private async Task<BotView> WholeViewAsync()
    {
        var figures = _gate.Read().Snapshot?.StoreDoubt() is { } doubt ? BotFigures.Unreadable(doubt.Since) : await _reads.FiguresAsync(Id, State.Spec!.Terms?.Currency);
        return _reasons.Keep(View().With(figures, _time.GetUtcNow()));
    }

    private BotView View()
    {
        var facts = new BotFacts(Id, State.Spec!, Tier, _kill, Live, CurrentRunnerState(), Trouble());
        var readiness = BotReadinessPolicy.Evaluate(facts, _gate.Read(), State.Spec!.Mode, _time.GetUtcNow());
        return new BotView
        {
            RegisteredAt = State.RegisteredAt,
            BotId = Id,
            Spec = State.Spec,
            Readiness = readiness.Status,
            Blockers = readiness.Blockers,
            PathToOk = readiness.PathToOk,
            Tier = Tier,
            Score = Score,
            Runner = Runner(),
            Kill = _kill,
            Live = Live,
            Generation = Generation(_gate.Read().Snapshot),
        };
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private TimeSpan Remaining(long until) =>
        until <= _time.GetTimestamp() ? TimeSpan.Zero : TimeSpan.FromSeconds((until - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
}
