using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Link;

namespace ControlPlane.Dashboard.Views.Status;

/// <summary>The summary card's word and sentence.</summary>
/// <param name="Lead">The first sentence, set in bold.</param>
public sealed record Summary(string Word, Tone Tone, Glyph Shape, string Lead, string Rest)
{
    /// <param name="holds">Whether the evaluation may still be acted on. An OK that does not hold is never shown as one.</param>
    /// <param name="minute">Writes an instant as the person's wall clock shows it.</param>
    public static Summary Of(SystemStatusAnswer? status, LinkState link, bool holds, DateTimeOffset since, Func<DateTimeOffset, string> minute)
    {
        if (link == LinkState.Connecting)
        {
            return new("Connecting…", Tone.None, Glyph.Dots, "Waiting for the live values.", status is null ? "" : $"Last evaluation, at {minute(status.AsOf)}: {Name(status.SystemStatus)}.");
        }

        if (status is null) return new("UNAVAILABLE", Tone.Unknown, Glyph.Diamond, "No evaluation has been received.", "Nothing may trade until there is one.");
        if (link != LinkState.Live || !holds)
        {
            return new("UNAVAILABLE", Tone.Unknown, Glyph.Diamond, $"No evaluation since {minute(since)}.", $"Last known: {Name(status.SystemStatus)}.");
        }

        return status.SystemStatus switch
        {
            SystemStatus.Ok => new("OK", Tone.Ok, Glyph.Disc, Able(status.Bots, "can act"), status.Bots.Blocked > 0 ? "What blocks the others is below." : "Nothing needs you."),
            SystemStatus.Degraded => new("DEGRADED", Tone.Degraded, Glyph.Triangle, Able(status.Bots, "can act"), Problems(status.Blockers)),
            _ => new("BLOCKED", Tone.Blocked, Glyph.Octagon, Unable(status.Bots), Blocking(status.Blockers)),
        };
    }

    private static string Name(SystemStatus readiness) => readiness.ToString().ToUpperInvariant();

    // A blocked system lets no bot act, whatever each bot's own readiness is.
    private static string Unable(BotTotals bots) => bots.Total switch
    {
        null => "No bot can act on its own. How many there are is unavailable.",
        0 => "No bot could act on its own.",
        1 => "The one bot cannot act on its own.",
        { } total => $"None of {total} bots can act on its own.",
    };

    private static string Able(BotTotals bots, string can) => bots switch
    {
        { Total: null } or { Blocked: null } => "The system lets bots act. How many can is unavailable.",
        { Total: 0 } => "The system lets bots act. None is registered.",
        { Blocked: 0, Total: 1 } => $"The one bot {can}.",
        { Blocked: 0 } => $"All {bots.Total} bots {can}.",
        _ => $"{bots.Total - bots.Blocked} of {bots.Total} bots {can}.",
    };

    private static string Problems(IReadOnlyList<BlockerRow> blockers)
    {
        var count = blockers.Count(blocker => blocker.Severity == Severity.Degraded);
        return count == 1 ? "1 problem reduces what they may do." : $"{count} problems reduce what they may do.";
    }

    private static string Blocking(IReadOnlyList<BlockerRow> blockers)
    {
        var blocking = blockers.Where(blocker => blocker.Severity == Severity.Blocked).ToList();
        var needYou = blocking.Count(blocker => blocker.Resolution == Resolution.Manual);
        var byItself = blocking.Count - needYou;
        var yours = needYou switch { 0 => "Nothing needs you", 1 => "1 blocker needs you", _ => $"{needYou} blockers need you" };
        var others = byItself switch { 0 => "", 1 => ", 1 clears by itself", _ => $", {byItself} clear by themselves" };
        return yours + others + ".";
    }
}
