using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;
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
    private long _sequence;

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
        _losses = losses;
        _usage = usage.Value;
        _services = services;
        _verify = verify.Value;
        _gate = gate.Value;
        _time = time;
        _pace = new(time);
        _logger = logger;
    }

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _settings = _services.Settings.For(Id);
        _definition = _settings.Enabled ? _services.Catalogue.Find(Id) : null;
        if (_definition is null) return Task.CompletedTask;
        LoadSecrets();
        _historyLostSince = _time.GetUtcNow();
        UsageUnknown();
        Evaluate();
        _reconciling = this.RegisterGrainTimer(ReconcileUsageAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(_usage.ReconcileSeconds), TimeSpan.FromSeconds(_usage.ReconcileSeconds)) { Interleave = true });
        _loaded = LoadAsync();
        if (_nextVerify == NextVerify.Moved) _ = VerifyIfDue();
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
        if (_definition is null) return Task.FromResult(new ProviderEvidence(Id, _activation, _sequence, ProviderState.NotConfigured, 0, [], [], null, null, _services.Agreement.Text));
        LoadSecrets();
        var evaluation = Evaluate();
        return Task.FromResult(new ProviderEvidence(
            Id, _activation, _sequence, evaluation.ForAll.State, (long)evaluation.ValidFor.TotalMilliseconds, evaluation.ForAll.Reasons, _choice.Missing, _verdict.TraceId, TelemetryLost(),
            _services.Agreement.Text)
        {
            FailingBots = _lastFailingBots,
            Capabilities = KeyRightsPolicy.Counted(_verdict.Findings, _settings.AcceptUnknown),
            Environment = _verdict.IsVerified ? _verdict.Environment : null,
        });
    }

    public Task ReportHost(HostSecrets secrets)
    {
        _hosts.Report(secrets, _time.GetTimestamp());
        if (_definition is null) return Task.CompletedTask;
        LoadSecrets();
        Evaluate();
        return Task.CompletedTask;
    }

    /// <summary>Evaluates the facts as they are now; tells the gate when what it knows has changed.</summary>
    private ProviderEvaluation Evaluate()
    {
        var definition = _definition!;
        WatchErrorRate();
        var missing = _choice.Missing;
        if (missing.IsEmpty && _hosts.AnyMissing(_time)) missing = [.. (_choice.Access ?? definition.Access[0]).Requires];
        var evaluation = ProviderStatePolicy.Evaluate(new ProviderFacts(
            Id,
            definition.Name,
            missing,
            _choice.Access?.Verify is not null || (_choice.Access is null && definition.Access.Any(a => a.Verify is not null)),
            definition.NoVerifyReason,
            _verdict,
            _verdict.Conclusive is null ? TimeSpan.MaxValue : _time.GetElapsedTime(_verdict.ConclusiveAt),
            Schedule.Freshness,
            _gate.CloseAfterSoft,
            _errorRate.ForAll,
            _hosts.Agreement(_services.Hosts.Total, _time))
        {
            RecoveredBelow = _verify.ErrorRateRecovered,
            FailingBots = _errorRate.Alarms,
            Need = GateCapabilities.ForGate(GateNames.ForCategory(definition.Category)),
            AcceptUnknown = _settings.AcceptUnknown,
            RetryAt = DueAt,
            Looks = _looks,
            Now = _time.GetUtcNow(),
        });

        var reasons = WithSince(evaluation.Reasons);
        if (evaluation.State != _lastState || !reasons.SequenceEqual(_lastReasons) || !_lastFailingBots.SequenceEqual(_errorRate.Alarms.Keys))
        {
            _lastState = evaluation.State;
            _lastFailingBots = [.. _errorRate.Alarms.Keys];
            _lastReasons = reasons;
            _sequence++;
            TellGate();
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
        LoadSecrets();
        var evaluation = Evaluate();
        var (figures, unavailable) = ShownFigures();
        if (_historyLostSince is { } lost)
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
            MissingVariables = _choice.Missing,
            LastVerify = _lastVerify,
            FreshUntil = _verdict.IsVerified ? _verdict.ConclusiveWallClock + Schedule.Freshness : null,
            Usage = figures,
            Hosts = _hosts.Agreement(_services.Hosts.Total, _time),
            Reasons = [.. evaluation.Reasons, .. Remarks(evaluation, figures)],
            Unavailable = unavailable,
            Version = _sequence,
            Capabilities = KeyRightsPolicy.Counted(_verdict.Findings, _settings.AcceptUnknown),
            Environment = _verdict.Environment,
            VerifiedHost = _verdict.Host,
            ClockSkewSeconds = _verdict.ClockSkewSeconds,
            ExpiresAt = _verdict.ExpiresAt,
            NextVerifyAt = DueAt,
        };
    }

    /// <summary>What is worth knowing and changes nothing.</summary>
    private IEnumerable<Reason> Remarks(ProviderEvaluation evaluation, UsageFigures? figures)
    {
        if (TelemetryLost() is { } telemetry) yield return telemetry with { Severity = Severity.Info };
        if (UseWithoutKeys.Remark(_definition!.Name, evaluation.State, figures) is { } remark) yield return remark with { Since = _time.GetUtcNow() };
        if (_shortSecrets is { } shortSecrets) yield return shortSecrets;
    }

    private static readonly string[] LastVerifyFields = ["last_verified_at", "last_verify_status", "last_verify_trace_id"];
}
