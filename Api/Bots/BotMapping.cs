using ControlPlane.Abstractions;
using ControlPlane.Api.Bots.Traces;
using ControlPlane.Api.Gates;
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
        Mode = bot.Spec.Mode.ToContract(),
        Requires = [.. bot.Spec.Requires],
        RiskLimits = bot.Spec.RiskLimits,
        AllowedSymbols = bot.Spec.AllowedSymbols is { } symbols ? [.. symbols] : null,
        Model = bot.Spec.Model,
        Instruments = bot.Spec.Terms?.Instruments?.ToDictionary(i => i.Key, i => new InstrumentRow(i.Value.Multiplier, i.Value.Rate), StringComparer.Ordinal) ?? [],
        Aliases = bot.Spec.Terms?.Aliases?.ToDictionary(StringComparer.Ordinal) ?? [],
        MayUse = [.. bot.Spec.Terms?.MayUse ?? []],
        Currency = bot.Spec.Terms?.Currency,
        StatesConfidence = bot.Spec.Terms?.StatesConfidence ?? true,
        Readiness = bot.Readiness.ToContract(),
        Blockers = bot.Blockers.ToContract(),
        PathToOk = bot.PathToOk.ToContract(),
        Tier = bot.Tier.ToContract(),
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

    /// <param name="reach">What the bot reaches through the gateway; null when nobody can tell.</param>
    public static BotAnswerBody ToAnswer(BotView bot, GatewayReach? reach, DateTimeOffset now, string traceId)
    {
        var row = ToRow(bot);
        return new BotAnswerBody
        {
            BotId = row.BotId,
            Name = row.Name,
            RegisteredAt = row.RegisteredAt,
            UserId = row.UserId,
            Mode = row.Mode,
            Requires = row.Requires,
            RiskLimits = row.RiskLimits,
            AllowedSymbols = row.AllowedSymbols,
            Model = row.Model,
            Instruments = row.Instruments,
            Aliases = row.Aliases,
            MayUse = row.MayUse,
            Currency = row.Currency,
            StatesConfidence = row.StatesConfidence,
            Readiness = row.Readiness,
            Blockers = row.Blockers,
            PathToOk = row.PathToOk,
            Tier = row.Tier,
            Score = row.Score,
            Runner = row.Runner,
            KillSwitch = row.KillSwitch,
            Live = row.Live,
            Generation = row.Generation,
            LastDecisionAt = row.LastDecisionAt,
            Trades24h = row.Trades24h,
            Pnl24h = row.Pnl24h,
            PnlCurrency = row.PnlCurrency,
            Blind = row.Blind,
            Reasons = row.Reasons,
            Unavailable = row.Unavailable,
            AsOf = now,
            GatewayProviders = reach is null ? null : [.. reach.Providers.Order(StringComparer.Ordinal)],
            TraceId = traceId,
        };
    }

    public static RunnerRow ToContract(RunnerView runner) =>
        new(runner.State.ToContract(), runner.RunnerId, runner.Epoch, runner.LastHeartbeatAt)
        {
            Directive = runner.Directive?.ToContract(),
            DirectiveHeard = runner.Heard?.ToContract(),
        };
}
