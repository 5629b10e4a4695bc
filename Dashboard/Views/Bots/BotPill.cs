using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>Words, tones and shapes for a bot's state and readiness.</summary>
public static class BotPill
{
    /// <summary>Nobody could read the row's state: nothing is claimed for it.</summary>
    public static bool IsUnavailable(this BotRow bot) => bot.Unavailable.Any(field => field.Field is "readiness" or "runner" or "state");

    public static bool IsKilled(this BotRow bot) => bot.KillSwitch.Engaged == true;

    /// <summary>What it is doing; a kill is said with it.</summary>
    public static (string Word, Tone Tone, Glyph Shape) State(BotRow bot) => (BotActivities.Of(bot), bot.IsKilled()) switch
    {
        (BotActivity.Unavailable, _) => ("Unavailable", Tone.Unknown, Glyph.Diamond),
        (BotActivity.Halting, true) => ("Killed, halting", Tone.Blocked, Glyph.Octagon),
        (BotActivity.Halted, true) => ("Killed, halted", Tone.Blocked, Glyph.Octagon),
        (BotActivity.Lost or BotActivity.StartTimedOut, true) => ("Killed, runner lost", Tone.Blocked, Glyph.Octagon),
        (_, true) => ("Killed", Tone.Blocked, Glyph.Octagon),
        (BotActivity.Running, _) => ("Running", Tone.Info, Glyph.None),
        (BotActivity.Reducing, _) => ("Reducing", Tone.Degraded, Glyph.Triangle),
        (BotActivity.Halting, _) => ("Halting", Tone.Degraded, Glyph.Dots),
        (BotActivity.Halted, _) => ("Halted", Tone.Blocked, Glyph.Octagon),
        (BotActivity.Starting, _) => ("Starting", Tone.Info, Glyph.Dots),
        (BotActivity.Lost, _) => ("Runner lost", Tone.Degraded, Glyph.Triangle),
        (BotActivity.StartTimedOut, _) => ("Start timed out", Tone.Degraded, Glyph.Triangle),
        _ => ("Stopped", Tone.None, Glyph.Square),
    };

    /// <summary>Who killed it and why; null when nobody did.</summary>
    public static string? KilledBy(KillSwitchRow kill, Func<DateTimeOffset, string> minute) => kill.Engaged == true
        ? $"Engaged{(kill.By is { } by ? $" by {by}" : "")}{(kill.Since is { } since ? $" at {minute(since)}" : "")}{(string.IsNullOrWhiteSpace(kill.Reason) ? "" : $": {kill.Reason}")}"
        : null;

    public static (string Word, Tone Tone, Glyph Shape) Ready(BotRow bot) => bot.IsUnavailable()
        ? ("Unavailable", Tone.Unknown, Glyph.Diamond)
        : Of(bot.Readiness);

    public static (string Word, Tone Tone, Glyph Shape) Of(SystemStatus readiness) => readiness switch
    {
        SystemStatus.Ok => ("OK", Tone.Ok, Glyph.Disc),
        SystemStatus.Degraded => ("Degraded", Tone.Degraded, Glyph.Triangle),
        _ => ("Blocked", Tone.Blocked, Glyph.Octagon),
    };

    /// <summary>Worst first.</summary>
    public static int Rank(BotRow bot) => bot switch
    {
        _ when bot.IsKilled() => 0,
        _ when bot.IsUnavailable() => 2,
        { Readiness: SystemStatus.Blocked } => 1,
        { Readiness: SystemStatus.Degraded } => 3,
        _ => 4,
    };

    /// <summary>Key of the state filter in the page's address.</summary>
    public static string Key(BotRow bot) => Ready(bot).Word.ToLowerInvariant();

    public static string Tier(AutonomyTier tier) => tier.ToString();

    public static Tone MoneyTone(decimal amount) => amount switch
    {
        > 0 => Tone.Ok,
        < 0 => Tone.Blocked,
        _ => Tone.None,
    };
}
