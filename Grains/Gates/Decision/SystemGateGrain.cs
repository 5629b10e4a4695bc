using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Decides fail-closed whether the system may act on its own. Every activation has a larger epoch, written with an ETag
/// before it answers anything; whoever is cut off from the store closes.</summary>
internal sealed partial class SystemGateGrain : Grain, ISystemGateGrain, ISystemAdminGrain, IDisposable
{
    private readonly IPersistentState<GateLeaseState> _lease;
    private readonly IPersistentState<GateControlsState> _controls;
    private readonly ITransitionStore _transitions;
    private readonly IKillDrillStore _drills;
    private readonly IPendingKills _pendingKills;
    private readonly TimeSpan _runnerRenewal;
    private readonly PolicyOptions _policy;
    private readonly GateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SystemGateGrain> _logger;
    private readonly ImmutableArray<GateProvider> _seats;
    private readonly IProviderPriority _order;
    private readonly EvidenceLedger _evidence;
    private readonly NodeLedger _nodes;
    private readonly BotLedger _bots;
    private readonly OpeningHysteresis _hysteresis;
    private readonly AlertsWord _alerts;
    private readonly NodeAgreement _agreement;
    private readonly OperatorActs _acts;
    private readonly SuspensionWatch _suspension;
    private readonly IHostApplicationLifetime? _lifetime;
    private CancellationTokenRegistration _onStopping;
    private IGrainTimer? _evaluating;

    /// <summary>The decision that nodes get. Replaced whole, never changed.</summary>
    private GateSnapshot _published = null!;

    /// <summary>Pulsed with every publication, and at shutdown.</summary>
    private readonly GateSignal _changed = new();
    private readonly ControlState _state;
    private readonly GateTerm _term;
    private readonly StoreDoubt _doubt;
    private readonly TransitionLog _transitionLog;
    private readonly EvaluationPace _pace;

    public SystemGateGrain(
        [PersistentState("gate-lease", StateNames.Provider)] IPersistentState<GateLeaseState> lease,
        [PersistentState("gate-controls", StateNames.Provider)] IPersistentState<GateControlsState> controls,
        ITransitionStore transitions,
        IKillDrillStore drills,
        IPendingKills pendingKills,
        GateProviders seats,
        IProviderPriority order,
        IOptions<PolicyOptions> policy,
        IOptions<GateOptions> options,
        IOptions<RunnerOptions> runners,
        TimeProvider time,
        ILogger<SystemGateGrain> logger,
        NodeAgreement agreement,
        OperatorActs acts,
        SuspensionWatch suspension,
        StoreWitness witness,
        IStoreIdentity identity,
        IHostCount hosts,
        IHostApplicationLifetime? lifetime = null)
    {
        _lease = lease;
        _controls = controls;
        _transitions = transitions;
        _drills = drills;
        _pendingKills = pendingKills;
        _runnerRenewal = TimeSpan.FromSeconds(runners.Value.RenewSeconds);
        _policy = policy.Value;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _agreement = agreement;
        _acts = acts;
        _identity = identity;
        _suspension = suspension;
        _suspensionsTaken = suspension.Count;
        _lifetime = lifetime;
        _seats = seats.All;
        _order = order;
        _evidence = new EvidenceLedger(time, _options);
        _nodes = new NodeLedger(time);
        _bots = new BotLedger(time);
        _hysteresis = new OpeningHysteresis(_options.OpenAfter);
        _alerts = new AlertsWord(GrainFactory, time, logger);
        var context = new GateContext(lease, controls, _policy, _options, GrainFactory, time, logger);
        _state = new ControlState(time);
        _term = new GateTerm(_options.Lease, _nodes, hosts, time);
        _doubt = new StoreDoubt(context, witness, identity);
        _transitionLog = new TransitionLog(transitions, _options.Lease, time, logger);
        _pace = new EvaluationPace(_options.EvaluateEvery, time, every => _evaluating!.Change(every, every));
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Without a written epoch this activation must not exist: throwing leaves every node without an answer, and so closed.
        _doubt.TakeOver();
        await RenewLeaseAsync();
        _nodes.ExpectUnknownNodes(_options.Lease);
        await TakeOverControlsAsync();

        Publish(Decide(ImmutableHashSet<string>.Empty) with { TraceId = null }, previous: null, by: null);
        _killPosition = _engagedPosition = Position;
        _activatedAt = _time.GetTimestamp();
        _onStopping = _lifetime?.ApplicationStopping.Register(static changed => ((GateSignal)changed!).Pulse(), _changed) ?? default;
        _evaluating = this.RegisterGrainTimer(EvaluateOnTimeAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _options.EvaluateEvery) { Interleave = true, KeepAlive = true });
        this.RegisterGrainTimer(RenewOnTimeAsync, new GrainTimerCreationOptions(_options.RenewEvery, _options.RenewEvery) { Interleave = true, KeepAlive = true });
        AskComponents();
        LogActivated(_logger, _lease.State.Epoch);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _onStopping.Dispose();
        _changed.Pulse();
        return Task.CompletedTask;
    }

    public void Dispose() => _writingControls.Dispose();

    private GatePosition Position => new(_published.Epoch, _published.Version, _bots.Position);

    [LoggerMessage(EventIds.SystemGateActivated, LogLevel.Information, "The gate is active with epoch {Epoch}; everything is closed until it is proven.")]
    private static partial void LogActivated(ILogger logger, long epoch);
}
