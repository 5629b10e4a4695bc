using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>Facts about a provider, ages already measured.</summary>
/// <param name="Age">Time since the standing verdict was asked for.</param>
internal sealed record ProviderFacts(
    string Provider,
    string Name,
    ImmutableArray<string> Missing,
    bool SupportsVerify,
    string? NoVerifyReason,
    VerdictRecord Verdict,
    TimeSpan Age,
    TimeSpan Freshness,
    int CloseAfterSoft,
    ErrorRateAlarm? FailingCalls,
    HostAgreement Hosts)
{
    /// <summary>Share of failed calls below which <see cref="FailingCalls"/> is over at the latest, 0..1.</summary>
    public double RecoveredBelow { get; init; }

    /// <summary>Bots whose calls fail. One alone shows in the row, and counts for no gate and for no other bot.</summary>
    public ImmutableSortedDictionary<string, ErrorRateAlarm> FailingBots { get; init; } = ErrorRateFinding.None.Alarms;

    /// <summary>What the provider's gate needs of the key; null without a gate.</summary>
    public Capability? Need { get; init; }

    /// <summary>Set by the operator: unknown rights count as implied.</summary>
    public bool AcceptUnknown { get; init; }

    /// <summary>When a refused key is tried again by itself; null when it is not.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>How the loaded values look.</summary>
    public ImmutableArray<Reason> Looks { get; init; } = [];
    public DateTimeOffset Now { get; init; }
}

/// <summary>What the facts come to.</summary>
/// <param name="Reasons">Gravest first; their instants are the grain's to fill in.</param>
internal sealed record ProviderEvaluation(ProviderState State, TimeSpan ValidFor, ImmutableArray<Reason> Reasons)
{
    /// <summary>What counts for gates and for every bot: without what a single bot reports.</summary>
    public (ProviderState State, ImmutableArray<Reason> Reasons) ForAll { get; init; } = (State, Reasons);
}

/// <summary>Tells the four states apart. Whatever is not proven, fresh and agreed on is not connected.</summary>
internal static class ProviderStatePolicy
{
    public static ProviderEvaluation Evaluate(ProviderFacts facts)
    {
        var evaluation = OfVerdict(facts);
        return facts.Looks.IsEmpty ? evaluation : evaluation with { Reasons = [.. evaluation.Reasons, .. facts.Looks] };
    }

    private static ProviderEvaluation OfVerdict(ProviderFacts facts)
    {
        if (!facts.Missing.IsEmpty)
        {
            var names = string.Join(", ", facts.Missing);
            return Blocked(ProviderState.NotConfigured, Codes.IntegrationKeyMissing, $"{facts.Name} has no key: {names} is not set.", $"Set {names} in the environment or the secrets folder, then verify {facts.Provider}.");
        }

        if (!facts.SupportsVerify)
        {
            return new(ProviderState.ConfiguredNotConnected, TimeSpan.Zero, [new(Codes.IntegrationNeverVerified, Severity.Info, facts.NoVerifyReason ?? $"{facts.Name} offers no harmless verify call.", null, default) { Resolution = Resolution.Waits }]);
        }

        var verdict = facts.Verdict;
        var left = facts.Freshness - facts.Age;
        if (verdict.Conclusive is null)
        {
            return verdict.Last is null
                ? Blocked(ProviderState.ConfiguredNotConnected, Codes.IntegrationNeverVerified, $"{facts.Name} was not verified since its keys were loaded.", $"Verify {facts.Provider}.")
                : Blocked(ProviderState.ConfiguredNotConnected, Codes.IntegrationVerifyInconclusive, verdict.LastMessage!, verdict.LastFix ?? $"Verify {facts.Provider} again.");
        }

        if (!verdict.IsVerified)
        {
            var code = verdict.Conclusive switch
            {
                VerifyStatus.WrongEnvironment => Codes.IntegrationWrongEnvironment,
                VerifyStatus.Locked => Codes.IntegrationLocked,
                _ => Codes.IntegrationVerifyFailed,
            };
            return Blocked(ProviderState.ConfiguredNotConnected, code, verdict.LastMessage!, (verdict.LastFix ?? $"Replace the key of {facts.Provider}, then verify it.") + Retry(facts));
        }

        if (left <= TimeSpan.Zero)
        {
            return Blocked(ProviderState.ConfiguredNotConnected, Codes.IntegrationVerifyStale, $"{facts.Name} was last verified too long ago.", $"Verify {facts.Provider}.");
        }

        if (verdict.InconclusiveInRow >= facts.CloseAfterSoft)
        {
            return Blocked(ProviderState.ConfiguredNotConnected, Codes.IntegrationVerifyInconclusive, verdict.LastMessage!, verdict.LastFix ?? $"Verify {facts.Provider} again.");
        }

        var doubts = Doubts(facts, left);
        var shown = OfOneBot(facts) is { } own ? doubts.Add(own) : doubts;
        return new(State(shown), left, shown) { ForAll = (State(doubts), doubts) };
    }

    private static ProviderState State(ImmutableArray<Reason> doubts) =>
        doubts.Any(d => d.Severity == Severity.Degraded) ? ProviderState.Degraded : ProviderState.Connected;

    private static Reason? OfOneBot(ProviderFacts facts) => facts.FailingCalls is null && facts.FailingBots.FirstOrDefault() is { Key: { } bot } failing
        ? new(
            Codes.IntegrationDegraded,
            Severity.Degraded,
            $"Calls of {bot} to {facts.Name} fail: {failing.Value.Text}.",
            "Look at what this bot calls. It counts for this bot alone, unless a second bot agrees or a verify is inconclusive.",
            default)
        : null;

    private static ImmutableArray<Reason> Doubts(ProviderFacts facts, TimeSpan left)
    {
        var doubts = ImmutableArray.CreateBuilder<Reason>();
        void Add(string code, Severity severity, string message, string? fix, TimeSpan? healsWithin = null) => doubts.Add(new(code, severity, message, fix, default)
        {
            Resolution = healsWithin is null ? Resolution.Manual : Resolution.SelfHealing,
            ManualAfter = healsWithin,
        });

        var verdict = facts.Verdict;
        if (facts.Need is { } need && KeyRightsPolicy.Lack(facts.Name, verdict.Findings, need, facts.AcceptUnknown) is { } lack) doubts.Add(lack);
        if (verdict.InconclusiveInRow > 0)
        {
            Add(Codes.IntegrationVerifyInconclusive, Severity.Degraded, verdict.LastMessage!, verdict.LastFix ?? $"Verify {facts.Provider} again.");
        }
        else if (verdict.Conclusive == VerifyStatus.ValidBilling)
        {
            Add(Codes.IntegrationDegraded, Severity.Degraded, verdict.LastMessage!, verdict.LastFix ?? $"Settle the account at {facts.Name}.");
        }

        if (left < facts.Freshness / 3)
        {
            Add(Codes.IntegrationVerifyStale, Severity.Degraded, $"{facts.Name} has not been verified for a while; its verdict ends soon.", $"Verify {facts.Provider}.");
        }

        if (facts.FailingCalls is { } failing)
        {
            Add(
                Codes.IntegrationDegraded,
                Severity.Degraded,
                $"Calls to {facts.Name} fail: {failing.Text}.",
                $"No action once its calls succeed: this ends by itself, at the latest when less than {100 * facts.RecoveredBelow:0.#} % of the calls within 15 minutes failed. While they still fail, look at the recent events of this provider.",
                ErrorRatePolicy.Window);
        }

        if (!facts.Hosts.Agree && facts.Hosts.Reporting > 1 && facts.Hosts.Agreeing < facts.Hosts.Reporting)
        {
            Add(Codes.SecretsDisagree, Severity.Degraded, $"Hosts hold different keys for {facts.Name}: {facts.Hosts.Agreeing} of {facts.Hosts.Reporting} agree.", "Give every host the same secrets.");
        }

        if (verdict is { InconclusiveInRow: 0, Conclusive: VerifyStatus.ValidLimited })
        {
            Add(Codes.IntegrationDegraded, Severity.Info, verdict.LastMessage!, verdict.LastFix);
        }

        doubts.AddRange(KeyRightsPolicy.Warnings(facts.Name, facts.Provider, verdict, facts.Need, facts.AcceptUnknown, facts.Now));
        return doubts.ToImmutable();
    }

    private static string Retry(ProviderFacts facts) => facts.RetryAt is { } at
        ? $" It is tried again by itself at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC."
        : "";

    private static ProviderEvaluation Blocked(ProviderState state, string code, string message, string fix) =>
        new(state, TimeSpan.Zero, [new(code, Severity.Blocked, message, fix, default)]);
}
