using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>Words, tones and shapes for a bot's state and readiness.</summary>
public static class BotPill
{
    /// <summary>Nobody could read the row's state: nothing is claimed for it.</summary>
    public static bool IsUnavailable(this BotRow bot) => bot.Unavailable.Any(field => field.Field is "readiness" or "runner" or "state");

    public static bool IsKilled(this BotRow bot) => bot.KillSwitch.Engaged == true;

    /// <summary>What its process does, as far as the control plane knows.</summary>
    public static (string Word, Tone Tone, Glyph Shape) State(BotRow bot)
    {
        if (bot.IsUnavailable() || bot.KillSwitch.Engaged is null) return ("Unavailable", Tone.Unknown, Glyph.Diamond);
        if (bot.IsKilled()) return ("Killed", Tone.Blocked, Glyph.Octagon);
        return bot.Runner.State switch
        {
            RunnerCondition.Running => ("Running", Tone.Info, Glyph.None),
            RunnerCondition.Starting => ("Starting", Tone.Info, Glyph.Dots),
            RunnerCondition.Lost => ("Runner lost", Tone.Degraded, Glyph.Triangle),
            RunnerCondition.StartTimedOut => ("Start timed out", Tone.Degraded, Glyph.Triangle),
            _ => ("Stopped", Tone.None, Glyph.Square),
        };
    }

    public static (string Word, Tone Tone, Glyph Shape) Ready(BotRow bot) => bot.IsUnavailable()
        ? ("Unavailable", Tone.Unknown, Glyph.Diamond)
        : Of(bot.Readiness);

    public static (string Word, Tone Tone, Glyph Shape) Of(Readiness readiness) => readiness switch
    {
        Readiness.Ok => ("OK", Tone.Ok, Glyph.Disc),
        Readiness.Degraded => ("Degraded", Tone.Degraded, Glyph.Triangle),
        _ => ("Blocked", Tone.Blocked, Glyph.Octagon),
    };

    /// <summary>Worst first.</summary>
    public static int Rank(BotRow bot) => bot switch
    {
        _ when bot.IsKilled() => 0,
        _ when bot.IsUnavailable() => 2,
        { Readiness: Readiness.Blocked } => 1,
        { Readiness: Readiness.Degraded } => 3,
        _ => 4,
    };

    /// <summary>Key of the state filter in the page's address.</summary>
    public static string Key(BotRow bot) => Ready(bot).Word.ToLowerInvariant();

    public static string Tier(BotTier tier) => tier.ToString();

    /// <summary>With its sign, so that colour is never alone: <c>+12.40</c>.</summary>
    public static string Money(decimal amount) => amount switch
    {
        > 0 => $"+{amount:N2}",
        < 0 => $"−{-amount:N2}",
        _ => "0.00",
    };

    public static Tone MoneyTone(decimal amount) => amount switch
    {
        > 0 => Tone.Ok,
        < 0 => Tone.Blocked,
        _ => Tone.None,
    };
}
