using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;

namespace ControlPlane.Grains.Bots.Tiers;

/// <summary>Works the bot's score out anew and steps its tier, one evaluation at a time.</summary>
internal sealed class TierSteps(BotContext bot, BotTier tier, HeartbeatTally heartbeats, BotReporter reporter)
{
    private bool _evaluating;
    private bool _again;

    private AutonomyReader Autonomy => bot.Services.Evidence.Autonomy;

    /// <param name="mayRise">False between rounds: a violation is answered at once, a rise is not hurried.</param>
    public async Task EvaluateAsync(bool mayRise)
    {
        if (bot.State.Spec is null) return;
        if (_evaluating)
        {
            _again = true;
            return;
        }

        _evaluating = true;
        try
        {
            await HandOverHeartbeatsAsync();
            var reading = await Autonomy.ReadAsync(bot.Id, bot.State.Autonomy.ChangedAt, tier.StatesConfidence, bot.Names);
            tier.EvidenceUnread = reading is null;
            if (reading is not null) await StepAsync(reading, mayRise);
            else await reporter.PublishToDirectoryAsync();
        }
        finally
        {
            _evaluating = false;
        }

        // What came while the evidence was being read is not left to the next round.
        if (!_again) return;
        _again = false;
        await EvaluateAsync(mayRise: false);
    }

    private async Task StepAsync(AutonomyReading reading, bool mayRise)
    {
        var before = bot.State.Autonomy;
        var had = tier.Tier;
        var step = TierPolicy.Step(new(had, before.Held, before.LastViolation), reading.Factors, reading.Score, reading.NewestViolation, Autonomy.Options, tier.StatesConfidence);
        if (!mayRise && step.Standing.Tier >= had) return;
        var after = before with { Held = step.Standing.Held, LastViolation = step.Standing.LastViolation, Score = reading.Score, AwaitsPerson = step.AwaitsPerson };
        if (step.Standing.Tier < had)
        {
            tier.Fall(step.Standing.Tier);
            await reporter.PublishToGateAsync();
        }

        var notable = step.Reason is not null || ScoreHistoryPolicy.IsNotable(before, reading.Score, reading.At);
        if (notable) after = after with { RecordedScore = reading.Score, RecordedAt = reading.At };
        if (after == before && step.Standing.Tier == bot.State.Tier) return;
        var written = await bot.TryWriteAsync(s =>
        {
            s.Tier = step.Standing.Tier;
            s.Autonomy = after;
        });
        if (written)
        {
            tier.Settle();
            if (notable) await Autonomy.RecordAsync(bot.Id, new(reading.At, step.Standing.Tier, reading.Score, step.Reason ?? "The score changed.", null));
        }

        if (tier.Tier != had)
        {
            BotLog.LogTier(bot.Logger, bot.Id, had, tier.Tier);
            await reporter.PublishToGateAsync();
        }

        await reporter.PublishToDirectoryAsync();
    }

    private async Task HandOverHeartbeatsAsync()
    {
        var (kept, missed) = (heartbeats.Kept, heartbeats.Missed);
        if (kept + missed == 0 || !await Autonomy.TryAddHeartbeatsAsync(bot.Id, kept, missed)) return;
        heartbeats.HandedOver(kept, missed);
    }
}
