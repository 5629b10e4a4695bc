using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Bots.Tiers;

/// <summary>The bot's autonomy for those who ask, and the step that takes a person.</summary>
internal sealed class TierPromotion(BotContext bot, BotTier tier, BotStatus standing, BotReporter reporter)
{
    private AutonomyReader Autonomy => bot.Services.Evidence.Autonomy;

    public async Task<AutonomyReport?> ReportAsync()
    {
        if (bot.State.Spec is null) return null;
        var reading = await ReadAsync();
        var history = await Autonomy.HistoryAsync(bot.Id);
        tier.EvidenceUnread = reading is null;
        var next = TierPolicy.Next(tier.Tier);
        return new AutonomyReport(
            tier.Tier,
            reading?.Score,
            reading?.At ?? bot.Time.GetUtcNow(),
            reading?.Factors ?? FactorPolicy.Unread(Autonomy.Options),
            next,
            next is { } wanted ? Autonomy.Options.ScoreFor(wanted) : null,
            next is { } step && TierPolicy.NeedsPerson(step),
            reading is not null && bot.State.Autonomy.AwaitsPerson,
            ScorePolicy.Formula,
            [.. Needs(next, reading)],
            history,
            reading is null ? Codes.DataUnavailable : null,
            standing.View());
    }

    public Task<BotAnswer> PromoteAsync(string reason, Caller by)
    {
        var act = OperatorAct.Of("autonomy.promote", OperatorAct.Bot(bot.Id), ("reason", reason));
        return bot.Services.Acts.RunAsync(act, by, () => StepAsync(reason, by), static a => a.Code, BotAnswers.Refused);
    }

    private async Task<BotAnswer> StepAsync(string reason, Caller by)
    {
        if (bot.State.Spec is null) return BotAnswers.UnknownBot();
        if (TierPolicy.Next(tier.Tier) is not { } next) return new(Codes.InvalidRequest, "This bot has the highest tier.", null);
        if (!TierPolicy.NeedsPerson(next)) return new(Codes.TierTooLow, "The next step needs nobody: the bot takes it by itself once its evidence allows it.", null);
        if (await ReadAsync() is not { } reading) return new(Codes.DataUnavailable, "The bot's evidence could not be read, so nothing has changed.", null);
        var missing = AutonomyNeedPolicy.WithoutPerson(Needs(next, reading));
        if (missing.Length > 0) return new(Codes.TierTooLow, "The evidence does not allow this step. " + string.Join(' ', missing.Select(n => n.Text)), null);
        var before = tier.Tier;
        var written = await bot.TryWriteAsync(s =>
        {
            s.Tier = next;
            s.Autonomy = s.Autonomy with { Held = 0, AwaitsPerson = false, Score = reading.Score, RecordedScore = reading.Score };
        });
        if (!written) return BotAnswers.Unwritten();
        await Autonomy.RecordAsync(bot.Id, new(reading.At, next, reading.Score, reason, by.Name));
        BotLog.LogTier(bot.Logger, bot.Id, before, tier.Tier);
        await reporter.PublishAsync();
        return BotAnswers.Done(standing.View());
    }

    private Task<AutonomyReading?> ReadAsync() => Autonomy.ReadAsync(bot.Id, bot.State.Autonomy.ChangedAt, tier.StatesConfidence, bot.Names);

    private IEnumerable<AutonomyNeed> Needs(AutonomyTier? next, AutonomyReading? reading) => AutonomyNeedPolicy.Needs(next, reading, bot.State.Autonomy, Autonomy.Options, tier.StatesConfidence);
}
