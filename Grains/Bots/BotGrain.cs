using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
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
    private readonly StoredState<BotState> _state;
    private readonly IBotIndex _index;
    private readonly IPendingKills _pendingKills;
    private readonly LeaseMemory _leases;
    private readonly NodeGate _gate;
    private readonly GateProviders _seats;
    private readonly RunnerOptions _options;
    private readonly RiskOptions _risk;
    private readonly BotTraces _traces;
    private readonly BotTraceReads _reads;
    private readonly ITransitionStore _transitions;
    private readonly IRiskStore _riskStore;
    private readonly IGatewayOrderStore _gatewayOrders;
    private readonly OrderLookup _lookup;
    private readonly AutonomyReader _autonomy;
    private readonly OperatorActs _acts;
    private readonly ReasonTimes _reasons;

    /// <summary>How long a write that loosens may take before it counts as failed.</summary>
    private readonly TimeSpan _writeLimit;
    private readonly TimeProvider _time;
    private readonly ILogger<BotGrain> _logger;
    private readonly Guid _activation = Guid.NewGuid();
    private SemaphoreSlim? _writing;
    private bool _stateUnknown;
    private long _sequence;
    private KillSwitch _kill = KillSwitch.Released;

    public BotGrain(
        [FromKeyedServices(StateNames.Provider)] IGrainStorage storage,
        IGrainContext context,
        IBotIndex index,
        IPendingKills pendingKills,
        LeaseMemory leases,
        NodeGate gate,
        GateProviders seats,
        IOptions<RunnerOptions> options,
        IOptions<RiskOptions> risk,
        BotTraces traces,
        BotTraceReads reads,
        IRiskStore riskStore,
        IGatewayOrderStore gatewayOrders,
        OrderLookup lookup,
        ITransitionStore transitions,
        AutonomyReader autonomy,
        OperatorActs acts,
        ReasonTimes reasons,
        IOptions<GateOptions> gateOptions,
        SuspensionWatch suspension,
        TimeProvider time,
        ILogger<BotGrain> logger)
    {
        _state = new(storage, StateNames.Bot, context.GrainId);
        _index = index;
        _pendingKills = pendingKills;
        _leases = leases;
        _gate = gate;
        _seats = seats;
        _options = options.Value;
        _risk = risk.Value;
        _traces = traces;
        _reads = reads;
        _transitions = transitions;
        _autonomy = autonomy;
        _acts = acts;
        _reasons = reasons;
        _writeLimit = gateOptions.Value.Lease;
        _arming = new LiveArming(time, suspension);
        _riskStore = riskStore;
        _gatewayOrders = gatewayOrders;
        _lookup = lookup;
        _time = time;
        _logger = logger;
    }

    private string Id => this.GetPrimaryKeyString();

    private BotState State => _state.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _state.ReadAsync();
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
        _writing?.Dispose();
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

    /// <summary>Writes a change, one at a time, the index row first: a row without a state is harmless, a bot that no list shows is not.
    /// After a failure the outcome is unknown, so the state is read again before anything else is done with it.</summary>
    private async Task<bool> TryWriteAsync(Action<BotState> change)
    {
        var writing = _writing ??= new(1, 1);
        await writing.WaitAsync();
        var before = _state.State;
        try
        {
            if (_stateUnknown) await ReloadAsync();
            before = _state.State;
            var next = before.Copy();
            change(next);
            if (next.Spec is { } spec && (spec != before.Spec || next.Tier != before.Tier || next.Kill != before.Kill || next.RunnerWatched != before.RunnerWatched))
            {
                await _index.UpsertAsync(new BotIndexRow(Id, spec, next.Tier, next.Kill, next.RunnerWatched, next.RegisteredAt), CancellationToken.None);
            }

            _state.State = next;
            await _state.WriteAsync();
            return true;
        }
        catch (Exception e)
        {
            LogNotWritten(_logger, Id, e);
            _state.State = before;
            _stateUnknown = true;
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReloadAsync()
    {
        await _state.ReadAsync();
        _stateUnknown = false;
    }

    private static BotAnswer Refused(ActRefusal refusal) => new(refusal.Code, refusal.Message, null);

    private static BotAnswer Unwritten() => new(Codes.DataUnavailable, "The bot could not be written, so nothing has changed.", null);

    private static BotAnswer UnknownBot() => new(Codes.UnknownBot, "No such bot is registered.", null);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private TimeSpan Remaining(long until) =>
        until <= _time.GetTimestamp() ? TimeSpan.Zero : TimeSpan.FromSeconds((until - _time.GetTimestamp()) / (double)_time.TimestampFrequency);

    [LoggerMessage(EventIds.BotNotWritten, LogLevel.Error, "Bot {BotId} could not be written.")]
    private static partial void LogNotWritten(ILogger logger, string botId, Exception exception);
}
