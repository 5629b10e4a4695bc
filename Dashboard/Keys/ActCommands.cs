using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Session;
using ControlPlane.Dashboard.Views.Live;

namespace ControlPlane.Dashboard.Keys;

/// <summary>An operator's acts in the palette: those that make sense now.</summary>
internal static class ActCommands
{
    /// <param name="subject">The bot that the open view shows, or null.</param>
    public static IEnumerable<PageCommand> For(SessionState session, FeedStore store, string? subject, ActPrompt acts)
    {
        if (!session.IsOperator) return [];
        return System(store, acts).Concat(subject is not null && store.Bots.TryGetValue(subject, out var bot) ? Bot(bot, store, acts) : []);
    }

    private static IEnumerable<PageCommand> System(FeedStore store, ActPrompt acts)
    {
        if (store.System?.KillSwitch.Engaged == true) yield return Ask("Release the system's kill switch…", Act.Release, null, acts);
        if (store.System?.LiveTrading.Armed != true && LiveRules.WhyNotArm(store.System) is null) yield return Ask("Arm LIVE for the system…", Act.ArmLive, null, acts);
        if (store.System?.Blockers.Any(blocker => blocker.Code == "STORE_REPLACED") == true) yield return Ask("Confirm the store…", Act.ConfirmStore, null, acts);
        yield return Ask("Rehearse a kill…", Act.RehearseKill, null, acts);
    }

    private static IEnumerable<PageCommand> Bot(BotRow bot, FeedStore store, ActPrompt acts)
    {
        if (bot.KillSwitch.Engaged == true) yield return Ask($"Release the kill switch of {bot.Name}…", Act.Release, bot.BotId, acts);
        if (bot.Live.Armed != true && LiveRules.WhyNotArm(bot, store.System) is null) yield return Ask($"Arm LIVE for {bot.Name}…", Act.ArmLive, bot.BotId, acts);
        yield return Ask($"Change {bot.Name}…", Act.ChangeBot, bot.BotId, acts);
        yield return Ask($"Settle a position of {bot.Name}…", Act.SettlePosition, bot.BotId, acts);
        yield return Ask($"Revoke the own token of {bot.Name}…", Act.RevokeToken, bot.BotId, acts);
        yield return Ask($"Delete {bot.Name}…", Act.DeleteBot, bot.BotId, acts);
    }

    private static PageCommand Ask(string title, Act act, string? bot, ActPrompt acts) => new(title, "Action", () =>
    {
        acts.Ask(act, bot);
        return Task.CompletedTask;
    });
}
