using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Gateway.Positions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>What the bot's ledger holds at a broker, and what the broker's own list makes of it.</summary>
internal sealed partial class BrokerPositions(BotContext bot, BotDesks desks, LostRunner lost)
{
    public Task<ImmutableArray<VenueHolding>> HoldingsAsync(string provider, string? environment) => bot.State.Spec is null
        ? Task.FromResult(ImmutableArray<VenueHolding>.Empty)
        : desks.Orders.InTurn(bot.Names, async (ledgers, _, now) =>
        {
            var venues = (await desks.Venues.ReadAsync(now)).ToLookup(venue => bot.Names.Canonical(venue.Symbol), StringComparer.Ordinal);
            var reaches = ReachPolicy.Providers(bot.State.Spec, bot.State.Reaches).Contains(provider);
            return venues.Select(group => group.Key).Union(ledgers.Symbols, StringComparer.Ordinal)
                .Select(symbol => Holding(ledgers, symbol, [.. venues[symbol]], provider, environment, reaches, now)).OfType<VenueHolding>().ToImmutableArray();
        });

    public async Task<bool> TakeAsync(BrokerPosition position)
    {
        var taken = await desks.Orders.InTurn(bot.Names, async (ledgers, broker, now) =>
            bot.State.Spec is not null && PositionStamp.Of(ledgers, position.Symbol, bot.Names) == position.Stamp
            && await broker.PositionAsync(new(position.Symbol, position.Quantity, position.AsOf, position.Settles), bot.Names, ledgers, now));
        if (!taken) return false;
        if (position.Settles) LogTaken(bot.Logger, bot.Id, position.Symbol, position.Quantity, position.Provider);
        else LogDiffers(bot.Logger, bot.Id, position.Symbol, position.Provider);
        lost.Recheck();
        desks.PublishTotals(realised: false);
        return true;
    }

    /// <returns>Null for a symbol of which nothing is held at the provider.</returns>
    private VenueHolding? Holding(BotLedgers ledgers, string symbol, OrderVenue[] venues, string provider, string? environment, bool reaches, DateTimeOffset now)
    {
        var there = venues.Where(venue => venue.Provider == provider && venue.Environment == environment).ToArray();
        var ledger = ledgers.Of(symbol);

        // Orders are forgotten after a time. What is held of them may be anywhere that the bot reaches.
        if (there.Length == 0 && !(venues.Length == 0 && reaches && ledger.MayHold)) return null;
        var entry = ledgers.Entry(symbol);
        return new(
            symbol,
            [.. there.Select(venue => new VenueSymbol(venue.Symbol, venue.Route ?? "{}"))],
            Elsewhere: there.Length < venues.Length || there.Length == 0 || ledger.Held.ToDecimal() is null,
            ledger.Held.ToDecimal() ?? 0,
            entry.Peak,
            ledger.Known,
            entry.Aside,
            [.. ledgers.Book.Orders.Where(order => order.Status == OrderStatus.Open && PositionStamp.IsSent(order) && bot.Names.Canonical(order.Symbol) == symbol).Select(order => order.OrderId)],
            PositionStamp.Of(ledgers, symbol, bot.Names),
            now);
    }

    [LoggerMessage(EventIds.GatewayPositionTaken, LogLevel.Warning, "Bot {BotId}: ledger and report of {Symbol} contradicted each other. Settled at {Quantity} by the positions of {Provider}.")]
    private static partial void LogTaken(ILogger logger, string botId, string symbol, decimal quantity, string provider);

    [LoggerMessage(EventIds.GatewayPositionDiffers, LogLevel.Warning, "Bot {BotId}: the position of {Symbol} at {Provider} is not the sum of the ledgers of the bots that trade it there. Nothing opens.")]
    private static partial void LogDiffers(ILogger logger, string botId, string symbol, string provider);
}
