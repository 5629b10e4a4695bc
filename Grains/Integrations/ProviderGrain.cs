using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations.Activation;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Hosts;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ControlPlane.Grains.Integrations;

/// <summary>One integration. What it says about itself rests on this process' own verdicts with the present secrets.</summary>
internal sealed partial class ProviderGrain : Grain, IProviderGrain
{
    private readonly IPersistentState<ProviderAttemptsState> _attempts;
    private readonly IntegrationServices _services;
    private readonly VerifyOptions _verify;
    private readonly GateOptions _gate;
    private readonly UsageOptions _usage;
    private readonly TimeProvider _time;
    private readonly ILogger<ProviderGrain> _logger;
    private readonly Guid _activation = Guid.NewGuid();
    private ImmutableDictionary<(string Code, Severity Severity), DateTimeOffset> _since = ImmutableDictionary<(string, Severity), DateTimeOffset>.Empty;
    private ProviderDefinition? _definition;
    private IntegrationOptions _settings = new();
    private ProviderState _lastState;
    private ImmutableArray<Reason> _lastReasons = [];
    private ImmutableArray<string> _lastFailingBots = [];
    private readonly IPersistentState<ProviderLossState> _lossRow;
    private readonly HostLedger _hosts = new();
    private readonly ProviderNotices _notices;
    private ProviderContext _context = null!;
    private LostUsage _losses = null!;
    private LoadedSecrets _secrets = null!;
    private VerifyTiming _timing = null!;
    private KeyVerdict _key = null!;
    private VerifyHistory _history = null!;
    private ProviderVerify _verifying = null!;
    private ProviderTestCall _testCall = null!;

    public ProviderGrain(
        [PersistentState("provider-attempts", StateNames.Provider)] IPersistentState<ProviderAttemptsState> attempts,
        [PersistentState("provider-losses", StateNames.Provider)] IPersistentState<ProviderLossState> losses,
        IntegrationServices services,
        IOptions<VerifyOptions> verify,
        IOptions<GateOptions> gate,
        IOptions<UsageOptions> usage,
        TimeProvider time,
        ILogger<ProviderGrain> logger)
    {
        _attempts = attempts;
        _lossRow = losses;
        _usage = usage.Value;
        _services = services;
        _verify = verify.Value;
        _gate = gate.Value;
        _time = time;
        _logger = logger;
        _notices = new(GrainFactory, Id, time);
    }

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _settings = _services.Settings.For(Id);
        _definition = _settings.Enabled ? _services.Catalogue.Find(Id) : null;
        if (_definition is null) return Task.CompletedTask;
        _context = new(Id, _definition, _settings, _services, _verify, _gate, _usage, _time, _notices, _logger);
        _losses = new(Id, _lossRow, TimeSpan.FromSeconds(_usage.LossSeconds), _notices, _time, _logger);
        _secrets = new(_context);
        _timing = new(_time);
        _key = new(_context, _secrets, _timing);
        _history = new(Id, _services.Verifications, _time, _logger);
        var calls = new CallsInFlight();
        _verifying = new(_context, _secrets, _key, _timing, new(Id, _attempts, _timing, _time, _logger), _history, calls, Evaluate);
        _testCall = new(_context, _secrets, _key, _timing, calls);
        _key.LoadSecrets();
        UsageUnknown();
        Evaluate();
        _reconciling = this.RegisterGrainTimer(ReconcileUsageAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(_usage.ReconcileSeconds), TimeSpan.FromSeconds(_usage.ReconcileSeconds)) { Interleave = true });
        _loaded = LoadAsync();
        if (_timing.Next == NextVerify.Moved) _ = VerifyIfDue();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _deactivated.TrySetResult();
        return Task.CompletedTask;
    }

    public async Task<ProviderStatus?> GetStatus()
    {
        if (_definition is null) return null;
        await LoadedAsync();
        return Status();
    }

    public Task<ProviderEvidence> GetEvidence()
    {
        if (_definition is null) return Task.FromResult(new ProviderEvidence(Id, _activation, _notices.Version, ProviderState.NotConfigured, 0, [], [], null, null, _services.Agreement.Text));
        _key.LoadSecrets();
        var evaluation = Evaluate();
        return Task.FromResult(new ProviderEvidence(
            Id, _activation, _notices.Version, evaluation.ForAll.State, (long)evaluation.ValidFor.TotalMilliseconds, evaluation.ForAll.Reasons, _secrets.Choice.Missing, _key.Verdict.TraceId, TelemetryLost(),
            _services.Agreement.Text)
        {
            FailingBots = _lastFailingBots,
            Capabilities = KeyRightsPolicy.Counted(_key.Verdict.Findings, _settings.AcceptUnknown),
            Environment = _key.Verdict.IsVerified ? _key.Verdict.Environment : null,
        });
    }

    public Task<VerifyAnswer> Verify(Caller by) => _definition is null ? Task.FromResult(new VerifyAnswer(VerifyRefusal.Unknown, null, [])) : _verifying.VerifyAsync(by);

    public Task VerifyIfDue() => _definition is null ? Task.CompletedTask : _verifying.VerifyIfDueAsync();

    public Task<bool> EndHungVerify() => Task.FromResult(_definition is not null && _verifying.EndHung());

    public Task<TestCallReport> TestCall(Caller by) => _definition is null ? Task.FromResult(TestCallReport.Refused(TestCallRefusal.Unknown)) : _testCall.MakeAsync(by);

    public Task UsageLost(UsageLoss loss) => _definition is null ? Task.CompletedTask : _losses.TakeAsync(loss);

    public Task ReportHost(HostSecrets secrets)
    {
        _hosts.Report(secrets, _time.GetTimestamp());
        if (_definition is null) return Task.CompletedTask;
        _key.LoadSecrets();
        Evaluate();
        return Task.CompletedTask;
    }

    /// <summary>Evaluates the facts as they are now; tells the gate when what it knows has changed.</summary>
    private ProviderEvaluation Evaluate()
    {
        var definition = _definition!;
        WatchErrorRate();
        var missing = _secrets.Choice.Missing;
        if (missing.IsEmpty && _hosts.AnyMissing(_time)) missing = [.. (_secrets.Choice.Access ?? definition.Access[0]).Requires];
        var evaluation = ProviderStatePolicy.Evaluate(new ProviderFacts(
            Id,
            definition.Name,
            missing,
            _secrets.Choice.Access?.Verify is not null || (_secrets.Choice.Access is null && definition.Access.Any(a => a.Verify is not null)),
            definition.NoVerifyReason,
            _key.Verdict,
            _key.Verdict.Conclusive is null ? TimeSpan.MaxValue : _time.GetElapsedTime(_key.Verdict.ConclusiveAt),
            _key.Schedule.Freshness,
            _gate.CloseAfterSoft,
            _errorRate.ForAll,
            _hosts.Agreement(_services.Hosts.Total, _time))
        {
            RecoveredBelow = _verify.ErrorRateRecovered,
            FailingBots = _errorRate.Alarms,
            Need = GateCapabilities.ForGate(GateNames.ForCategory(definition.Category)),
            AcceptUnknown = _settings.AcceptUnknown,
            RetryAt = _timing.DueAt,
            Looks = _secrets.Looks,
            Now = _time.GetUtcNow(),
        });

        var reasons = WithSince(evaluation.Reasons);
        if (evaluation.State != _lastState || !reasons.SequenceEqual(_lastReasons) || !_lastFailingBots.SequenceEqual(_errorRate.Alarms.Keys))
        {
            _lastState = evaluation.State;
            _lastFailingBots = [.. _errorRate.Alarms.Keys];
            _lastReasons = reasons;
            _notices.Changed();
        }

        return evaluation with { Reasons = reasons, ForAll = (evaluation.ForAll.State, [.. evaluation.ForAll.Reasons.Select(r => r with { Since = _since[(r.Code, r.Severity)] })]) };
    }

    private ImmutableArray<Reason> WithSince(ImmutableArray<Reason> reasons)
    {
        var now = _time.GetUtcNow();
        var times = new SinceTracker<(string, Severity)>(_since);
        reasons = [.. reasons.Select(r => r with { Since = times.Of((r.Code, r.Severity), now) })];
        _since = times.Seen;
        return reasons;
    }

    private ProviderStatus Status()
    {
        _key.LoadSecrets();
        var evaluation = Evaluate();
        var (figures, unavailable) = ShownFigures();
        if (_history.LostSince is { } lost)
        {
            unavailable = [.. unavailable, .. LastVerifyFields.Select(f => new UnavailableField(f, Codes.DataUnavailable, lost))];
        }

        return new ProviderStatus
        {
            Provider = Id,
            Name = _definition!.Name,
            Category = _definition.Category,
            Gate = GateNames.ForCategory(_definition.Category),
            Required = _settings.Required,
            State = evaluation.State,
            SupportsVerify = _definition.Access.Any(a => a.Verify is not null),
            MissingVariables = _secrets.Choice.Missing,
            LastVerify = _history.Last,
            FreshUntil = _key.Verdict.IsVerified ? _key.Verdict.ConclusiveWallClock + _key.Schedule.Freshness : null,
            Usage = figures,
            Hosts = _hosts.Agreement(_services.Hosts.Total, _time),
            Reasons = [.. evaluation.Reasons, .. Remarks(evaluation, figures)],
            Unavailable = unavailable,
            Version = _notices.Version,
            Capabilities = KeyRightsPolicy.Counted(_key.Verdict.Findings, _settings.AcceptUnknown),
            Environment = _key.Verdict.Environment,
            VerifiedHost = _key.Verdict.Host,
            ClockSkewSeconds = _key.Verdict.ClockSkewSeconds,
            ExpiresAt = _key.Verdict.ExpiresAt,
            NextVerifyAt = _timing.DueAt,
        };
    }

    /// <summary>What is worth knowing and changes nothing.</summary>
    private IEnumerable<Reason> Remarks(ProviderEvaluation evaluation, UsageFigures? figures)
    {
        if (TelemetryLost() is { } telemetry) yield return telemetry with { Severity = Severity.Info };
        if (UseWithoutKeys.Remark(_definition!.Name, evaluation.State, figures) is { } remark) yield return remark with { Since = _time.GetUtcNow() };
        if (_secrets.TooShort is { } shortSecrets) yield return shortSecrets;
    }

    private static readonly string[] LastVerifyFields = ["last_verified_at", "last_verify_status", "last_verify_trace_id"];
}
