using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Decides fail-closed whether the system may act on its own. Every activation has a larger epoch, written with an ETag
/// before it answers anything; a gate that can't reach the store closes.</summary>
internal sealed partial class SystemGateGrain : Grain, ISystemGateGrain, ISystemAdminGrain, IDisposable
{
    private readonly GateContext _context;
    private readonly IPendingKills _pendingKills;
    private readonly IHostApplicationLifetime? _lifetime;

    /// <summary>Pulsed with every publication, and at shutdown.</summary>
    private readonly GateSignal _changed = new();
    private readonly NodeLedger _nodes;
    private readonly BotLedger _bots;
    private readonly AlertsWord _alerts;
    private readonly StoreDoubt _doubt;
    private readonly GateDecision _decision;
    private readonly GateAcknowledgements _acknowledgements;
    private readonly GateFollowing _following;
    private readonly EvaluationPace _pace;
    private readonly EvidenceQuestions _questions;
    private readonly SuspensionIntake _suspensions;
    private readonly ControlsStore _controls;
    private readonly KillControl _kills;
    private readonly LiveControl _live;
    private readonly KillRehearsal _rehearsal;
    private readonly LeaseRenewal _renewal;
    private readonly StoreConfirmation _confirmation;
    private CancellationTokenRegistration _onStopping;
    private IGrainTimer? _evaluating;

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
        var (context, gate) = (new GateContext(lease, controls, policy.Value, options.Value, GrainFactory, time, logger), options.Value);
        (_context, _pendingKills, _lifetime) = (context, pendingKills, lifetime);

        // What is known.
        var evidence = new EvidenceLedger(time, gate);
        _nodes = new(time);
        _bots = new(time);
        _alerts = new(GrainFactory, time, logger);
        var state = new ControlState(time);
        var term = new GateTerm(gate.Lease, _nodes, hosts, time);
        _doubt = new(context, witness, identity);

        // Consequences of the decision, and its publishers.
        var log = new TransitionLog(transitions, gate.Lease, time, logger);
        var inputs = new DecisionInputs(context, seats.All, evidence, _bots, _alerts, state, term, _doubt, suspension);
        _decision = new(context, inputs, state, _doubt, _bots, log, _changed);
        _acknowledgements = new(_nodes, term, time);
        _following = new(context, agreement, _decision, term, _doubt, _nodes, _bots, _acknowledgements, _changed);
        _pace = new(gate.EvaluateEvery, time, every => _evaluating!.Change(every, every));
        _questions = new(context, seats.All, order, agreement, evidence, _decision, _pace);
        _suspensions = new(suspension, evidence, _bots, state, term, _decision, _questions);

        // What people decide, and the rows.
        var office = new GateOffice(context, term, _acknowledgements, _decision, DeactivateOnIdle);
        _controls = new(context, state, _doubt, office.Leave);
        _kills = new(context, state, _controls, _decision, term, _acknowledgements, _bots, acts);
        _live = new(context, state, _decision, log, _acknowledgements, acts);
        _rehearsal = new(context, drills, TimeSpan.FromSeconds(runners.Value.RenewSeconds), _controls, _decision, log, _nodes, _bots, _acknowledgements);
        _renewal = new(context, transitions, term, _doubt, _decision, log, office, _kills);
        _confirmation = new(context, acts, identity, pendingKills, _doubt, term, _renewal, state, _controls, _kills, _decision, _changed);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Without a written epoch this activation must not exist: throwing leaves every node without an answer, and so closed.
        _doubt.TakeOver();
        await _renewal.RenewAsync();
        _nodes.ExpectUnknownNodes(_context.Options.Lease);
        await _controls.TakeOverAsync(_pendingKills);

        _decision.PublishClosed();
        _kills.Begin();
        _questions.Begin();
        _onStopping = _lifetime?.ApplicationStopping.Register(static changed => ((GateSignal)changed!).Pulse(), _changed) ?? default;
        _evaluating = this.RegisterGrainTimer(EvaluateOnTimeAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _context.Options.EvaluateEvery) { Interleave = true, KeepAlive = true });
        var renewEvery = _context.Options.RenewEvery;
        this.RegisterGrainTimer(_ => _renewal.RenewOnTimeAsync(), new GrainTimerCreationOptions(renewEvery, renewEvery) { Interleave = true, KeepAlive = true });
        _questions.AskComponents();
        LogActivated(_context.Logger, _context.Lease.State.Epoch);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _onStopping.Dispose();
        _changed.Pulse();
        return Task.CompletedTask;
    }

    public void Dispose() => _controls.Dispose();

    public async Task<GateUpdate> WaitForChange(GateFollowRequest request)
    {
        _suspensions.Take();
        return await _following.WaitForChangeAsync(request, stopping: _lifetime?.ApplicationStopping.IsCancellationRequested ?? false);
    }

    public Task EvidenceChanged(string provider)
    {
        _questions.EvidenceChanged(provider);
        return Task.CompletedTask;
    }

    public Task<ProgressReceipt> ReportProgress(ComponentProgress progress) => Task.FromResult(_questions.Report(progress));

    public Task<GatePosition> ReportBot(BotGateReport report)
    {
        _bots.Record(report, _decision.Published);
        _changed.Pulse();
        _acknowledgements.Pulse();
        return Task.FromResult(_decision.Position);
    }

    public Task<Acknowledgements> WaitForAcknowledgement(GatePosition position) => _acknowledgements.WaitAsync(position);

    public Task<KillAnswer> Kill(string reason, Caller by) => _kills.DeliverAsync(new KillOrder(Guid.NewGuid(), null, reason, by, _context.Time.GetUtcNow()));

    public Task<KillAnswer> DeliverKill(KillOrder order) => _kills.DeliverAsync(order);

    public Task<ControlAnswer> Release(string reason, Caller by) => _kills.ReleaseAsync(reason, by);

    public Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by) => _live.ArmAsync(duration, reason, by);

    public Task<ControlAnswer> DisarmLive(string reason, Caller by) => _live.DisarmAsync(by);

    public Task<KillDrill> Drill(Caller by) => _rehearsal.RunAsync(by);

    public Task<ControlAnswer> ConfirmStore(string reason, TimeSpan sessionLifetime, Caller by) => _confirmation.ConfirmAsync(reason, sessionLifetime, by);

    private Task EvaluateOnTimeAsync(CancellationToken cancellationToken)
    {
        _pace.Round();
        _suspensions.Take();
        _questions.AskProviders();
        _alerts.Ask();
        _bots.Prune();
        _decision.EvaluateRound();
        return Task.CompletedTask;
    }

    [LoggerMessage(EventIds.SystemGateActivated, LogLevel.Information, "The gate is active with epoch {Epoch}; everything is closed until it is proven.")]
    private static partial void LogActivated(ILogger logger, long epoch);
}
