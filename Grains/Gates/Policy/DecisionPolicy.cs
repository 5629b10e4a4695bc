using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>The decision, before it has an epoch and a version. A pure function of inputs and open items.</summary>
internal static class DecisionPolicy
{
    /// <param name="previous">The decision before, for the instants since when things are as they are.</param>
    /// <param name="validFor">How long the decision may be relied on, from the evidence alone.</param>
    public static GateSnapshot Decide(GateInputs inputs, ImmutableHashSet<string> open, GateSnapshot? previous, out TimeSpan validFor)
    {
        var findings = GateConditionPolicy.Evaluate(inputs, open);
        var times = BlockerTimes(previous);
        var blockers = BlockerPolicy.Evaluate(inputs, open, findings)
            .Select(b => (b with { Since = times.Of(Key(b), b.Since == default ? inputs.Now : b.Since) }).At(inputs.Now)).ToImmutableArray();
        var gateTimes = GateTimes(previous);
        var status = blockers.Any(b => b.Severity == Severity.Blocked) || inputs.Kill.Engaged || inputs.StoreLost is not null
            || findings.Any(f => f.Required && f.Status != GateStatus.True)
            ? SystemStatus.Blocked
            : blockers.Length > 0 || findings.Any(f => f.Status == GateStatus.True && f.Degraded) ? SystemStatus.Degraded : SystemStatus.Ok;
        var trading = status == SystemStatus.Blocked ? TradingState.Halted
            : findings.Any(f => f.Required && f.HeldOnlyByDegraded) ? TradingState.Reducing : TradingState.Active;
        var missing = inputs.Providers.ToDictionary(p => p.Id, p => p.Evidence?.MissingVariables ?? [], StringComparer.Ordinal);

        bool Mandatory(string id) => inputs.Providers.Any(p => p.Id == id && p.Required)
            || GateNames.All.Any(gate => inputs.Policy.For(gate) is { Required: true } policy && policy.AllOf.Contains(id));

        validFor = status == SystemStatus.Blocked
            ? TimeSpan.MaxValue
            : findings.Where(f => f.Required).Select(f => f.ValidFor)
                .Concat(inputs.Providers.Where(p => p.Required).Select(p => p.ValidFor))
                .DefaultIfEmpty(TimeSpan.MaxValue).Min();
        return new GateSnapshot
        {
            Epoch = 0,
            Version = 0,
            Status = status,
            TradingState = trading,
            Gates = [.. findings.Select(f => Condition(f, gateTimes, inputs.Now))],
            Blockers = blockers,
            PathToOk = PathPolicy.For(blockers, id => missing.GetValueOrDefault(id, []), Mandatory, new PathChoices(inputs, open)),
            Kill = inputs.Kill,
            Live = inputs.Live,
            Providers = inputs.Providers.ToImmutableDictionary(p => p.Id, p => ProviderCondition(p, open, Mandatory(p.Id))),
            DecidedAt = inputs.Now,
        };
    }

    /// <summary>What a reader may rely on for a provider: connected only when the evidence is good and open.</summary>
    private static ProviderCondition ProviderCondition(ProviderInput provider, ImmutableHashSet<string> open, bool mandatory)
    {
        var state = provider.Evidence?.State ?? ProviderState.ConfiguredNotConnected;
        if (state >= ProviderState.Degraded && !GateConditionPolicy.IsOpen(provider, open)) state = ProviderState.ConfiguredNotConnected;
        return new(
            provider.Id,
            provider.Name,
            provider.Category,
            state,
            provider.Evidence?.Reasons ?? [],
            provider.Evidence?.MissingVariables ?? [],
            provider.Evidence?.EvidenceTraceId,
            mandatory,
            provider.Verifiable)
        {
            FailingBots = provider.Evidence is { FailingBots.IsDefault: false } evidence ? evidence.FailingBots : [],
            Environment = provider.Evidence?.Environment,
            Capabilities = provider.Evidence is { Capabilities.IsDefault: false } known ? known.Capabilities : [],
        };
    }

    private static GateCondition Condition(GateFinding finding, SinceTracker<(string, GateStatus, bool)> times, DateTimeOffset now) => new(
        finding.Gate,
        finding.Status,
        finding.Degraded,
        finding.Reason,
        finding.Message,
        times.Of((finding.Gate, finding.Status, finding.Degraded), now),
        finding.ObservedAt,
        now + finding.ValidFor,
        finding.Providers,
        finding.Required);

    // The previous decision is the gate's memory: it is what was published.
    private static SinceTracker<(string, GateStatus, bool)> GateTimes(GateSnapshot? previous) =>
        new((previous?.Gates ?? []).ToDictionary(g => (g.Gate, g.Status, g.Degraded), g => g.Since));

    private static SinceTracker<(string, string?, string?, string?)> BlockerTimes(GateSnapshot? previous) =>
        new((previous?.Blockers ?? []).GroupBy(Key).ToDictionary(g => g.Key, g => g.Min(b => b.Since)));

    private static (string Code, string? Gate, string? Provider, string? BotId) Key(Blocker blocker) => (blocker.Code, blocker.Gate, blocker.Provider, blocker.BotId);
}
