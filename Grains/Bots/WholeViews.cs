using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Grains.Bots;

/// <summary>The bot's view with the figures of its traces.</summary>
internal sealed class WholeViews(BotContext bot, BotStatus standing)
{
    /// <summary>The figures are read first, so that the readiness is of the end of the read.</summary>
    public async Task<BotView> ReadAsync()
    {
        var evidence = bot.Services.Evidence;
        var figures = bot.Gate().Snapshot?.StoreDoubt() is { } doubt ? BotFigures.Unreadable(doubt.Since) : await evidence.Reads.FiguresAsync(bot.Id, bot.State.Spec!.Terms?.Currency);
        return evidence.Reasons.Keep(standing.View().With(figures, bot.Time.GetUtcNow()));
    }
}
