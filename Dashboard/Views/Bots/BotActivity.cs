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
            RunnerState.Stopped => BotActivity.Stopped,
            RunnerState.Lost => BotActivity.Lost,
            RunnerState.StartTimedOut => BotActivity.StartTimedOut,
            _ when must == Directive.Halt || bot.IsKilled() => heard == Directive.Halt ? BotActivity.Halted : BotActivity.Halting,
            RunnerState.Starting => BotActivity.Starting,
            _ => must switch
            {
                Directive.Continue => BotActivity.Running,
                Directive.Reduce => BotActivity.Reducing,
                _ => BotActivity.Unavailable,
            },
        };
    }
}
