using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Grains.Bots;

/// <summary>Puts a bot's view together from its own facts and the figures of its traces.</summary>
internal static class BotViews
{
    public static BotView With(this BotView bot, BotFigures figures, DateTimeOffset now) => bot with
    {
        LastDecisionAt = figures.LastDecisionAt,
        Trades24h = figures.Trades24h,
        Pnl24h = figures.Pnl24h,
        PnlCurrency = figures.PnlCurrency,
        Blind = figures.Blind,
        Reasons = [.. RunnerDown(bot, now), .. figures.Reasons],
        Unavailable = figures.Unavailable,
    };

    /// <summary>A bot without a runner is reported and not blocked by that, since a start brings one.</summary>
    private static IEnumerable<Reason> RunnerDown(BotView bot, DateTimeOffset now)
    {
        var message = bot.Runner.State switch
        {
            // One that was lost is a blocker of its own.
            RunnerState.Running or RunnerState.Starting or RunnerState.Lost or RunnerState.StartTimedOut => null,
            _ => bot.Runner.Epoch == 0 ? "No runner has been started yet." : "The runner is stopped.",
        };
        if (message is not null) yield return new(Codes.RunnerDown, Severity.Info, message, "Start the bot's runner.", bot.Runner.Since ?? bot.Runner.LastHeartbeatAt ?? now);
    }
}
