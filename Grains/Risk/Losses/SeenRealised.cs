namespace ControlPlane.Grains.Risk.Losses;

/// <summary>What exits realised whose fills the gateway saw. What a bot tells of the same exit can make a loss larger, and no gain.</summary>
public static class SeenRealised
{
    /// <summary>Joins to the sums over trades: a trade without a result of an exit that the gateway knows is not unknown.</summary>
    public const string KnownTrades =
        " AND NOT (pnl IS NULL AND EXISTS (SELECT 1 FROM checked_orders o WHERE o.bot_id = trade_log.bot_id AND o.order_id IN (trade_log.close_order_id, trade_log.order_id) AND o.seen_pnl IS NOT NULL))";

    /// <param name="exits">Of each exit what the gateway reckons, null when a price is not known, and the sum that trades tell, null when none does.</param>
    /// <returns>What is to be added to the sums over trades, in the bot's own currency; null when there is nothing.</returns>
    public static RealisedPart? Part(IEnumerable<(decimal? Seen, decimal? Told)> exits)
    {
        var (sum, unknown, any) = (0m, 0L, false);
        foreach (var (seen, told) in exits)
        {
            any = true;
            if (seen is not { } known) unknown += told is null ? 1 : 0;
            else sum += told is { } claimed ? Math.Min(0, known - claimed) : known;
        }

        return any ? new(null, sum, unknown) : null;
    }
}
