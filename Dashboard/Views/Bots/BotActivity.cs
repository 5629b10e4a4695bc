using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>What a bot is doing.</summary>
public enum BotActivity
{
    Unavailable,
    Stopped,
    Starting,

    /// <summary>It may open.</summary>
    Running,

    /// <summary>It may reduce and cancel alone.</summary>
    Reducing,

    /// <summary>It must halt, and has not told by a heartbeat that it knows.</summary>
    Halting,
    Halted,
    Lost,
    StartTimedOut,
}

/// <summary>Tells what a bot is doing from its runner's lease, what it must do now and what it has heard.</summary>
public static class BotActivities
{
    public static BotActivity Of(BotRow bot)
    {
        if (bot.IsUnavailable() || bot.KillSwitch.Engaged is null) return BotActivity.Unavailable;
        var (must, heard) = (bot.Runner.Directive, bot.Runner.DirectiveHeard);
        return bot.Runner.State switch
        {
            RunnerCondition.Stopped => BotActivity.Stopped,
            RunnerCondition.Lost => BotActivity.Lost,
            RunnerCondition.StartTimedOut => BotActivity.StartTimedOut,
            _ when must == RunnerDirective.Halt || bot.IsKilled() => heard == RunnerDirective.Halt ? BotActivity.Halted : BotActivity.Halting,
            RunnerCondition.Starting => BotActivity.Starting,
            _ => must switch
            {
                RunnerDirective.Continue => BotActivity.Running,
                RunnerDirective.Reduce => BotActivity.Reducing,
                _ => BotActivity.Unavailable,
            },
        };
    }
}
