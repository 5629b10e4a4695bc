using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Status;

/// <summary>Whom a blocker of the system affects.</summary>
/// <param name="Everybody">Every bot, whatever it requires.</param>
/// <param name="Bots">Ids; empty for none.</param>
public sealed record Affects(bool Everybody, IReadOnlyList<string> Bots)
{
    private static readonly Affects s_all = new(true, []);

    /// <summary>What blocks the system stops every bot. What degrades it affects the bot that it is about, those that require the provider or
    /// every gate, and, while its gate reduces trading, all.</summary>
    public static Affects Of(BlockerRow blocker, IEnumerable<BotRow> bots, TradingState trading)
    {
        if (blocker.BotId is { } one) return new(false, [one]);
        if (blocker.Severity == Severity.Blocked) return s_all;
        if (blocker.Provider is not { } provider) return new(false, []);
        if (trading == TradingState.Reducing && blocker.Gate is not null) return s_all;
        return new(false, [.. bots.Where(bot => bot.Requires.Contains(provider) || (bot.Requires.Count == 0 && blocker.Gate is not null)).Select(bot => bot.BotId).Order(StringComparer.Ordinal)]);
    }
}
