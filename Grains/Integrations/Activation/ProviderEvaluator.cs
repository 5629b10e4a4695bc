using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Hosts;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Evaluates the current facts, and reports to the gate when its evidence has changed.</summary>
internal sealed class ProviderEvaluator(
    ProviderContext context, LoadedSecrets secrets, KeyVerdict key, VerifyTiming timing, HostLedger hosts, ProviderFigures figures)
{
    private ImmutableDictionary<(string Code, Severity Severity), DateTimeOffset> _since = ImmutableDictionary<(string, Severity), DateTimeOffset>.Empty;
    private ProviderState _state;
    private ImmutableArray<Reason> _reasons = [];
    private ImmutableArray<string> _failingBots = [];

    public HostAgreement Hosts => hosts.Agreement(context.Services.Hosts.Total, context.Time);

    public ProviderEvaluation Evaluate()
    {
        figures.WatchErrorRate();
        var evaluation = ProviderStatePolicy.Evaluate(Facts());
        var reasons = WithSince(evaluation.Reasons);
        var failing = figures.ErrorRate.Alarms.Keys;
        if (evaluation.State != _state || !reasons.SequenceEqual(_reasons) || !_failingBots.SequenceEqual(failing))
        {
            _state = evaluation.State;
            _failingBots = [.. failing];
            _reasons = reasons;
            context.Notices.Changed();
        }

        return evaluation with { Reasons = reasons, ForAll = (evaluation.ForAll.State, [.. evaluation.ForAll.Reasons.Select(r => r with { Since = _since[(r.Code, r.Severity)] })]) };
    }

    /// <summary>What the provider can prove now.</summary>
    public ProviderEvidence Evidence(Guid activation)
    {
        key.LoadSecrets();
        var evaluation = Evaluate();
        var verdict = key.Verdict;
        return new(
            context.Id,
            activation,
            context.Notices.Version,
            evaluation.ForAll.State,
            (long)evaluation.ValidFor.TotalMilliseconds,
            evaluation.ForAll.Reasons,
            secrets.Choice.Missing,
            verdict.TraceId,
            figures.TelemetryLost(),
            context.Services.Agreement.Text)
        {
            FailingBots = _failingBots,
            Capabilities = KeyRightsPolicy.Counted(verdict.Findings, context.Settings.AcceptUnknown),
            Environment = verdict.IsVerified ? verdict.Environment : null,
        };
    }

    private ProviderFacts Facts()
    {
        var (definition, choice, verdict) = (context.Definition, secrets.Choice, key.Verdict);
        var missing = choice.Missing;
        if (missing.IsEmpty && hosts.AnyMissing(context.Time)) missing = [.. (choice.Access ?? definition.Access[0]).Requires];
        return new(
            context.Id,
            definition.Name,
            missing,
            choice.Access?.Verify is not null || (choice.Access is null && definition.Access.Any(a => a.Verify is not null)),
            definition.NoVerifyReason,
            verdict,
            verdict.Conclusive is null ? TimeSpan.MaxValue : context.Time.GetElapsedTime(verdict.ConclusiveAt),
            key.Schedule.Freshness,
            context.Gate.CloseAfterSoft,
            figures.ErrorRate.ForAll,
            Hosts)
        {
            RecoveredBelow = context.Verify.ErrorRateRecovered,
            FailingBots = figures.ErrorRate.Alarms,
            Need = GateCapabilities.ForGate(GateNames.ForCategory(definition.Category)),
            AcceptUnknown = context.Settings.AcceptUnknown,
            RetryAt = timing.DueAt,
            Looks = secrets.Looks,
            Now = context.Time.GetUtcNow(),
        };
    }

    private ImmutableArray<Reason> WithSince(ImmutableArray<Reason> reasons)
    {
        var now = context.Time.GetUtcNow();
        var times = new SinceTracker<(string, Severity)>(_since);
        reasons = [.. reasons.Select(r => r with { Since = times.Of((r.Code, r.Severity), now) })];
        _since = times.Seen;
        return reasons;
    }
}
