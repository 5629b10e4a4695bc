using ControlPlane.Abstractions;
using ControlPlane.Api.Bots.Traces;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Integrations;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>Bots as the contract writes them.</summary>
internal static class BotMapping
{
    public static BotRow ToRow(BotView bot) => new()
    {
        BotId = bot.BotId,
        Name = bot.Spec.Name,
        RegisteredAt = bot.RegisteredAt,
        UserId = bot.Spec.UserId,
        Mode = bot.Spec.Mode.Known(),
        Requires = [.. bot.Spec.Requires],
        RiskLimits = bot.Spec.RiskLimits,
        AllowedSymbols = bot.Spec.AllowedSymbols is { } symbols ? [.. symbols] : null,
        Model = bot.Spec.Model,
        Instruments = bot.Spec.Terms?.Instruments?.ToDictionary(i => i.Key, i => new InstrumentRow(i.Value.Multiplier, i.Value.Rate), StringComparer.Ordinal) ?? [],
        Aliases = bot.Spec.Terms?.Aliases?.ToDictionary(StringComparer.Ordinal) ?? [],
        MayUse = [.. bot.Spec.Terms?.MayUse ?? []],
        Currency = bot.Spec.Terms?.Currency,
        StatesConfidence = bot.Spec.Terms?.StatesConfidence ?? true,
        Readiness = bot.Readiness.Known(),
        Blockers = bot.Blockers.ToContract(),
        PathToOk = bot.PathToOk.ToContract(),
        Tier = bot.Tier.Known(),
        Score = bot.Score is { } score && double.IsFinite(score) ? score : null,
        Runner = ToContract(bot.Runner),
        KillSwitch = bot.Kill.ToContract(),
        Live = bot.Live.ToContract(),
        Generation = bot.Generation,
        LastDecisionAt = bot.LastDecisionAt,
        Trades24h = bot.Trades24h,
        Pnl24h = bot.Pnl24h,
        PnlCurrency = bot.PnlCurrency,
        Blind = TraceMapping.ToRow(bot.Blind),
        Reasons = [.. bot.Reasons.Select(IntegrationRowMapping.ToContract)],
        Unavailable = [.. bot.Unavailable.Select(field => field.ToContract())],
    };

    /// <param name="reach">What the bot reaches through the gateway; null when unknown.</param>
    public static BotAnswerBody ToAnswer(BotView bot, GatewayReach? reach, DateTimeOffset now, string traceId) =>
        new(ToRow(bot), now, reach is null ? null : [.. reach.Providers.Order(StringComparer.Ordinal)], traceId);

    public static RunnerRow ToContract(RunnerView runner) =>
        new(runner.State.Known(), runner.RunnerId, runner.Epoch, runner.LastHeartbeatAt)
        {
            Directive = runner.Directive?.Known(),
            DirectiveHeard = runner.Heard?.Known(),
        };
}
