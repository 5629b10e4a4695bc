using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>Orders bots; worst first unless asked otherwise. What is not known stands last, whichever way it is turned.</summary>
public static class BotOrder
{
    public const string Default = "readiness";

    public static IReadOnlyList<BotRow> Sort(IEnumerable<BotRow> bots, string sort, bool turned)
    {
        var rows = bots.ToList();
        rows.Sort((one, other) =>
        {
            var known = IsUnknown(one, sort).CompareTo(IsUnknown(other, sort));
            if (known != 0) return known;
            var order = By(one, other, sort);
            if (turned) order = -order;
            if (order == 0) order = string.Compare(one.Name, other.Name, StringComparison.OrdinalIgnoreCase);
            return order != 0 ? order : string.CompareOrdinal(one.BotId, other.BotId);
        });
        return rows;
    }

    private static bool IsUnknown(BotRow bot, string sort) => sort switch
    {
        "score" => bot.Score is null,
        "decision" => bot.LastDecisionAt is null,
        "trades" => bot.Trades24h is null,
        "profit" => bot.Pnl24h is null,
        _ => false,
    };

    private static string Why(BotRow bot) => bot.Blockers is [var first, ..] ? first.Message : "~";

    // Newest and most come first by themselves.
    private static int By(BotRow a, BotRow b, string sort) => sort switch
    {
        "bot" => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase),
        "state" => string.Compare(BotPill.State(a).Word, BotPill.State(b).Word, StringComparison.OrdinalIgnoreCase),
        "tier" => b.Tier.CompareTo(a.Tier),
        "score" => Nullable.Compare(b.Score, a.Score),
        "why" => string.Compare(Why(a), Why(b), StringComparison.OrdinalIgnoreCase),
        "decision" => Nullable.Compare(b.LastDecisionAt, a.LastDecisionAt),
        "trades" => Nullable.Compare(b.Trades24h, a.Trades24h),
        "profit" => Nullable.Compare(b.Pnl24h, a.Pnl24h),
        "connections" => string.CompareOrdinal(string.Join(',', a.Requires), string.Join(',', b.Requires)),
        _ => BotPill.Rank(a).CompareTo(BotPill.Rank(b)),
    };
}
