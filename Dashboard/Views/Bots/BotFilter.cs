using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>Which bots are listed, from the page's address.</summary>
public sealed record BotFilter(string? Text, string? State, string? Tier, string? Sort = null, bool Turned = false)
{
    public static BotFilter All { get; } = new(null, null, null);

    public string SortKey => Sort ?? BotOrder.Default;

    public bool IsAll => string.IsNullOrWhiteSpace(Text) && State is null && Tier is null;

    public bool Takes(BotRow bot) =>
        (State is null || BotPill.Key(bot) == State)
        && (Tier is null || string.Equals(bot.Tier.ToString(), Tier, StringComparison.OrdinalIgnoreCase))
        && (string.IsNullOrWhiteSpace(Text) || Says(bot).Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase));

    private static string Says(BotRow bot) =>
        $"{bot.Name} {bot.BotId} {BotPill.State(bot).Word} {bot.Tier} {string.Join(' ', bot.Requires)} {string.Join(' ', bot.Blockers.Select(b => b.Message))}";
}
