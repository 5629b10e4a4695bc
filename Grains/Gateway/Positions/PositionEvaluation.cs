using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>A bot's holding.</summary>
internal sealed record BotHolding(string BotId, VenueHolding Holding);

/// <summary>What a broker's position means for the ledgers of the bots that trade the symbol there.</summary>
/// <param name="Agrees">The ledgers explain the position, or one of them takes it over. Null when nobody can say.</param>
/// <param name="Writes">By bot.</param>
internal sealed record PositionEvaluation(bool? Agrees, ImmutableArray<(string BotId, BrokerPosition Position)> Writes)
{
    private static readonly PositionEvaluation s_unsure = new(null, []);

    /// <param name="group">Every bot that trades the symbols of the position there, or may hold them there.</param>
    /// <param name="quantity">The broker's own position.</param>
    public static PositionEvaluation Of(string provider, IReadOnlyList<BotHolding> group, decimal quantity, decimal tolerancePercent)
    {
        if (group.Any(bot => bot.Holding.Elsewhere)) return s_unsure;
        try
        {
            return group is [var single] ? Single(provider, single, quantity, tolerancePercent) : Shared(provider, group, quantity, tolerancePercent);
        }
        catch (OverflowException)
        {
            return s_unsure;
        }
    }

    // What was there before the bot came is taken off where the position is written.
    private static PositionEvaluation Single(string provider, BotHolding bot, decimal quantity, decimal tolerancePercent)
    {
        var holding = bot.Holding;
        if (!holding.Known) return new(true, [Write(provider, bot, quantity, settles: true)]);
        var (own, peak) = (quantity - holding.Aside, Math.Max(holding.Peak, Math.Abs(holding.Held)));
        return PositionEntries.Within(own - holding.Held, Math.Max(peak, Math.Abs(own)), tolerancePercent) ? new(true, []) : new(false, [Write(provider, bot, quantity, settles: false)]);
    }

    private static PositionEvaluation Shared(string provider, IReadOnlyList<BotHolding> group, decimal quantity, decimal tolerancePercent)
    {
        // What one bot set aside may be another's.
        if (group.Any(bot => bot.Holding.Aside != 0)) return s_unsure;
        var difference = quantity - group.Sum(bot => bot.Holding.Held);
        var peak = group.Sum(bot => Math.Max(bot.Holding.Peak, Math.Max(Math.Abs(bot.Holding.Held), Math.Abs(bot.Holding.Held + difference))));
        if (PositionEntries.Within(difference, peak, tolerancePercent))
            return new(true, [.. group.Where(bot => !bot.Holding.Known).Select(bot => Write(provider, bot, bot.Holding.Held, settles: true))]);

        // Any of them may be the one: each is held against the whole difference.
        return new(false, [.. group.Select(bot => Write(provider, bot, bot.Holding.Held + difference, settles: false))]);
    }

    private static (string, BrokerPosition) Write(string provider, BotHolding bot, decimal quantity, bool settles) =>
        (bot.BotId, new(provider, bot.Holding.Symbol, quantity, settles, bot.Holding.Stamp, bot.Holding.AsOf));
}
